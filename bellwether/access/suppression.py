"""Small groups: what is said of fewer than five people leaves by no door. Every answer passes here on its way out.

This is the first of two locks. The second stands at the refresh (`bundles.py`): what a version holds of small groups
can't be told apart by asking for more and subtracting.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from bellwether import exploring
from bellwether.cells import listed
from bellwether.settings import FEWEST_COMMENTS, FEWEST_PEOPLE, Company
from bellwether.sql import Query

COUNT, PEOPLE, TOO_FEW = "observations", "people", "too_few"
# As many as there are at the very least (macros.sql): enough to judge by, no figure to show.
AT_LEAST = "people_at_least"
# What would tell about the people in a group: every figure that is no whole number, and of these the counts. Their
# number is hidden too: it would give away the complement.
COUNTS = (
    *("value", "now", "low", "high", "before", "weight", "total", "squares", "weight_squares", COUNT, PEOPLE),
    *("at_risk", "expected_ends", "ends_low", "ends_high", "earlier", "answers"),
)


def fewest(company: Company | None = None) -> int:
    """How many people a score needs: five, or more where `company.toml` says so."""
    return max(FEWEST_PEOPLE, company.fewest_people if company else 0)


def fewest_comments(company: Company | None = None) -> int:
    """How many people a list of comments or a public view needs: ten, or more where `company.toml` says so."""
    return max(FEWEST_COMMENTS, fewest(company), company.fewest_comments if company else 0)


def suppressed(rows: pl.DataFrame, least: int = FEWEST_PEOPLE, own: Collection[str] = ()) -> pl.DataFrame:
    """The rows with every telling figure emptied where there are some people but fewer than `least`, and `too_few`.

    own: columns that are the company's own figures, as a target is, and tell of nobody.
    People are counted by the columns `people` and `people_at_least` (which goes no further) where the answer has them,
    and by `observations`: nobody is seen less often than once. Answers with none of them speak of no people and pass.
    """
    counts = [name for name in (PEOPLE, AT_LEAST, COUNT) if name in rows.columns]
    if not counts:
        return rows
    few = pl.any_horizontal(pl.col(name).is_between(1, max(least, FEWEST_PEOPLE) - 1) for name in counts)
    if AT_LEAST in counts and COUNT in counts:
        # People of whom nothing is told here stand in a bundle elsewhere (bundles.py).
        few = few | ((pl.col(AT_LEAST) > 0) & (pl.col(COUNT).fill_null(0) == 0))
    marked = rows.with_columns(few.fill_null(False).alias(TOO_FEW)).drop(AT_LEAST, strict=False)
    telling = [name for name, kind in rows.schema.items() if name not in own and (name in COUNTS or kind.is_float())]
    return marked.with_columns(pl.when(TOO_FEW).then(None).otherwise(pl.col(name)).alias(name) for name in telling)


def too_few(group: Mapping[str, int | None], least: int = FEWEST_PEOPLE) -> bool:
    """Whether one group has too few people, by the rule of `suppressed`; a count that is not told counts for nothing.

    A page of many figures asks this a hundred times, for which a frame each is slow.
    """
    told = {name: group[name] for name in (PEOPLE, AT_LEAST, COUNT) if group.get(name) is not None}
    few = any(1 <= number < max(least, FEWEST_PEOPLE) for number in told.values())
    return few or (told.get(AT_LEAST, 0) > 0 and told.get(COUNT) == 0)


def hidden(rows: pl.DataFrame, query: Query, least: int = FEWEST_PEOPLE) -> pl.DataFrame:
    """The answer to a question with its small groups emptied, by the rule of its kind.

    An explored answer names its own count; every column is emptied that is neither text nor named as a group. A row
    whose count is not known counts as too small. Hidden rows stand last, but in a line.
    """
    if query.kind != "explore":
        return suppressed(rows, least, listed(query, "own"))
    if query.get("names"):  # one customer a row, for roles that read every row: the page asks who looks
        return rows.with_columns(pl.lit(False).alias(TOO_FEW))
    wanted = exploring.drawing(query)
    few = pl.col(wanted.count).is_between(1, max(least, FEWEST_PEOPLE) - 1).fill_null(True)
    telling = [name for name, kind in rows.schema.items() if kind != pl.String and name not in wanted.groups]
    marked = rows.with_columns(few.alias(TOO_FEW))
    told = marked.with_columns(pl.when(TOO_FEW).then(None).otherwise(pl.col(name)).alias(name) for name in telling)
    # Their place among the others would say about how large a hidden figure is; a line needs its order.
    return told if wanted.chart == "line" else told.sort(TOO_FEW, maintain_order=True)
