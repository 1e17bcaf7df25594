"""Relationship: in which state customers are, what moves them, and how close they feel against what we do."""

import streamlit as st

from bellwether.views import (
    go,
    guard,
    relationship,
    relationship_gaps,
    relationship_manner,
    relationship_moves,
    relationship_segments,
)
from bellwether.views.current import ask
from bellwether.views.filter_bar import chosen
from bellwether.views.show import heading

guard.enter(__file__)
go.leave()
given = chosen().given
tells, now = ask("relationship/tells").row(0, named=True), ask("relationship/now", given)
where, moving, close, manner, groups = st.tabs(
    ["States", "What moves them", "Said and done", "Factory and servitude", "Segments"],
    on_change="rerun",
    key="part",
    bind="query-params",
)
if where.open:
    with where:
        if now.is_empty():
            relationship.cannot_tell(tells)
        else:
            relationship.headline(now)
            st.markdown(relationship.sentence(now))
            relationship.missing(tells)
            left, right = st.columns([39, 61], gap="medium")
            with left:
                months = ask("relationship/months", given)
                heading("States over the months", relationship.in_words(months), "months")
                relationship.over_months(months)
            with right:
                chances = ask("relationship/chances")
                heading("Where they go", relationship_moves.chances_table(chances), "chances list")
                relationship_moves.chances(chances, ask("relationship/stays"))
            heading("What puts them there", relationship.reasons(now), "reasons")
            relationship.because(now)
if moving.open:
    with moving:
        movers, signs = ask("relationship/movers"), ask("relationship/signs")
        left, right = st.columns([50, 50], gap="medium")
        with left:
            heading("Movers of the month", relationship_moves.movers_table(movers), "movers list")
            relationship_moves.movers(movers, ask("relationship/moves"))
        with right:
            heading("What came before", relationship_moves.signs_table(signs), "signs list")
            relationship_moves.signs(signs)
if close.open:
    with close:
        gaps = ask("relationship/gaps")
        heading("Intimacy said beside intimacy done", relationship_gaps.in_words(gaps), "gaps list")
        relationship_gaps.gaps(gaps)
if manner.open:
    with manner:
        manners = ask("relationship/manners")
        heading("Efficient and personal", relationship_manner.in_words(manners), "manners list")
        relationship_manner.manner(manners, ask("relationship/manner_loyalty"))
if groups.open:
    with groups:
        kinds = ask("relationship/segments")
        heading("Named by people", relationship_segments.in_words(kinds), "segments list")
        relationship_segments.named(kinds)
        heading("Found")
        relationship_segments.found(kinds, ask("relationship/segment_search"))
