"""The silent majority: what the survey says beside what everyone would say, and how far that can be trusted."""

import streamlit as st

from bellwether.views import guard, silent, silent_charts, silent_trust
from bellwether.views.current import ask
from bellwether.views.show import heading

guard.enter(__file__)
model = ask("silent_majority/model").row(0, named=True)
silos, quarters, bins = (ask(f"silent_majority/{name}") for name in ("silos", "quarters", "calibration"))

silent.told_or_stopped(model)
silent.headline(model, silos)

left, right = st.columns([58, 42], gap="medium")
with left:
    heading("Silo by silo", silent.in_words(silos), "silos", period=silent.period(model))
    silent_charts.silos(silos)
    silent.reading(silos, model)
with right:
    heading("How far to trust this", silent_trust.in_words(quarters), "quarters")
    silent_trust.sentences(model)
    silent_charts.calibration(bins, model)
