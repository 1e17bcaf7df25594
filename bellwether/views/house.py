"""What every page has around it: title, question and filters above; what the figures rest on below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import streamlit as st

from bellwether.views import current, words
from bellwether.views.filter_bar import filter_bar

MARK, WORDMARK = (Path(__file__).parent / name for name in ("mark.svg", "wordmark.svg"))


def head(text: str, question: str, names: Sequence[str]) -> None:
    """The page's title, the question that it answers, and its filters: beside the title where there are few."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title(text, anchor=False, width="content")
        st.caption(question, width="content")
        if "indicator" not in names:
            filter_bar(names)
    if "indicator" in names:
        filter_bar(names)


def footer() -> None:
    """Date basis, data version and how fresh: the same on every page."""
    company = current.manifest()["company"]
    basis = current.ask("shared/basis").row(0, named=True)
    built = datetime.fromisoformat(current.manifest()["built_at"])
    st.caption(
        f"{company['name']} · weeks run from Monday to Sunday on the clocks of {company['zone']} · full weeks up to "
        f"{words.day(basis['last_day'])} · newest export taken {words.moment(basis['newest_export'])} UTC · "
        f"data version {current.number()}, built {words.moment(built)} UTC"
    )
