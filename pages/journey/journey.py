"""Journey: where it goes wrong, at the human touch, on the way between silos, and what that does to loyalty."""

import streamlit as st

from bellwether.views import (
    guard,
    journey,
    journey_begun,
    journey_flows,
    journey_touch,
    journey_waits,
    journey_where,
    journey_whole,
)
from bellwether.views.current import ask
from bellwether.views.filter_bar import chosen
from bellwether.views.show import heading

guard.enter(__file__)
picked = chosen()
touched = ask("journey/touch", picked.given, few=False)
handed = journey_flows.judged(ask("journey/hand_offs", picked.given))
balance = ask("journey/balance")

journey.headline(touched, handed, balance)
where, touch, flows, whole, who, waits = journey.sections()
if where.open:
    with where:
        cells = journey_where.judged(ask("journey/cells", picked.given, few=False), picked.about)
        heading(picked.about["title"], journey_where.in_words(cells), "cells", period=picked.now.text)
        st.markdown(journey_where.sentence(cells, picked.about))
        journey_where.heat_map(cells, picked.about)
if touch.open:
    with touch:
        left, right = st.columns([55, 45], gap="medium")
        with left:
            heading("Right the first time", journey_touch.touch_table(touched), "touch", period=picked.now.text)
            journey_touch.touch(touched)
        with right:
            heading("What that moment is worth", journey_touch.curves_table(ask("journey/curves")), "curves")
            journey_touch.later("digital failure", ask("journey/loyalty"), ask("journey/curves"))
if flows.open:
    with flows:
        of = journey_flows.level(handed)
        heading("From where to where", journey_flows.in_words(handed), "hand-offs", period=picked.now.text)
        st.markdown(journey_flows.sentence(handed, of))
        left, right = st.columns([44, 56], gap="medium")
        with left:
            journey_flows.flows(handed, of)
        with right:
            journey_flows.pairs(handed, of, ask("journey/loyalty"))
            journey_flows.later(of, ask("journey/loyalty"))
if whole.open:
    with whole:
        spread, apart = ask("journey/coherence"), ask("journey/apart", picked.given)
        st.markdown(journey_whole.sentence(spread, picked.about))
        left, right = st.columns(2, gap="medium")
        with left:
            heading("How coherent", journey_whole.in_words(spread), "coherence")
            journey_whole.spreads(spread, picked.about)
        with right:
            heading(f"Who pulls it apart: {picked.about['title'].lower()}", journey_whole.apart_table(apart), "apart")
            journey_whole.apart(apart, picked.about)
if who.open:
    with who:
        begun = ask("journey/begun")
        left, right = st.columns(2, gap="medium")
        with left:
            heading("Digital and human", journey_begun.balance_table(balance), "balance")
            journey_begun.balance_chart(balance)
            journey_begun.balance_now(balance)
        with right:
            heading("Who begins a contact", journey_begun.begun_table(begun), "begun")
            journey_begun.begun(begun, ask("journey/loyalty"))
            journey_begun.by_stage(begun)
if waits.open:
    with waits:
        found = ask("journey/waits", picked.given)
        heading("Waits and promises by stage", journey_waits.in_words(found), "waits", period=picked.now.text)
        journey_waits.waits(found)
