"""The pages in the order of the menu: where each lies, the question it answers, its filters, and who may open it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bellwether.access.viewer import ANALYST, OWNER, ROLES, STEWARD
from bellwether.settings import ROOT

FOLDER = ROOT / "pages"


@dataclass(frozen=True)
class Listed:
    """One page. `section`: of the menu, "" for none; `path`: under `pages/`; `filters`: of the filter bar; `roles`: who
    may open it."""

    section: str
    path: str
    title: str
    icon: str
    asks: str
    filters: tuple[str, ...] = ()
    roles: tuple[str, ...] = ROLES

    @property
    def file(self) -> Path:
        return FOLDER / self.path


PAGES = (
    Listed(
        "",
        "leadership/service_leadership.py",
        "Service leadership",
        ":material/trending_up:",
        "Where is loyalty going, what is behind it, and who is on it?",
        filters=("review", "silos"),
    ),
    Listed(
        "",
        "outlook/outlook.py",
        "Outlook",
        ":material/online_prediction:",
        "Who stays, which indicators prove that they run ahead, and how far can that be trusted?",
    ),
    Listed(
        "Experience",
        "silos/silos.py",
        "Silos",
        ":material/account_tree:",
        "Is the change real, where exactly, for whom, and in which cases?",
        filters=("indicator",),
    ),
    Listed(
        "Experience",
        "journey/journey.py",
        "Journey",
        ":material/route:",
        "Where on the journey does it go wrong, between whom, and what does that do to loyalty?",
        filters=("measure",),
    ),
    Listed(
        "Experience",
        "what_matters/what_matters.py",
        "What matters",
        ":material/balance:",
        "What do satisfaction and loyalty go with most, for whom, and how well do we do there?",
    ),
    Listed(
        "Experience",
        "relationship/relationship.py",
        "Relationship",
        ":material/favorite:",
        "In which state are customers, what moves them, and are we as close as we think?",
        filters=("segments",),
    ),
    Listed(
        "Experience",
        "recovery/recovery.py",
        "Recovery",
        ":material/healing:",
        "What went wrong and is not put right yet, who has it, and what does being quick earn?",
        filters=("silos", "kinds"),
    ),
    Listed(
        "Experience",
        "silent_majority/silent_majority.py",
        "The silent majority",
        ":material/hearing:",
        "What would everyone say, not only those who answer, and how far does the survey flatter?",
    ),
    Listed(
        "Experience",
        "customers/customers.py",
        "Customers",
        ":material/person_search:",
        "Who is worth a call, what has happened with one customer, and what is likely next?",
        roles=(OWNER, ANALYST, STEWARD),
    ),
    Listed(
        "Who answers",
        "accountability/accountability.py",
        "Accountability",
        ":material/handshake:",
        "Who answers for what, what was agreed, and what came of what was promised?",
    ),
    Listed(
        "Who answers",
        "quick_wins/quick_wins.py",
        "Quick wins",
        ":material/bolt:",
        "What have we promised to change, how far is it, and did it work?",
    ),
    Listed(
        "Who answers",
        "reality_check/reality_check.py",
        "Reality check",
        ":material/checklist:",
        "What do we really see, own, agree on, prove and keep, and what comes next?",
    ),
    Listed(
        "Analysis",
        "explore/explore.py",
        "Explore",
        ":material/query_stats:",
        "Which questions have been asked of the data, and what do they answer?",
    ),
    Listed(
        "Analysis",
        "explore/lab.py",
        "Lab",
        ":material/science:",
        "What does a question of your own answer, before it becomes a page?",
        roles=(ANALYST, STEWARD),
    ),
    Listed(
        "Analysis",
        "catalogue/catalogue.py",
        "Catalogue",
        ":material/schema:",
        "What is each figure made from, and what is each column used for?",
    ),
    Listed(
        "Analysis",
        "data/data.py",
        "Data",
        ":material/database:",
        "What came in, what was refused and why, and is it fresh?",
        roles=(ANALYST, STEWARD),
    ),
)

# Of the menu, in their order; what has no section stands beside them.
SECTIONS = tuple(dict.fromkeys(one.section for one in PAGES))


def of(file: str | Path) -> Listed | None:
    """What is listed of a page's file; None where nobody has listed it."""
    place = Path(file).resolve()
    return next((one for one in PAGES if one.file == place), None)
