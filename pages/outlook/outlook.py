"""Outlook: who stays, where the outcomes are heading, which indicators run ahead, and how far to trust all that."""

import streamlit as st

from bellwether.views import (
    evidence,
    go,
    groups_ahead,
    guard,
    next_quarter,
    show,
    track,
    trust,
    trust_more,
    weeks_ahead,
)
from bellwether.views.current import ask

guard.enter(__file__)
tried = ask("outlook/proofs")
who, weeks, proof, record, trusted = st.tabs(
    [go.WHO, go.WEEKS, go.PROOF, go.TRACK, go.TRUST], on_change="rerun", key="section", bind="query-params"
)
if who.open:
    with who:
        next_quarter.next_quarter(ask("leadership/next_quarter"), link=False)
        groups_ahead.who_stays(ask("outlook/groups"), ask("outlook/curve"))
if weeks.open:
    with weeks:
        weeks_ahead.weeks_ahead(ask("outlook/series"))
if proof.open:
    with proof:
        evidence.evidence(tried, *(ask(f"outlook/{name}") for name in ("evidence", "basis", "what_if")))
if record.open:
    with record:
        track.outlooks(ask("outlook/track"))
        scores = ask("outlook/scores")
        show.heading("Weekly and quarterly forecasts", track.scores_table(scores), "scores")
        track.scores(scores, "scores")
if trusted.open:
    with trusted:
        trust.outlook_card(*(ask(f"outlook/{name}") for name in ("model", "families", "calibration", "drift")))
        trust_more.evidence_card(ask("outlook/basis"), tried)
        trust_more.forecast_card(ask("outlook/scores"), ask("outlook/series"))
