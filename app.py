"""The app: which pages there are, in which order, and what surrounds each of them. Start it with `bellwether serve`."""

from pathlib import Path

import streamlit as st

from bellwether.views import current, house, states

PAGES = Path(__file__).parent / "pages"
# Path, title, icon, the question that the page answers, the filters that it takes.
LIST = [
    (
        "leadership/service_leadership.py",
        "Service leadership",
        ":material/trending_up:",
        "Where is loyalty going, what is behind it, and who is on it?",
        ("review", "silos"),
    ),
    (
        "outlook/outlook.py",
        "Outlook",
        ":material/online_prediction:",
        "Who stays, which indicators prove that they run ahead, and how far can that be trusted?",
        (),
    ),
    (
        "silos/silos.py",
        "Silos",
        ":material/account_tree:",
        "Is the change real, where exactly, for whom, and in which cases?",
        ("indicator",),
    ),
    (
        "recovery/recovery.py",
        "Recovery",
        ":material/healing:",
        "What went wrong and is not put right yet, who has it, and what does being quick earn?",
        ("silos", "kinds"),
    ),
    (
        "accountability/accountability.py",
        "Accountability",
        ":material/handshake:",
        "Who answers for what, what was agreed, and what came of what was promised?",
        (),
    ),
    (
        "quick_wins/quick_wins.py",
        "Quick wins",
        ":material/bolt:",
        "What have we promised to change, how far is it, and did it work?",
        (),
    ),
    (
        "reality_check/reality_check.py",
        "Reality check",
        ":material/checklist:",
        "What do we really see, own, agree on, prove and keep, and what comes next?",
        (),
    ),
    (
        "explore/explore.py",
        "Explore",
        ":material/query_stats:",
        "Which questions have been asked of the data, and what do they answer?",
        (),
    ),
    (
        "data/data.py",
        "Data",
        ":material/database:",
        "What came in, what was refused and why, and is it fresh?",
        (),
    ),
]

st.set_page_config(page_title="Bellwether", page_icon=house.MARK, layout="wide")
st.logo(house.WORDMARK, size="medium")
pages = [st.Page(PAGES / path, title=title, icon=icon, help=asks) for path, title, icon, asks, _ in LIST]
page = st.navigation(pages, position="top")
path, title, _, asks, names = LIST[pages.index(page)]

with states.explained():
    if current.pin() is None:
        states.nothing_yet()
    else:
        house.head(title, asks, names)
        page.run()
        house.footer()
        current.settle(title)
    current.follow()
