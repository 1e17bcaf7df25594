"""What the header of a file under `queries/explore/` asks to be drawn, and whether its SQL gives the columns for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bellwether.sql import Query, QueryError, nearest

DEFAULT_CHART = "table"
# Which header lines a chart can't do without.
NEEDS = {
    "line": ("x", "y"),
    "bar": ("x", "y"),
    "heat": ("x", "y", "colour"),
    "scatter": ("x", "y"),
    "funnel": ("x", "y"),
    "sankey": ("x", "y"),
    "table": (),
}
ROLES = ("x", "y", "colour", "facet", "count")
NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "HUGEINT")
# A column that would tell who it was.
NAMES_PEOPLE = ("customer_id", "row_id", "interaction_id", "response_id", "failure", "comment_id")
LONGEST_BUDGET = 60_000  # milliseconds; a page gives up after that
BUDGET = 1_000  # where the header declares none
TARGET = "is no number. Write the target in the unit of y: 0.9 for 90%, 120 for two minutes."


@dataclass(frozen=True)
class Drawing:
    """How a question is drawn: names of columns ("" where the header names none), unit and what is wanted."""

    chart: str
    x: str = ""
    y: str = ""
    colour: str = ""
    facet: str = ""
    count: str = ""
    unit: str = ""
    better: str = ""
    target: float | None = None
    trend: bool = False
    opens: str = ""

    @property
    def value(self) -> str:
        """The column that holds the figure."""
        return {"heat": self.colour, "sankey": self.count}.get(self.chart, self.y)

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns that say which group a row is about; all others tell something of the people in it."""
        held = {
            "heat": (self.x, self.y),
            "sankey": (self.x, self.y),
            "scatter": (self.colour,),
            "table": (self.x,),
        }.get(self.chart, (self.x, self.colour))
        return tuple(name for name in (*held, self.facet) if name)


def drawing(query: Query) -> Drawing:
    """The drawing that a header asks for. Raises QueryError where the target is no number."""
    named = {key: query.get(key) for key in (*ROLES, "unit", "better", "opens")}
    return Drawing(
        chart=query.get("chart", DEFAULT_CHART), target=_target(query), trend=query.get("trend") == "yes", **named
    )


def _target(query: Query) -> float | None:
    text = query.get("target")
    try:
        return float(text) if text else None
    except ValueError:
        raise query.complain("target", f'"{text}" {TARGET}') from None


def owed(query: Query, columns: Mapping[str, str], questions: Collection[str], answers: Collection[str] = ()) -> None:
    """Raise QueryError unless the SQL gives what the header draws.

    columns: name -> type as DuckDB describes it. questions: ids of all explore files. answers: ids that are taken by
    pages of the product.
    """
    wanted = drawing(query)
    if query.id in answers:
        raise query.complain("title", f'"{query.id}" is the name of an answer of the product. Give the file another.')
    if "/" not in query.id:
        raise query.complain("title", f"stands in no topic. Move it to queries/explore/TOPIC/{query.id}.sql.")
    drawable(query, columns)
    _numbers(query, wanted, columns)
    _trend(query, wanted, columns)
    if wanted.opens and wanted.opens not in questions:
        raise query.complain("opens", f'"{wanted.opens}" is no question to explore. {nearest(wanted.opens, questions)}')


def drawable(query: Query, columns: Collection[str]) -> Drawing:
    """The drawing, where the answer has every column for it and none that tells who somebody is; else QueryError."""
    wanted = drawing(query)
    for key in NEEDS[wanted.chart]:
        if not query.get(key):
            raise query.complain("chart", f'"{wanted.chart}" needs a line "-- {key}: ..." that names a column.')
    for key in ROLES:
        name = query.get(key)
        if name and name not in columns:
            raise query.complain(key, f'"{name}" is no column of the answer. {nearest(name, columns)}')
    for name in columns:
        if name in NAMES_PEOPLE and not query.get("names"):
            raise query.complain(
                "title", f'"{name}" tells who it was; a page shows groups. Take it out, or count it: count(*).'
            )
    return wanted


def _numbers(query: Query, wanted: Drawing, columns: Mapping[str, str]) -> None:
    """The figure and the number behind it are numbers."""
    for key, name in (("count", wanted.count), ("y" if wanted.value == wanted.y else "colour", wanted.value)):
        if name and not columns[name].upper().lstrip("U").startswith((*NUMBERS, "BIGINT", "SMALLINT", "TINYINT")):
            raise query.complain(key, f"{name} is {columns[name].lower()}; it has to be a number. Cast it, or count.")


def _trend(query: Query, wanted: Drawing, columns: Mapping[str, str]) -> None:
    """A verdict needs weeks, the way that is good, and a unit."""
    if not wanted.trend:
        return
    if wanted.chart != "line" or columns[wanted.x].upper() not in ("DATE", '"NULL"'):
        raise query.complain("trend", "a verdict is about a line by week: chart: line, and x a date as week_of(...).")
    for key in ("better", "unit"):
        if not query.get(key):
            raise query.complain("trend", f'a verdict needs a line "-- {key}: ..." too.')


def budget(query: Query) -> Iterator[QueryError]:
    """The declared budget is a number of milliseconds."""
    text = query.get("budget")
    if text and not (text.isdigit() and 0 < int(text) <= LONGEST_BUDGET):
        said = f'"{text}" is no number of milliseconds. Write a whole one up to {LONGEST_BUDGET}: -- budget: 300'
        yield query.complain("budget", said)


def budget_of(query: Query) -> int:
    """How many milliseconds a question may take."""
    return int(query.get("budget") or BUDGET)


def grain(query: Query) -> list[str]:
    """The columns that the header's grain names: `reason and channel` is two."""
    text = query.get("grain").replace(" and ", ",").replace(" by ", ",")
    return [part.strip().replace(" ", "_") for part in text.split(",") if part.strip()]


def grained(query: Query, described: Mapping[str, str]) -> Iterator[QueryError]:
    """Each part of the grain is a column of the answer."""
    for name in grain(query):
        if name not in described:
            hint = nearest(name, described)
            yield query.complain("grain", f'"{name}" is no column of the answer. {hint} Name columns: a, b and c.')
