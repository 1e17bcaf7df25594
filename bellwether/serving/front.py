"""The front door: one ASGI layer around the app. It says who may connect, and what leaves with each answer.

Streamlit by itself takes any Host, lets a page of another local port open the socket, hands out `/media` without
sign-in, counts for everybody, sets its cookies without Secure for 30 days, and forgets across a sign-in what page was
wanted.
"""

from __future__ import annotations

import logging
import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, unquote, urlsplit

log = logging.getLogger("bellwether.requests")

WANTED = "bellwether_wanted"
WANTED_SECONDS = 900
# The app takes nothing in: no uploads, no agents. What the server counts is for this machine alone.
CLOSED = ("/_stcore/upload_file", "/_stcore/agent")
COUNTS = "/_stcore/metrics"
OPEN_TO_ANY_HOST = "/_stcore/health"
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval' blob: {scripts}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
AGE = re.compile(r"Max-Age=(\d+)", re.IGNORECASE)
HSTS = "max-age=31536000"


@dataclass(frozen=True)
class Rules:
    """What the door holds to.

    `hosts`: the names it answers to. `origin`: the app's own address from outside, "" without sign-in. `holds`: whether
    a request's cookies are those of a sign-in that holds. `ended`: called with the cookies of whoever signs out.
    `hours`: how long a browser keeps the cookie of a sign-in. `scripts`: hashes of the inline scripts that may run.
    """

    hosts: tuple[str, ...]
    origin: str = ""
    holds: Callable[[Mapping[str, str]], bool] = lambda _: True
    ended: Callable[[Mapping[str, str]], None] = lambda _: None
    hours: Callable[[], float] = lambda: 8
    scripts: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """What leaves with every answer."""
        policy = POLICY.format(scripts=" ".join(f"'{one}'" for one in self.scripts)).replace(" ;", ";")
        hsts = {"strict-transport-security": HSTS} if self.secure else {}
        return {**HEADERS, "content-security-policy": policy, **hsts}

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")


class Front:
    """ASGI middleware: `Front(app, rules=Rules(...))`."""

    def __init__(self, app, rules: Rules) -> None:
        self.app, self.rules = app, rules

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        asked = Asked(scope)
        started = time.perf_counter()
        status, why = await self._judged(asked)
        if status:
            await _refused(scope, receive, send, status, why)
            return _noted(asked, status, started, why)
        leaving = Leaving(asked, self.rules, send)
        try:
            await self.app(scope, receive, leaving.send)
        finally:
            _noted(asked, leaving.status, started)

    async def _judged(self, asked: Asked) -> tuple[int, str]:
        """The status to refuse with and why; 0 to let it in."""
        if asked.path != OPEN_TO_ANY_HOST and asked.host not in self.rules.hosts:
            return 421, "this name is not one that the app answers to"
        if asked.socket and not self._own(asked):
            return 403, "a page of another origin, or of none, may not open the socket"
        if asked.path.startswith(CLOSED) or (asked.path == COUNTS and not asked.near):
            return 404, "closed"
        if asked.path.startswith("/media/") and not await _threaded(self.rules.holds, asked.cookies):
            return 403, "sign in first"
        if asked.path == "/auth/logout":
            await _threaded(self.rules.ended, asked.cookies)
        return 0, ""

    def _own(self, asked: Asked) -> bool:
        """Whether the socket is opened by the app's own page: from its address outside, or from the very host asked."""
        origin = asked.headers.get("origin", "").lower()
        if self.rules.origin:
            return origin == self.rules.origin.lower()
        return urlsplit(origin).netloc == asked.headers.get("host", "").lower() != ""


@dataclass
class Asked:
    """One request: what the door has to know of it."""

    scope: Mapping
    headers: dict[str, str] = field(init=False)
    cookies: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self.scope["headers"]
        }
        self.cookies = _cookies(self.headers.get("cookie", ""))

    @property
    def path(self) -> str:
        return self.scope["path"]

    @property
    def socket(self) -> bool:
        return self.scope["type"] == "websocket"

    @property
    def host(self) -> str:
        """The name that was asked for, without its port; "" where it is no name."""
        try:
            return (urlsplit(f"//{self.headers.get('host', '')}").hostname or "").rstrip(".")
        except ValueError:
            return ""

    @property
    def near(self) -> bool:
        """Whether it comes from this machine itself, and not through a proxy on it."""
        client = (self.scope.get("client") or ("",))[0]
        return client in ("127.0.0.1", "::1") and not any(name in self.headers for name in ("forwarded", *_FORWARDED))


_FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Leaving:
    """What leaves: the same headers on everything, cookies with flags, after a sign-in the page that was wanted."""

    def __init__(self, asked: Asked, rules: Rules, send) -> None:
        self.asked, self.rules, self._send, self.status = asked, rules, send, 0

    async def send(self, message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._headers(message.get("headers", []))}
        elif message["type"] in ("websocket.accept", "websocket.close") and not self.status:
            self.status = 101 if message["type"] == "websocket.accept" else 403
        await self._send(message)

    def _headers(self, headers) -> list[tuple[bytes, bytes]]:
        told = [(name, self._cookie(value) if name == "set-cookie" else value) for name, value in _texts(headers)]
        ours = self.rules.headers
        told = [*(pair for pair in told if pair[0] not in ours), *ours.items()]
        if self.asked.path == "/auth/login" and (wanted := wanted_page(self.asked)):
            told.append(
                ("set-cookie", self._cookie(f"{WANTED}={quote(wanted, safe='')}; Path=/; HttpOnly; SameSite=lax"))
            )
        if self.asked.path == "/oauth2callback":
            told = self._back(told)
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in told]

    def _cookie(self, value: str) -> str:
        """A cookie's line with Secure where the app has https, and for no longer than a sign-in may hold."""
        if self.rules.secure and not re.search(r";\s*secure\b", value, re.IGNORECASE):
            value += "; Secure"
        if value.startswith(WANTED):
            return value + f"; Max-Age={WANTED_SECONDS}"
        if value.startswith("_streamlit_user"):
            most = int(self.rules.hours() * 3600)
            return re.sub(
                r"Max-Age=(\d+)", lambda found: f"Max-Age={min(most, int(found[1]))}", value, flags=re.IGNORECASE
            )
        return value

    def _back(self, told: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """After a sign-in that worked: to the page that was wanted, with its filters."""
        wanted = local(unquote(self.asked.cookies.get(WANTED, "")))
        worked = any(name == "set-cookie" and value.startswith("_streamlit_user=") for name, value in told)
        if wanted and worked:
            told = [(name, wanted if name == "location" else value) for name, value in told]
        return [*told, ("set-cookie", f"{WANTED}=; Path=/; Max-Age=0; HttpOnly; SameSite=lax")]


def wanted_page(asked: Asked) -> str:
    """The page from which somebody goes to sign in, with its filters; "" where it is not one of ours."""
    parts = urlsplit(asked.headers.get("referer", ""))
    if parts.netloc.lower() != asked.headers.get("host", "").lower():
        return ""
    return local(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def inline_scripts(page: str) -> tuple[str, ...]:
    """The hashes of a page's inline scripts, as its policy names them."""
    found = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    return tuple(f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}" for text in found)


def local(address: str) -> str:
    """An address on this server alone, or "": nothing that a browser could take for another host."""
    fine = re.fullmatch(r"/(?![/\\])[\x21-\x7e]{0,2000}", address)
    return address if fine and "\\" not in address else ""


def _texts(headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers]


def _cookies(line: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(line).items()}
    except CookieError:
        return {}


async def _threaded(call: Callable, cookies: Mapping[str, str]):
    """Ask what may wait for the store, without holding up everybody else."""
    import anyio.to_thread

    return await anyio.to_thread.run_sync(call, cookies)


async def _refused(scope, receive, send, status: int, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        return await send({"type": "websocket.close", "code": 1008, "reason": why})
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})


def _noted(asked: Asked, status: int, started: float, why: str = "") -> None:
    """One line a request, without its query (it holds filters) and without who asked."""
    told = {"method": "WS" if asked.socket else asked.scope.get("method", ""), "path": asked.path[:200]}
    took = round((time.perf_counter() - started) * 1000)
    log.log(
        logging.WARNING if why else logging.INFO, "%s", why or "served", extra={**told, "status": status, "ms": took}
    )
