"""What matters: what satisfaction and loyalty go with most, what only hurts, for whom, and how far to trust it."""

import polars as pl
import streamlit as st

from bellwether.views import go, guard, matters, matters_more
from bellwether.views.current import ask
from bellwether.views.show import heading

guard.enter(__file__)
go.leave()
model = matters.choice(ask("what_matters/models"))
if model is None or model["lacks"]:
    matters.cannot_tell(model)
else:
    mine = pl.col("model") == model["model"]
    rows, uneven, whom, missing = (
        ask(f"what_matters/{name}").filter(mine) for name in ("drivers", "asymmetry", "segments", "missing")
    )
    st.markdown(matters.sentence(model, rows))
    left, right = st.columns([60, 40], gap="medium")
    with left:
        heading("What it goes with most", matters.in_words(rows), "drivers")
        matters.table(rows, model)
    with right:
        heading("Importance against performance")
        matters.quadrants(rows, model)
    hurts, segments, trust = matters_more.sections()
    if hurts.open:
        with hurts:
            heading("Low answers, high answers", matters_more.asymmetry_table(uneven), "asymmetry")
            matters_more.asymmetry(uneven, model)
    if segments.open:
        with segments:
            heading("What matters for whom", matters_more.segment_table(whom), "segments")
            matters_more.segments(whom, matters_more.dimension(whom))
    if trust.open:
        with trust:
            matters_more.trust(model, rows, missing)
