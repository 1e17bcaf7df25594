"""Quick wins: what is promised, how far it is, and what the data say it did."""

import streamlit as st

from bellwether.settings import settings
from bellwether.views import (
    aims,
    commitment,
    commitment_form,
    current,
    desk,
    effect,
    fresh,
    go,
    guard,
    investment,
    pipeline,
    show,
    waiting,
    worth,
)
from bellwether.views.current import ask

guard.enter(__file__)
go.leave()
desk.needed(current.trouble())
today = fresh.now().day
made = commitment.every()
verdicts = ask("quick_wins/verdicts")
judged = pipeline.verdict_rows(verdicts)
about = aims.by_id(ask("shared/indicators"))
currency = settings().company.currency
offer = commitment_form.offered(about, ask("shared/silos")["silo"].to_list(), desk.people(), currency)
found = worth.together(made, judged, worth.begun(made))

desk.greet()
worth.worth(found, len(made))

show.heading("From idea to verdict", pipeline.table(made, judged, about, today), "pipeline")
with st.container(horizontal=True, vertical_alignment="center"):
    desk.who()
    commitment.propose(offer)
pipeline.pipeline(made, judged, about, today)
waiting.say_unjudged(made, ask("quick_wins/changed"), current.built_at())

one = commitment.pick(made)
if one:
    commitment.head(one, judged.get(one.id), today)
    left, right = st.columns([38, 62], gap="medium")
    with left:
        commitment.facts(one, about)
        commitment.steps(one)
    with right:
        effect.effect(one, verdicts, *(ask(f"quick_wins/{name}") for name in ("checks", "blocks", "points")))
    commitment.written(one, offer)

show.heading("What it cost and gained")
worth.gains(found, about, currency)

spent = ask("quick_wins/investment")
show.heading("Service investment", investment.in_words(spent), "investment")
investment.investment(spent, made, judged)
