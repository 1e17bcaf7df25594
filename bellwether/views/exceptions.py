"""What a review has to look at: everything that got worse, is missed, is late, was judged, or that nobody answers for.

Each exception has a name that stays the same from one look to the next, so that a decision on it is found again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from bellwether.accountability.commitments import Commitment
from bellwether.accountability.standards import Agreement
from bellwether.verdicts import NOT_YET, WORSE
from bellwether.views import changes, gaps, judgement, pipeline, words

NOBODY = "nobody"


@dataclass(frozen=True)
class Matter:
    """One thing to decide on. `way`: where it leads (of `go.follow`), or {"commitment": title}; {} for nowhere."""

    name: str
    kind: str
    sentence: str
    owner: str
    way: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """The frames and things that exceptions are made from; frames are the answers of the same names."""

    changes: pl.DataFrame
    missed: pl.DataFrame
    badges: pl.DataFrame
    verdicts: pl.DataFrame
    pairs: pl.DataFrame
    made: Sequence[Commitment]
    agreements: Sequence[Agreement]
    about: Mapping[str, Mapping[str, Any]]
    leaders: Mapping[str, str]


def exceptions(found: Found, since: date | None, today: date) -> list[Matter]:
    """All of them, what got worse first. since: the day of the last closed review; None looks at everything."""
    return [
        *_each(_worse, found.changes.filter(verdict="worsening")),
        *_each(_missed, found.missed),
        *(_overdue(one, today) for one in found.made if one.overdue(today)),
        *_judged(found, since),
        *_each(_badge, found.badges),
        *_unowned(found),
        *_unagreed(found),
    ]


def _each(tell: Callable[[Mapping[str, Any]], Matter], rows: pl.DataFrame) -> list[Matter]:
    return [tell(row) for row in rows.iter_rows(named=True)]


def _chart(row: Mapping[str, Any]) -> dict[str, str]:
    return {"indicator": row["indicator"], "title": row["title"], "silo": row["silo"]}


def _worse(row: Mapping[str, Any]) -> Matter:
    cell = changes.change_cell(row)
    name = f"worse/{row['indicator']}/{row['silo']}/{row['since']}"
    sentence = f"{cell['strong']} {cell['text']}. {row['rule'][:1].upper()}{row['rule'][1:]}."
    return Matter(name, "Got worse", sentence, row["owner"] or NOBODY, _chart(row))


def _missed(row: Mapping[str, Any]) -> Matter:
    now = words.value(row["now"], row["unit"], short=True) if row["now"] is not None else "too few people to show"
    side = "at most" if row["better"] == "lower" else "at least"
    sentence = (
        f"{row['title']} at {row['silo']} never meets its standard as it runs: {now} against {side} "
        f"{words.value(row['target'], row['unit'], short=True)}. The process must change."
    )
    return Matter(f"missed/{row['indicator']}/{row['silo']}", "Standard missed", sentence, _who(row), _chart(row))


def _who(row: Mapping[str, Any]) -> str:
    return row["owner"] or NOBODY


def _overdue(one: Commitment, today: date) -> Matter:
    sentence = f"“{one.title}” ({one.silo}) is {pipeline.due_line(one, today)['text']}, and it is {one.state}."
    return Matter(f"overdue/{one.id}/{one.due}", "Overdue", sentence, one.owner or NOBODY, {"commitment": one.title})


def _judged(found: Found, since: date | None) -> Iterator[Matter]:
    """Verdicts told since the last review, those that made it worse first."""
    made = {one.id: one for one in found.made}
    told = found.verdicts.filter(pl.col("told_on").is_not_null(), pl.col("word") != NOT_YET)
    if since:
        told = told.filter(pl.col("told_on") >= since)
    for row in told.sort(pl.col("word") != WORSE, "commitment", "measure").iter_rows(named=True):
        if one := made.get(row["commitment"]):
            sentence = f"“{one.title}” ({one.silo}): {judgement.sentence(row)}"
            name = f"verdict/{one.id}/{row['measure']}/{row['word']}"
            yield Matter(name, "New verdict", sentence, one.owner or NOBODY, {"commitment": one.title})


def _badge(row: Mapping[str, Any]) -> Matter:
    cell = changes.badge_cell(row)
    sentence = " ".join(part for part in (cell.get("strong"), cell.get("text")) if part)
    way = {"proof": row["indicator"], "title": row["title"]}
    return Matter(f"badge/{row['indicator']}/{row['changed_on']}", "What runs ahead", f"{sentence}.", NOBODY, way)


def _unowned(found: Found) -> Iterator[Matter]:
    for silo, titles in gaps.unowned(found.pairs).items():
        leader = found.leaders.get(silo)
        led = f"{leader} leads the silo." if leader else "Nobody leads the silo either."
        many = words.count(len(titles), "measured indicator")
        sentence = f"At {silo} nobody owns {many}: {', '.join(titles)}. {led}"
        yield Matter(f"no owner/{silo}", "No owner", sentence, leader or NOBODY, {"view": gaps.EDIT})


def _unagreed(found: Found) -> Iterator[Matter]:
    for name, cells in gaps.disagreed(found.agreements).items():
        title = found.about[name]["title"] if name in found.about else name
        told = ", ".join(f"{cell.silo} ({cell.word})" for cell in cells)
        sentence = f"The standard for {title.lower()} is not agreed by all: {told}."
        leaders = ", ".join(dict.fromkeys(found.leaders.get(cell.silo) or f"nobody for {cell.silo}" for cell in cells))
        yield Matter(f"not agreed/{name}", "Not agreed", sentence, leaders, {"view": gaps.MATRIX})
