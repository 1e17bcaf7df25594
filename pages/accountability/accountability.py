"""Accountability: who answers for what, what all silos agreed, and the review that walks what went wrong."""

import streamlit as st

from bellwether.settings import settings
from bellwether.views import (
    aims,
    commitment,
    current,
    desk,
    exceptions,
    fresh,
    gaps,
    go,
    guard,
    leaders,
    matrix,
    offices,
    pipeline,
    promises,
    review,
    show,
    standard_form,
)
from bellwether.views.current import ask

guard.enter(__file__)
go.leave()
desk.needed(current.trouble())
today = fresh.now().day
made, held = commitment.every(), desk.set_standards()
pairs, people = ask("accountability/pairs"), ask("accountability/people")
about, lead = aims.by_id(ask("shared/indicators")), desk.leaders()
verdicts = ask("quick_wins/verdicts")
judged = pipeline.verdict_rows(verdicts)
agreed = matrix.cells(pairs)

desk.greet()
desk.who()
who, terms, names, walk = st.tabs(
    ["Who answers", gaps.MATRIX, gaps.EDIT, "Review"], on_change="rerun", key="view", bind="query-params"
)
if who.open:
    with who:
        kept = ask("accountability/promises")
        show.heading("Who answers for what", leaders.table(people, made, judged, today), "who answers")
        leaders.leaders(people, made, judged, today)
        leaders.one_person(people, pairs, made, about, today)
        left, right = st.columns(2, gap="medium")
        with left:
            show.heading("Promises to customers", promises.table(kept), "promises")
            promises.promises(kept)
            show.heading("What not all silos agreed to")
            gaps.not_agreed(agreed, held, about)
        with right:
            show.heading("What has no owner")
            gaps.no_owner(pairs, lead)
if terms.open:
    with terms:
        show.heading("Standard by silo", matrix.table(agreed, about), "agreements")
        matrix.matrix(agreed, held, about)
        matrix.one_agreement(agreed, held, about, lead)
if names.open:
    with names:
        silos = ask("accountability/promises")["silo"].to_list()
        left, right = st.columns(2, gap="medium")
        with left:
            show.heading("Leaders")
            offices.leaders(silos)
            show.heading("Owners")
            offices.ownership(pairs, about, silos)
        with right:
            show.heading("Standards")
            standard_form.standard_form(held, about)
if walk.open:
    with walk:
        open_review = review.open_now()
        since = open_review.since if open_review else review.since()
        look = {"since": since}
        found = exceptions.Found(
            ask("leadership/changes", look),
            ask("accountability/missed"),
            ask("leadership/badges", look),
            verdicts,
            pairs,
            made,
            agreed,
            about,
            lead,
        )
        review.review(open_review, exceptions.exceptions(found, since, today), settings().company.name)
