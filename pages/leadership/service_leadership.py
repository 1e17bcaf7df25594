"""Service leadership: where loyalty is going, what runs ahead, what changed, who answers, and what moves where."""

import streamlit as st

from bellwether.views import ahead, cards, fresh, go, guard, next_quarter, proofs
from bellwether.views.accountability import strip
from bellwether.views.changes import what_changed
from bellwether.views.current import ask
from bellwether.views.filter_bar import chosen
from bellwether.views.grid import called, grid_rows, legend, say_false_alarms, verdict_grid
from bellwether.views.show import heading
from bellwether.views.words import day

guard.enter(__file__)
go.leave()
given = chosen().given
grid, alarms, changes = (ask(f"leadership/{name}", given) for name in ("grid", "false_alarms", "changes"))
quarter, outcomes, tried = (ask(name) for name in ("leadership/next_quarter", "leadership/outcomes", "outlook/proofs"))

left, right = st.columns([64, 36], gap="medium")
with left:
    heading("Next quarter", next_quarter.in_words(quarter), "next quarter", period=next_quarter.period(quarter))
    next_quarter.next_quarter(quarter)
with right:
    heading("Until now", cards.in_words(outcomes), "outcomes", period=cards.period(outcomes))
    cards.outcome_rows(outcomes, ask("leadership/outcome_weeks"))

heading("What runs ahead", proofs.in_words(tried), "ahead", ahead.NOTE)
ahead.runs_ahead(tried, ask("leadership/leading_weeks"), ask("outlook/basis"))

left, right = st.columns([66, 34], gap="medium")
with left:
    heading(f"What changed since {day(given['since'])}", changes, "changes")
    what_changed(
        changes, ask("leadership/badges", given), ask("leadership/deeds", given), called(alarms), given["since"]
    )
with right:
    heading("Who answers")
    strip(
        ask("leadership/unowned", given),
        ask("leadership/unagreed"),
        ask("leadership/overdue", {**given, "until": fresh.now().day}),
        ask("leadership/told", given),
        ask("leadership/standards", given),
    )

heading("What moves, where", grid_rows(grid, outcomes), "grid", legend())
say_false_alarms(alarms)
verdict_grid(grid, ask("shared/silos"))
