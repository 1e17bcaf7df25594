"""The front door, asked directly: who gets in, and what leaves."""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from bellwether.serving.front import Front, Rules, inline_scripts, local
from bellwether.serving.logs import AsJson

OURS = "https://cx.example.com"
LOCAL = Rules(("localhost", "127.0.0.1", "::1"))
OPEN = Rules(("cx.example.com",), OURS, hours=lambda: 2)


def ask(rules: Rules, path: str = "/", answer=(200, ()), kind: str = "http", client: str = "127.0.0.1", **headers):
    """One request through the door to an app that answers so: (status, headers, whether it reached the app)."""
    reached, sent = [], []

    async def app(scope, receive, send):
        reached.append(scope["path"])
        if kind == "websocket":
            return await send({"type": "websocket.accept"})
        status, told = answer
        lines = [(name.encode(), value.encode()) for name, value in told]
        await send({"type": "http.response.start", "status": status, "headers": lines})
        await send({"type": "http.response.body", "body": b"ok"})

    async def receive():
        return {"type": f"{kind}.connect"}

    async def send(message):
        sent.append(message)

    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "path": path, "method": "GET", "headers": lines, "client": (client, 5)}
    # On a thread of its own: a browser that an earlier test opened keeps an event loop running on this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, Front(app, rules)(scope, receive, send)).result()
    told = [(name.decode(), value.decode()) for name, value in sent[0].get("headers", [])]
    return sent[0].get("status", sent[0]["type"]), told, bool(reached)


def cookies(told) -> list[str]:
    return [value for name, value in told if name == "set-cookie"]


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "LOCALHOST", "localhost."])
def test_this_machine_is_let_in(host):
    assert ask(LOCAL, host=host)[0] == 200


@pytest.mark.parametrize("host", ["evil.com", "localhost.evil.com", "evil.com:8501", "", "evil.com@localhost.x", "[::"])
def test_a_name_that_was_rebound_to_us_is_not(host):
    status, _, reached = ask(LOCAL, host=host)
    assert status == 421 and not reached
    assert ask(LOCAL, "/_stcore/stream", kind="websocket", host=host, origin=f"http://{host}")[2] is False


def test_the_health_of_a_process_may_be_asked_by_any_name():
    assert ask(OPEN, "/_stcore/health", host="10.0.0.7:8501")[0] == 200


@pytest.mark.parametrize(
    ("rules", "host", "origin", "fine"),
    [
        (LOCAL, "localhost:8501", "http://localhost:8501", True),
        (LOCAL, "localhost:8501", "http://localhost:3000", False),  # another program's page on this machine
        (LOCAL, "localhost:8501", "http://evil.com", False),
        (LOCAL, "localhost:8501", "null", False),
        (LOCAL, "localhost:8501", "", False),
        (OPEN, "cx.example.com", OURS, True),
        (OPEN, "cx.example.com", "http://cx.example.com", False),
        (OPEN, "cx.example.com", "https://cx.example.com.evil.com", False),
        (OPEN, "cx.example.com", "http://localhost:8501", False),
        (OPEN, "cx.example.com", "", False),
    ],
)
def test_only_our_own_page_opens_the_socket(rules, host, origin, fine):
    headers = {"host": host, **({"origin": origin} if origin else {})}
    assert ask(rules, "/_stcore/stream", kind="websocket", **headers)[2] is fine


@pytest.mark.parametrize("path", ["/_stcore/upload_file/s/f", "/_stcore/agent/interact", "/_stcore/agent/mcp"])
def test_nothing_is_taken_in(path):
    assert ask(LOCAL, path, host="localhost")[0] == 404


def test_counts_are_for_this_machine_alone():
    assert ask(LOCAL, "/_stcore/metrics", host="localhost")[0] == 200
    assert ask(OPEN, "/_stcore/metrics", host="cx.example.com", client="10.1.1.1")[0] == 404
    assert ask(OPEN, "/_stcore/metrics", host="cx.example.com", x_forwarded_for="10.1.1.1")[0] == 404


def test_a_download_needs_the_sign_in_whose_cookie_comes_with_it():
    seen = []
    rules = Rules(OPEN.hosts, OURS, holds=lambda cookies: seen.append(cookies) or cookies.get("c") == "mine")
    assert ask(rules, "/media/abc.csv", host="cx.example.com", cookie="c=mine; d=1")[0] == 200
    assert ask(rules, "/media/abc.csv", host="cx.example.com", cookie="c=other")[0] == 403
    assert ask(rules, "/media/abc.csv", host="cx.example.com")[0] == 403
    assert seen[0] == {"c": "mine", "d": "1"}


def test_the_address_of_signing_out_ends_the_sign_in():
    ended = []
    rules = Rules(OPEN.hosts, OURS, ended=lambda cookies: ended.append(cookies.get("c")))
    assert ask(rules, "/auth/logout", host="cx.example.com", cookie="c=mine")[2] and ended == ["mine"]


@pytest.mark.parametrize("path", ["/", "/static/js/index.js", "/media/x", "/silos", "/_stcore/health"])
def test_every_answer_carries_the_same_headers(path):
    told = dict(ask(OPEN, path, (200, [("content-security-policy", "none at all")]), host="cx.example.com")[1])
    assert told["x-frame-options"] == "DENY" and told["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in told["content-security-policy"] and "none at all" not in str(told)
    assert "unsafe-inline" not in told["content-security-policy"].split("style-src")[0]
    assert "unsafe-eval" not in told["content-security-policy"].replace("wasm-unsafe-eval", "")
    assert told["strict-transport-security"].startswith("max-age=")
    assert "strict-transport-security" not in dict(ask(LOCAL, path, host="localhost")[1])


def test_the_page_may_run_its_own_inline_script_and_no_other():
    page = '<script>\n let a = 1\n</script><script type="module" src="./x.js"></script><script>b()</script>'
    first, second = inline_scripts(page)
    assert second == "sha256-" + b64encode(sha256(b"b()").digest()).decode()
    told = dict(ask(Rules(("localhost",), scripts=(first,)), host="localhost")[1])
    assert f"'{first}'" in told["content-security-policy"]


def test_cookies_are_secure_and_gone_when_a_sign_in_is():
    theirs = [("set-cookie", "_streamlit_user=abc; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax")]
    (line,) = cookies(ask(OPEN, "/x", (302, theirs), host="cx.example.com")[1])
    assert line.endswith("; Secure") and "Max-Age=7200" in line and "HttpOnly" in line
    (line,) = cookies(ask(LOCAL, "/x", (302, [("set-cookie", "_streamlit_xsrf=1; Path=/")]), host="localhost")[1])
    assert "Secure" not in line  # without https a browser would drop it
    (line,) = cookies(ask(OPEN, "/x", (200, [("set-cookie", "_streamlit_xsrf=1; Secure")]), host="cx.example.com")[1])
    assert line.lower().count("secure") == 1


def test_the_page_that_was_wanted_is_carried_across_the_sign_in():
    wanted = "/silos?silo=Field+service&indicator=Effort"
    (kept,) = cookies(ask(OPEN, "/auth/login", host="cx.example.com", referer=OURS + wanted)[1])
    assert "HttpOnly" in kept and "Max-Age=900" in kept
    back = [("location", "/"), ("set-cookie", "_streamlit_user=abc; Path=/")]
    cookie = kept.split(";")[0]
    told = ask(OPEN, "/oauth2callback", (302, back), host="cx.example.com", cookie=cookie)[1]
    assert dict(told)["location"] == wanted
    assert any(line.startswith("bellwether_wanted=;") and "Max-Age=0" in line for line in cookies(told))


def test_a_sign_in_that_failed_leads_home():
    told = ask(
        OPEN, "/oauth2callback", (302, [("location", "/")]), host="cx.example.com", cookie="bellwether_wanted=%2Fsilos"
    )[1]
    assert dict(told)["location"] == "/"


ELSEWHERE = [
    "//evil.com",
    "/\\evil.com",
    "https://evil.com/",
    "evil.com",
    "/a\r\nSet-Cookie: x=1",
    "/a\\b",
    "",
    "/" + "a" * 3000,
    "/é",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_elsewhere_after_a_sign_in(address):
    from urllib.parse import quote

    assert local(address) == ""
    back = [("location", "/"), ("set-cookie", "_streamlit_user=abc; Path=/")]
    cookie = f"bellwether_wanted={quote(address, safe='')}"
    assert dict(ask(OPEN, "/oauth2callback", (302, back), host="cx.example.com", cookie=cookie)[1])["location"] == "/"


def test_a_page_of_somebody_else_is_not_what_was_wanted():
    assert cookies(ask(OPEN, "/auth/login", host="cx.example.com", referer="https://evil.com/silos")[1]) == []
    assert cookies(ask(OPEN, "/auth/login", host="cx.example.com")[1]) == []


def test_a_request_is_logged_without_its_filters_and_without_who_asked(caplog):
    with caplog.at_level(logging.INFO, "bellwether.requests"):
        ask(
            LOCAL, "/silos", host="localhost", cookie="_streamlit_user=secret", referer="http://localhost/?silo=Billing"
        )
        ask(LOCAL, "/silos", host="evil.com")
    served, refused = (json.loads(AsJson().format(one)) for one in caplog.records)
    assert (served["path"], served["status"], served["level"]) == ("/silos", 200, "info") and served["ms"] >= 0
    assert refused["status"] == 421 and refused["level"] == "warning"
    assert "secret" not in str(served) and "Billing" not in str(served)


def test_a_line_of_the_log_is_one_json_object_whatever_was_said():
    record = logging.makeLogRecord({"msg": 'a "quote"\nand a line %s', "args": ("é",), "name": "bellwether"})
    line = AsJson().format(record)
    assert "\n" not in line and json.loads(line)["said"] == 'a "quote"\nand a line é'
