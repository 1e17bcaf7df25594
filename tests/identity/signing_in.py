"""A real identity provider on loopback, and a browser that signs in with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bellwether.settings import ROOT

PROVIDER = Path(__file__).parent / "provider"
HOW = "No npm was found, so signing in with a real identity provider is not tested. Get it: apt-get install nodejs npm"
PATIENCE = 120_000  # milliseconds
SECRET = "a-secret-of-the-tests-alone-0123456789"
ADA, BO, CY, DI, ED = "sub-ada", "sub-bo", "sub-cy", "sub-di", "sub-ed"
ROLES = """
[roles]
executive = ["cx-board"]
owner = ["cx-owners"]
analyst = ["cx-insight"]
steward = ["sub-di"]

[silos]
cx-billing = ["Billing"]
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def installed() -> None:
    """The provider's packages, as its lock file names them; once a checkout."""
    lock, done = PROVIDER / "package-lock.json", PROVIDER / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        command = [shutil.which("npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=PROVIDER, check=True, capture_output=True, timeout=300)


@contextlib.contextmanager
def provider(redirect: str, log: Path, token_seconds: int = 3600) -> Iterator[str]:
    """A provider that knows PEOPLE (see provider.js) and lets the app at `redirect` ask: its address."""
    port = free_port()
    command = [shutil.which("node"), "provider.js", str(port), redirect]
    told = {**os.environ, "TOKEN_SECONDS": str(token_seconds)}
    with log.open("w") as out, subprocess.Popen(command, cwd=PROVIDER, env=told, stdout=out, stderr=out) as running:
        try:
            address = f"http://127.0.0.1:{port}"
            answered(f"{address}/.well-known/openid-configuration")
            yield address
        finally:
            running.terminate()


def secrets(folder: Path, provider_: str, origin: str) -> Path:
    """The secrets that a deployment writes."""
    file = folder / "secrets.toml"
    file.write_text(
        f"""
[auth]
redirect_uri = "{origin}/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "bellwether"
client_secret = "{SECRET}"
server_metadata_url = "{provider_}/.well-known/openid-configuration"
client_kwargs = {{ prompt = "login", scope = "openid profile" }}
"""
    )
    return file


@contextlib.contextmanager
def serving(folder: Path, port: int, **told: str) -> Iterator[str]:
    """The app's server on a port, with more of an environment; its log is `folder / "log"`."""
    command = [sys.executable, "-m", "bellwether.views.server", f"--server.port={port}"]
    how = {"cwd": ROOT, "env": {**os.environ, **told}}
    with (folder / "log").open("w") as out, subprocess.Popen(command, stdout=out, stderr=out, **how) as running:
        try:
            answered(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://localhost:{port}"
        finally:
            running.terminate()


def answered(url: str) -> None:
    for _ in range(1000):
        try:
            return urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"no answer at {url}")


def drawn(page, title: str = "") -> None:
    """Wait until a page is drawn; a server that nobody has asked yet takes its time."""
    if title:
        page.get_by_role("heading", name=title, exact=True, level=1).wait_for(timeout=PATIENCE)
    page.get_by_text("data version").wait_for(timeout=PATIENCE)
    page.locator('[data-test-script-state="notRunning"]').wait_for(state="attached", timeout=PATIENCE)
    page.wait_for_timeout(300)


def door(page, title: str) -> None:
    """Wait for the door, with this title on it."""
    page.get_by_role("heading", name=title, exact=True).wait_for(timeout=PATIENCE)


def sign_in(page, who: str) -> None:
    """From the door through the provider's pages, and back."""
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=login]").fill(who)
    page.locator("input[name=password]").fill("anything")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def signed_in(browser, address: str, who: str, path: str = ""):
    """Somebody in a browser of their own, signed in on a page: (its context, the page)."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{address}/{path}")
    sign_in(page, who)
    drawn(page)
    return context, page
