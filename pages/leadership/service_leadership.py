"""Service leadership: the outcomes, what changed since the review, who answers for it, and what moves in which silo."""

import streamlit as st

from bellwether.views import go
from bellwether.views.accountability import strip
from bellwether.views.cards import outcome_cards
from bellwether.views.changes import what_changed
from bellwether.views.current import ask
from bellwether.views.filter_bar import chosen
from bellwether.views.grid import called, grid_rows, legend, say_false_alarms, verdict_grid
from bellwether.views.show import heading
from bellwether.views.words import day

go.leave()
given = chosen().given
grid, alarms, changes = (ask(f"leadership/{name}", given) for name in ("grid", "false_alarms", "changes"))

outcomes = ask("leadership/outcomes")
outcome_cards(outcomes, ask("leadership/outcome_weeks"))

left, right = st.columns([66, 34], gap="medium")
with left:
    heading(f"What changed since {day(given['since'])}", changes, "changes")
    what_changed(changes, ask("leadership/deeds", given), called(alarms), given["since"])
with right:
    heading("Who answers")
    strip(
        ask("leadership/unowned", given),
        ask("leadership/unagreed"),
        ask("leadership/overdue", given),
        ask("leadership/standards", given),
    )

heading("What moves, where", grid_rows(grid, outcomes), "grid", legend())
say_false_alarms(alarms)
verdict_grid(grid, ask("shared/silos"))
