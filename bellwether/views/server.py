"""The app's server: `python -m bellwether.views.server --server.port=8501`, with options as `streamlit run` takes them.

It refuses to start where it would be open to more people than it can tell apart, and stands behind our own front door.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st
import streamlit.logger
import uvicorn.config
from starlette.middleware import Middleware
from streamlit import config
from streamlit.auth_util import get_cookie_with_chunks, get_secrets_auth_section
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import bootstrap
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from bellwether.access import sessions
from bellwether.accountability import StoreError
from bellwether.serving import exposure, front, logs
from bellwether.settings import ROOT
from bellwether.views import signed_in, stores

APP = ROOT / "app.py"
REFUSED = 2
log = logging.getLogger("bellwether")


def serve(options: Sequence[str]) -> None:
    """Serve until stopped. Exits with REFUSED, and says why, where it must not start."""
    told = _options(options)
    if secrets := os.environ.get("BELLWETHER_SECRETS"):
        if not Path(secrets).is_file():
            _stop([f"BELLWETHER_SECRETS is {secrets}, and there is no such file: nobody could sign in."])
        told["secrets.files"] = [secrets]
    # Streamlit takes a folder named `pages` for its old way of listing pages until app.py has run once, so on a fresh
    # server the first address that anybody opens would be called "not found". It looks at this flag first.
    PagesManager.uses_pages_directory = False
    # Streamlit and its web server write lines of their own form; here all lines are of one.
    streamlit.logger.setup_formatter = lambda _: None
    uvicorn.config.LOGGING_CONFIG.update(handlers={}, loggers={})
    logs.set_up()
    sys.argv = [str(APP)]  # by which Streamlit finds its settings
    bootstrap.load_config_options(told)
    setup = now()
    if refused := exposure.refusals(setup):
        _stop(refused)
    told["server.allowedHosts"] = list(setup.hosts)
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = front.inline_scripts(page)
    rules = front.Rules(setup.hosts, setup.origin, holds, ended, signed_in.hours, scripts)
    st.App(APP, middleware=[Middleware(front.Front, rules=rules)]).run(config=told)


def _stop(why: Sequence[str]) -> NoReturn:
    for sentence in why:
        print(f"Not started: {sentence}", file=sys.stderr)
    raise SystemExit(REFUSED)


def now() -> exposure.Setup:
    """How the server is set up, from its settings and secrets."""
    return exposure.Setup(
        address=config.get_option("server.address") or "",
        auth=get_secrets_auth_section().to_dict(),
        trusted_headers=config.get_option("server.trustedUserHeaders") or {},
        cors=config.get_option("server.enableCORS"),
        xsrf=config.get_option("server.enableXsrfProtection"),
        details=config.get_option("client.showErrorDetails"),
    )


def claims(cookies: Mapping[str, str]) -> dict[str, Any]:
    """What the signed cookie of a sign-in says; {} where there is none, or where it is not ours."""

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1")) if value else None

    try:
        return json.loads(get_cookie_with_chunks(one, USER_COOKIE_NAME) or "{}")
    except ValueError:
        return {}


def holds(cookies: Mapping[str, str]) -> bool:
    """Whether whoever sends these cookies may have what was made for a viewer: everybody in local mode."""
    return not signed_in.configured() or bool(signed_in.of(claims(cookies)).viewer.roles)


def ended(cookies: Mapping[str, str]) -> None:
    """End the sign-in of whoever goes to sign out."""
    try:
        sessions.end(stores.store(), claims(cookies))
    except (StoreError, OSError) as error:
        log.error("a sign-out could not be kept: %s", error)


def _options(given: Sequence[str]) -> dict[str, Any]:
    """`--server.port=8501` as Streamlit's options, each in its own type."""
    pairs = [one.removeprefix("--").partition("=") for one in given]
    return {name: _typed(value) for name, _, value in pairs}


def _typed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


if __name__ == "__main__":
    serve(sys.argv[1:])
