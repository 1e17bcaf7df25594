"""New files from a template, each with a test case that passes as it is.

bellwether new explore waits/by_region      queries/explore/waits/by_region.sql
bellwether new indicator settled_at_once    queries/indicators/settled_at_once.sql
"""

from __future__ import annotations

from pathlib import Path

from bellwether.headers import NAME
from bellwether.sql import nearest

KINDS = ("explore", "indicator", "source")
TEMPLATES = {"explore": "_template.sql", "indicator": "_indicator.sql"}
FOLDERS = {"explore": "explore", "indicator": "indicators"}
# What the template answers from its case: of two contacts by phone one was reopened.
INTERACTIONS = """\
interaction_id,customer_id,silo,channel,mode,initiated_by,reason,started_at,resolved_at,transfers,reopened
i1,c1,Support,phone,human,customer,bill,2026-01-05 10:00:00,2026-01-05 11:00:00,0,false
i2,c2,Support,phone,human,customer,move,2026-01-06 10:00:00,2026-01-06 11:00:00,0,true
i3,c3,Support,chat,human,customer,bill,2026-01-07 10:00:00,2026-01-07 11:00:00,0,false
"""
EXPECTED = """\
channel,settled,contacts
chat,1,1
phone,0.5,2
"""
OBSERVED = """\
customer_id,observed_at,known_at,row_id,silo,stage,touchpoint,channel,mode,value,weight
c1,2026-01-05 11:00:00,2026-01-19 11:00:00,i1,Support,,,phone,human,1,1
c2,2026-01-06 11:00:00,2026-01-20 11:00:00,i2,Support,,,phone,human,0,1
c3,2026-01-07 11:00:00,2026-01-21 11:00:00,i3,Support,,,chat,human,1,1
"""


class Refused(Exception):
    """A draft that can't be written; the text says why and what to do."""


def new(kind: str, name: str, queries: Path, cases: Path) -> list[Path]:
    """Write the file and its test case; returns what was written, the SQL first. Raises Refused.

    name: `topic/name`, of an indicator `name`. queries, cases: the folders `queries/` and `tests/cases/`. What is
    there is not touched.
    """
    if kind not in TEMPLATES:
        raise Refused(f'"{kind}" is no kind of file to begin. {nearest(kind, KINDS)}')
    shape = {"explore": ("TOPIC/NAME, as waits/by_region", 1), "indicator": ("NAME, as settled_at_once", 0)}[kind]
    if not NAME.fullmatch(name) or name.count("/") != shape[1]:
        raise Refused(f'"{name}" is no name for it. Write {shape[0]}: lowercase letters, digits, underscores.')
    file = queries / FOLDERS[kind] / f"{name}.sql"
    case = cases / kind / name / "first"
    taken = [place for place in (file, queries / "answers" / f"{name}.sql", case) if place.exists()]
    if taken:
        raise Refused(f"{taken[0]} is there already; nothing was written. Choose another name, or edit that one.")
    texts = {
        file: (queries / TEMPLATES[kind]).read_text(encoding="utf-8").replace("TITLE", _title(name), 1),
        case / "interactions.csv": INTERACTIONS,
        case / "expected.csv": EXPECTED if kind == "explore" else OBSERVED,
    }
    for place, text in texts.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return list(texts)


def _title(name: str) -> str:
    """`waits/by_region` as a heading: `Waits by region`."""
    topic, _, rest = name.rpartition("/")
    words = rest if rest.startswith(topic) else f"{topic} {rest}"
    return words.replace("_", " ").capitalize()


def next_steps(kind: str, written: list[Path]) -> str:
    """What to do with what was written."""
    if kind == "indicator":
        return (
            f"Edit {written[0].name}, then its case in {written[1].parent}. `bellwether check {written[0]}` checks it; "
            "the next `bellwether refresh` shows it beside the others. Give it an owner in data/governance/owners.csv, "
            "or on the page Accountability."
        )
    return (
        f"Edit {written[0].name}, then its case in {written[1].parent}: what comes in, and what must come out. "
        f"`bellwether check {written[0]}` checks it; it stands under Explore as soon as it is saved."
    )
