"""The header keys of each kind of file under `queries/`, each with its meaning; `queries/README.md` is held to this."""

from __future__ import annotations

import re
from dataclasses import dataclass

NAME = re.compile(r"[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)*")
KIND_OF_FOLDER = {
    "sources": "source",
    "feeds": "feed",
    "marts": "mart",
    "indicators": "indicator",
    "foresight": "foresight",
    "verdicts": "verdict",
    "answers": "answer",
    "explore": "explore",
}


@dataclass(frozen=True)
class Key:
    """One header key: may it repeat, must it be there, and which values it takes (none: free text)."""

    meaning: str
    required: bool = False
    many: bool = False
    values: tuple[str, ...] = ()


_TITLE = {"title": Key("what it is, in a few words for a heading", required=True)}
_ABOUT = {
    **_TITLE,
    "note": Key("what a reader should know before trusting it", many=True),
    "owner": Key("who answers for the definition"),
}
_UNITS = ("share", "score", "seconds", "count", "money", "index")

HEADERS: dict[str, dict[str, Key]] = {
    "source": {
        **_ABOUT,
        "tool": Key("the tool that writes this export", required=True),
        "company": Key("the one company whose exports look so; a source for everybody names none"),
        "every": Key("how often a new export is promised", values=("day", "week", "month", "quarter", "year")),
        "format": Key("how the file is written", required=True, values=("csv", "json", "parquet", "excel")),
        "recognise": Key("columns that tell this export from every other", required=True, many=True),
        "separator": Key("the character between cells; found by itself when not said"),
        "encoding": Key("the file's encoding when it is not UTF-8"),
        "skip": Key("rows to leave out after the row of names: 2, or `2 with WORD` if they hold that word"),
        "records": Key("for JSON: the path to the records, e.g. data.items"),
        "nulls": Key("words that mean an empty cell, separated by commas"),
        "zone": Key("the zone of times that don't name one; `stated`: the one that the rows left out name"),
        "required": Key("columns that may not be empty", many=True),
        "text": Key("columns read as text", many=True),
        "time": Key("columns read as moments: names as FORMAT", many=True),
        "due": Key("columns that name a day by whose end something is due: names as FORMAT", many=True),
        "number": Key("columns read as numbers: names as 1.234,56", many=True),
        "flag": Key("columns read as yes or no: names as yes-words / no-words", many=True),
        "code": Key("columns that hold one of a list: names as A / B / C", many=True),
        "optional": Key("columns that a file may lack; their cells are empty then", many=True),
        "refuse": Key("rows left out on purpose: condition because reason", many=True),
        "exported_at": Key("columns whose latest moment is when the export was taken; `source.column` of one beside"),
        "fold": Key("the column whose rows make up one record, e.g. an event log's case number"),
        "beside": Key("other sources whose rows the body may read, by name", many=True),
    },
    "feed": {
        **_ABOUT,
        "grain": Key("what one row is", required=True),
        "key": Key("the natural key, beside the source", required=True),
        "month": Key("the moment that places a row in a month; without it the feed is kept whole"),
        "not_null": Key("columns that may not be empty: a breach is quarantined", many=True),
        "values": Key("column in A, B, C: a breach is quarantined", many=True),
        "range": Key("column from LOW to HIGH: a breach is quarantined", many=True),
        "order": Key("moment <= moment in SHARE: fewer stops the publication", many=True),
        "link": Key("column to feed.column in SHARE: fewer stops the publication", many=True),
        "known": Key("column among a governance file's names; others are mentioned", many=True),
        "volume": Key("rows against the last version, from LOW to HIGH times"),
    },
    "mart": {
        **_ABOUT,
        "grain": Key("what one row is", required=True),
        "month": Key("the moment that places a row in a month; only for marts kept row by row"),
        "by": Key("a column: rows that share its value depend on input rows that share it, and on no others"),
        "settles": Key("the moment after which a later export changes nothing that is read from a row"),
        "each": Key("built once for each of these, with its rows as `observations`", values=("indicator",)),
    },
    "indicator": {
        **_ABOUT,
        "question": Key("the question that it answers, as a person would ask it", required=True),
        "unit": Key("what the value is", required=True, values=_UNITS),
        "better": Key("which way is good", required=True, values=("higher", "lower")),
        "lens": Key("whose view it is", required=True, values=("inside-out", "outside-in", "outcome", "management")),
        "kind": Key("what it may become", required=True, values=("candidate", "outcome", "management")),
        "feed": Key(
            "the feed that row_id points at",
            required=True,
            values=("interactions", "surveys", "loyalty", "investments", "customers"),
        ),
    },
    "foresight": {
        **_ABOUT,
        "grain": Key("what one row is", required=True),
    },
    "verdict": {
        **_ABOUT,
        "grain": Key("what one row is", required=True),
    },
    "answer": {
        **_ABOUT,
        "question": Key("the question that it answers", required=True),
        "grain": Key("what one row is"),
        "over": Key("asked over the rows of $indicator, as `observations` and `origins`", values=("indicator",)),
        "own": Key("columns that the company has set or paid, no figures of people: shown beside a small group too"),
    },
    "explore": {
        **_ABOUT,
        "question": Key("the question that it answers", required=True),
        "grain": Key("what one row is, by columns: `reason and channel`"),
        "chart": Key("how it is drawn", values=("line", "bar", "heat", "scatter", "funnel", "sankey", "table")),
        "x": Key("the column along"),
        "y": Key("the column up"),
        "colour": Key("the column that colours"),
        "facet": Key("the column that makes small multiples"),
        "unit": Key("what y is", values=_UNITS),
        "better": Key("which way is good", values=("higher", "lower")),
        "count": Key("the column that says how many stand behind a row; below five it is hidden", required=True),
        "target": Key("the value that y should reach, drawn as a line"),
        "trend": Key("a verdict on the weeks, with limits and special causes", values=("yes",)),
        "opens": Key("the question that a row leads to; its values become that one's filters"),
        "budget": Key("how many milliseconds it may take; 1000 where it is not said"),
        "names": Key("its rows name customers; only roles that read every row may open it", values=("customers",)),
    },
}
