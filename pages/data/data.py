"""Data: what came in, what did not and why, whether it is fresh, and what changed between two versions."""

import streamlit as st

from bellwether.settings import settings
from bellwether.views import guard
from bellwether.views.current import ask
from bellwether.views.imports import (
    contract_table,
    file_table,
    headline,
    last_refresh,
    quarantine,
    source_table,
    version_table,
)
from bellwether.views.kept import access_table, kept_table

guard.enter(__file__)
sources, files, refused, contracts = (ask(f"data/{name}") for name in ("sources", "files", "refused", "contracts"))

last_refresh(refused)
headline(files, sources, contracts, refused)

came, held, agreed, kept, looked = st.tabs(
    ["Sources and files", "Quarantine", "Contracts and feeds", "Versions", "Access and retention"],
    on_change="rerun",
    key="part",
    bind="query-params",
)
if came.open:
    with came:
        source_table(sources)
        file_table(files)
if held.open:
    with held:
        quarantine(ask("data/reasons"), ask("data/quarantine"))
if agreed.open:
    with agreed:
        contract_table(contracts, ask("data/feeds"))
if kept.open:
    with kept:
        version_table(settings().warehouse)
if looked.open:
    with looked:
        kept_table(ask("data/feeds"))
        access_table()
