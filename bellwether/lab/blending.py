"""Aggregates over people's rows: only those that blend many people into one figure, each held to the people behind it.

`sum(case when <one person> then spend end)` stands in a group of thousands and tells of one: so what counts is not the
group but the people whose rows go into this figure. Each figure that rests on one to four people becomes empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from bellwether.allowed import Refused
from bellwether.allowed_functions import AGGREGATES
from bellwether.lab.nodes import Node, arguments, both, called, changed, column, constant, inside, made
from bellwether.settings import FEWEST_PEOPLE

Keys = Sequence[tuple[str, str]]  # table and column of what tells one person from another

ONE = ("avg", "bool_and", "bool_or", "count", "favg", "kurtosis", "mean", "sem", "skewness", "stddev", "stddev_pop")
ONE = (*ONE, "stddev_samp", "var_pop", "var_samp", "variance", "entropy")
TWO = ("corr", "covar_pop", "covar_samp", "weighted_avg", "wavg", *(n for n in AGGREGATES if n.startswith("regr_")))
SUMS = ("sum", "fsum", "sumkahan", "kahan_sum")
COUNTS = ("count_if", "countif")
QUANTILES = ("quantile", "quantile_cont", "quantile_disc")
# A quantile this near the end tells of the last few people.
NEAREST_END = 0.01
PEOPLE = "a_people"


def aggregates(node: object) -> list[Node]:
    """The aggregates of an expression that are not windows, outermost alone."""
    return [one for one in inside(node, lambda one: not _plain(one)) if _plain(one)]


def _plain(node: Node) -> bool:
    return node.get("class") == "FUNCTION" and called(node) in AGGREGATES


def enough(keys: Keys, fewest: int, where: Node | None = None) -> Node:
    """True unless somebody, but fewer than this many, stand behind. With several kinds of people: of each kind."""
    told: Node | None = None
    for table, name in keys:
        people = made(f"count(distinct {PEOPLE})", a_people=column(table, name))
        told = both(told, made(f"a_count not between 1 and {fewest - 1}", a_count={**people, "filter": where}))
    assert told is not None  # noqa: S101 - for the types: there is always one kind of people
    return told


def held(node: object, keys: Keys, least: int = FEWEST_PEOPLE) -> object:
    """The same with each aggregate empty where it rests on too few people. Refuses one that shows a person."""
    return changed(node, lambda one: _held(one, keys, least) if _plain(one) else None)


def _held(node: Node, keys: Keys, least: int) -> Node | None:
    name = called(node)
    if name == "count_star" and node.get("filter") is None:
        return None  # the group itself is held
    condition, fewest = _goes_in(node, name, least)
    if node.get("filter") is not None:
        condition = node["filter"] if condition is None else both(node["filter"], condition)
    bare = {**node, "alias": ""}
    told = made("case when a_enough then a_figure end", a_enough=enough(keys, fewest, condition), a_figure=bare)
    return {**told, "alias": node.get("alias") or name.removesuffix("_star")}


def _goes_in(node: Node, name: str, least: int) -> tuple[Node | None, int]:
    """Which rows go into a figure, and how many people it needs."""
    given = arguments(node)
    if name == "count_star":
        return None, least
    if name in ONE:
        return made("a_value is not null", a_value=given[0]), least
    if name in COUNTS:
        return given[0], least
    if name in SUMS:
        return made("a_value <> 0", a_value=given[0]), least
    if name in TWO:
        return made("a_value is not null and a_other is not null", a_value=given[0], a_other=given[1]), least
    if name == "median":
        return made("a_value is not null", a_value=given[0]), 2 * least
    if name in QUANTILES and len(given) == 2:
        return made("a_value is not null", a_value=given[0]), _beyond(given[1], least)
    raise Refused("people", name, f"{name}() can show what one person did. {_instead(name)}")


def _beyond(shares: Node, least: int) -> int:
    """How many people a quantile needs, so that enough of them stand beyond it."""
    parts = arguments(shares) if called(shares) == "list_value" else [shares]
    told = [constant(one) for one in parts]
    try:
        ends = [min(share, 1 - share) for share in (float(text) for text in told if text is not None)]
    except ValueError:
        ends = []
    if not ends or len(ends) < len(parts) or min(ends) < NEAREST_END:
        raise Refused(
            "people", "quantile", "A quantile is a number from 0.01 to 0.99: nearer the end stands one person."
        )
    return ceil(least / min(ends))


def _instead(name: str) -> str:
    if name in ("max", "min"):
        share = "0.95" if name == "max" else "0.05"
        return f"Ask for quantile_cont(value, {share}), or do it for each customer first: group by customer_id."
    if name in ("any_value", "first", "last", "arbitrary", "mode"):
        return "Put the column into group by."
    return "Count people instead, or do it for each customer first: group by customer_id."
