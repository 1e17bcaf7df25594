"""The store of this server, opened once for all who look."""

from __future__ import annotations

import atexit
import logging

import streamlit as st

from bellwether.accountability import Store, open_store, published
from bellwether.governance import GovernanceError
from bellwether.settings import Settings, settings

log = logging.getLogger("bellwether")


def store() -> Store:
    """The store of this server, begun from the governance files the first time that it is asked for."""
    return _opened(settings())


@st.cache_resource(show_spinner=False, max_entries=3, on_release=lambda one: one.close())
def _opened(told: Settings) -> Store:
    opened = open_store()
    atexit.register(opened.close)
    try:
        published.begin(opened, told.governance)
    except GovernanceError as broken:  # the refresh stops at it and says so; what the store holds can be worked on
        log.warning("the governance files were not taken in: %s", broken)
    return opened
