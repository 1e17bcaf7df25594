"""Recovery: what went wrong and is not put right yet, who has it, and what being quick earns."""

import streamlit as st

from bellwether.views import (
    desk,
    go,
    guard,
    recovery,
    recovery_list,
    recovery_loyalty,
    recovery_one,
    recovery_pace,
    recovery_waits,
)
from bellwether.views.current import ask
from bellwether.views.filter_bar import chosen
from bellwether.views.show import heading

guard.enter(__file__)
go.leave()
picked = chosen()
given = {**picked.given, "rows": recovery_list.MOST}
now = ask("recovery/headline", given).row(0, named=True)
kinds = recovery_waits.looked_at(ask("recovery/kinds"), given["kinds"])
aged, work, done = (ask(f"recovery/{name}", given) for name in ("bands", "open", "resolved"))

desk.greet()
recovery.headline(now)

left, right = st.columns([56, 44], gap="medium")
with left:
    heading("Open, by age", recovery.in_words(aged, now["standard_days"]), "bands")
    recovery.bands(aged, now["standard_days"], kinds)
with right:
    recovery_pace.pace(picked)

left, right = st.columns([56, 44], gap="medium")
with right:
    heading("One of them")
    one = recovery_list.picked(work, done)
with left:
    heading("To be put right, the oldest first", recovery_list.table(work), "work list")
    recovery_list.listed(work, now["open"], desk.today())
with right:
    if one:
        recovery_one.one(ask("recovery/record", {"failure": one}))
    heading("How long it takes", recovery_waits.in_words(ask("recovery/waits")), "waits")
    recovery_waits.waits(kinds)

curves = ask("recovery/curves")
heading("What being quick earns", recovery_loyalty.in_words(curves), "curves")
recovery_loyalty.loyalty(ask("recovery/loyalty"), curves, given["kinds"])
