"""What a page says when it can't show what was asked: each time why, and what to do."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Iterator

import streamlit as st

from bellwether.settings import FEWEST_PEOPLE, settings

log = logging.getLogger("bellwether")


def nothing_yet() -> None:
    """Before the first refresh."""
    st.info(
        "Put the exports of your tools into the exports folder and build the first version:",
        title="There is no data yet",
        icon=":material/inventory_2:",
    )
    st.code(f"bellwether refresh --exports {settings().exports}", language="bash")
    st.markdown("No exports at hand? Try it with the simulated company:")
    st.code(
        f"bellwether sample {settings().exports}\nbellwether refresh --exports {settings().exports}", language="bash"
    )
    st.caption("This page moves to the data by itself once they are published.")


def no_rows(what: str = "Nothing was observed") -> None:
    """The filters leave nothing."""
    st.info(
        "Widen the period, or clear a filter above.",
        title=f"{what} for these filters",
        icon=":material/filter_alt_off:",
    )


def too_few(what: str = "this group", todo: str = "Widen the period, or clear a filter above.") -> None:
    """The filters leave too few people to speak of."""
    st.info(
        f"Scores over fewer than {FEWEST_PEOPLE} people are not shown, so that nobody can be recognised. {todo}",
        title=f"Too few people in {what}",
        icon=":material/group_off:",
    )


def whose_rows() -> None:
    """The rows name single customers, and whoever looks reads roll-ups alone."""
    st.info(
        "Its rows name single customers. They are for analysts and stewards, who read every row.",
        title="This question is not yours to open",
        icon=":material/lock:",
    )


def not_theirs(what: str = "These rows") -> None:
    """There are rows, and they are others' to read."""
    st.info(
        "Single contacts and customers are read by whoever owns their silo, and by analysts and stewards. The figures "
        "above are of all of them.",
        title=f"{what} are not yours to read",
        icon=":material/lock:",
    )


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Anything that goes wrong inside becomes a sentence with an id; the log tells the rest under that id."""
    try:
        yield
    except Exception:
        told = secrets.token_hex(4)
        log.exception("error %s on the page", told)
        st.error(
            f"Reload the page. If it happens again, hand the id **{told}** to whoever looks after this dashboard: "
            "the server's log explains it under that id.",
            title="This could not be drawn",
            icon=":material/error:",
        )
