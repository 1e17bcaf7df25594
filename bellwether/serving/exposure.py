"""Whether the server may start as it is set up: never open to more people than it can tell apart."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Setup:
    """What the server is about to do. `auth`: the section of that name in the secrets, {} without sign-in."""

    address: str
    auth: Mapping[str, Any]
    trusted_headers: Mapping[str, str]
    cors: bool = True
    xsrf: bool = True
    details: str = "none"

    @property
    def origin(self) -> str:
        """Where the app is reached from outside, as https://host; "" without sign-in."""
        parts = urlsplit(str(self.auth.get("redirect_uri") or ""))
        return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which the app answers."""
        name = urlsplit(self.origin).hostname
        return (name,) if name and not is_loopback(name) else LOOPBACK


def refusals(setup: Setup) -> Sequence[str]:
    """Why the server must not start, one sentence each, with the fix; () is as it should be."""
    found = [
        *(_headers(setup) if setup.trusted_headers else ()),
        *(_sign_in(setup) if setup.auth else _nobody_told_apart(setup)),
    ]
    if not (setup.cors and setup.xsrf):
        found.append("server.enableCORS and server.enableXsrfProtection are off: leave them on.")
    if setup.details != "none":
        found.append(
            f'client.showErrorDetails is "{setup.details}", which shows data to whoever meets an error: "none".'
        )
    return found


def is_loopback(name: str) -> bool:
    """Whether an address or a host's name means this machine alone. "" means every network."""
    bare = name.strip("[]").lower()
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def _headers(setup: Setup) -> Sequence[str]:
    return (
        "server.trustedUserHeaders is set: whoever reaches this port could write these headers and be anybody. "
        "Take it out, and let people sign in with your identity provider ([auth] in the secrets; docs/deploy.md).",
    )


def _nobody_told_apart(setup: Setup) -> Sequence[str]:
    if is_loopback(setup.address):
        return ()
    return (
        f'There is no sign-in, and server.address is "{setup.address}": everybody who reaches this machine would see '
        "everything. Serve to 127.0.0.1, or set up an identity provider ([auth] in the secrets; docs/deploy.md).",
    )


def _sign_in(setup: Setup) -> Sequence[str]:
    auth = setup.auth
    missing = [name for name in ("redirect_uri", "cookie_secret") if not auth.get(name)]
    if missing:
        return (f"[auth] in the secrets lacks {' and '.join(missing)}.",)
    found = []
    parts = urlsplit(setup.origin)
    if not parts.hostname:
        found.append(f'auth.redirect_uri is "{auth["redirect_uri"]}": write https://HOST/oauth2callback.')
    elif parts.scheme != "https" and not is_loopback(parts.hostname):
        found.append(f'auth.redirect_uri is "{auth["redirect_uri"]}": without https everybody on the way can sign in.')
    if len(str(auth["cookie_secret"])) < SHORTEST_SECRET:
        found.append(
            f"auth.cookie_secret has fewer than {SHORTEST_SECRET} characters, and whoever guesses it is anybody: "
            'make one with python -c "import secrets; print(secrets.token_hex(32))".'
        )
    return found
