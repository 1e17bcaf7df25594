"""Customers: whom to call first, and one customer's line across silos with what is likely next."""

import streamlit as st

from bellwether.views import customer_calls, customer_card, customer_line, customer_next, customers, guard
from bellwether.views.current import ask
from bellwether.views.show import heading

guard.enter(__file__)
mine = customers.mine()
one = customers.searched(mine)

if one:
    events = ask("customers/line", {"customer": one["customer_id"], "rows": customer_line.MOST})
    customer_card.headline(one, ask("customers/peers", {"customer": one["customer_id"]}).row(0, named=True))
    heading(f"The line of {one['customer_id']}", customer_line.in_words(events), "line")
    customer_line.line(events, ask("customers/states", {"customer": one["customer_id"]}))
    left, right = st.columns(2, gap="medium")
    with left:
        heading("The need most likely next")
        customer_next.need(ask("customers/needs", {"customer": one["customer_id"]}))
    with right:
        heading("Why the outlook is what it is")
        customer_next.reasons(ask("customers/reasons", {"customer": one["customer_id"]}), one)

given = {"silos": mine, "rows": customer_calls.MOST}
customer_calls.calls(
    ask("customers/work", given), ask("customers/beliefs"), ask("customers/outlook").row(0, named=True)
)
