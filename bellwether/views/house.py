"""What every page has around it: title, question and filters above; what the figures rest on below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import streamlit as st

from bellwether.views import current, fresh, words, you
from bellwether.views.filter_bar import filter_bar

MARK, WORDMARK = (Path(__file__).parent / name for name in ("mark.svg", "wordmark.svg"))


def head(text: str, question: str, names: Sequence[str]) -> None:
    """The page's title, the question that it answers, and its filters: beside the title where there are few."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title(text, anchor=False, width="content")
        st.caption(question, width="content")
        if "indicator" not in names:
            filter_bar(names)
        st.space("stretch")
        you.chip()
    if "indicator" in names:
        filter_bar(names)
    _borrowed()
    if trouble := current.trouble():
        st.warning(
            f"{trouble} Owners, standards and commitments are shown as of the last refresh.", icon=":material/block:"
        )


def _borrowed() -> None:
    """Somebody else's governance beside the reader's own exports is said, above everything that it decides."""
    if name := fresh.governance_of():
        st.info(
            f"Leaders, owners, standards and commitments here are still those of {name}, not of your company. "
            "Put your own into `data/governance/` and refresh.",
            icon=":material/badge:",
        )


def footer() -> None:
    """Date basis, data version and how fresh: the same on every page."""
    company = current.manifest()["company"]
    basis = current.ask("shared/basis").row(0, named=True)
    built = datetime.fromisoformat(current.manifest()["built_at"])
    st.caption(
        f"{_whose(company['name'])}weeks run from Monday to Sunday on the clocks of {company['zone']} · full weeks up "
        f"to {words.day(basis['last_day'])} · {_fresh(basis['newest_export'])} · data version {current.number()}, "
        f"built {words.moment(built)} UTC"
    )


def _whose(name: str) -> str:
    """Whose figures these are; not said where governance still speaks of another company."""
    return "Your exports · " if fresh.governance_of() else f"{name} · "


def _fresh(newest: datetime | None) -> str:
    """When the newest export was taken, how long ago that is, and whether a source is late all the same."""
    of = fresh.now()
    late = fresh.late(current.ask("data/sources"), of)
    return fresh.newest(newest, of) + (f"; {words.count(len(late), 'source')} late: see Data" if late else "")
