"""Silos: one indicator in every silo, on one scale; then one silo down to the rows behind its figure."""

import streamlit as st

from bellwether.views import guard
from bellwether.views.current import ask
from bellwether.views.drill import breakdown, groups_table, path, step
from bellwether.views.filter_bar import chosen
from bellwether.views.marks import done_about_it
from bellwether.views.periods import compared
from bellwether.views.reading import readings, steps_of, sums_of
from bellwether.views.rows import rows_behind
from bellwether.views.show import heading
from bellwether.views.silo_charts import all_silos, one_silo, points_table
from bellwether.views.summary import shown_words, summary

guard.enter(__file__)
picked = chosen()
marks = ask("silos/marks", {**picked.given, "silo": None})
found = readings(ask("silos/weeks", picked.given, few=False), picked.about, steps_of(marks))
groups = ask("silos/groups", picked.given, few=False)

verdicts = ask("silos/verdicts", picked.given)
said = shown_words(found, verdicts, picked)

summary(picked, found.get(picked.silo), verdicts, ask("silos/agreed", picked.given))
compared(picked, sums_of(groups))

left, right = st.columns([38, 62], gap="medium")
with left:
    heading("Every silo", points_table(found), "every silo")
    all_silos(found, picked, said)
with right:
    heading(picked.place, points_table(found, picked.silo), "one silo")
    one_silo(found.get(picked.silo), picked, marks, said)

left, right = st.columns([62, 38], gap="medium")
with left:
    heading("Where exactly", groups_table(groups, picked.about), "groups")
    with st.container(horizontal=True, vertical_alignment="center"):
        path(picked)
        by = step(groups)
    breakdown(picked, groups, by)
with right:
    heading("What was done about it", marks, "marks")
    done_about_it(picked, marks)

heading("The rows behind it")
rows_behind(picked)
