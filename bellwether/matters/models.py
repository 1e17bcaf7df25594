"""The models whose drivers are weighed: satisfaction and loyalty, by what customers said and by what happened to them.

Items that few were asked would cost most rows (a row with one unknown answer is lost), so those that fewer than half of
the raters answered are left aside, by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

from bellwether import marts
from bellwether.sql import Query

SATISFACTION, LOYALTY = "satisfaction", "loyalty"
ITEMS, OPERATIONS = "items", "operations"
OVERALL = ("csat", "nps")  # what may be rated as a whole; an item is what stands beside it
ANSWERED = 0.5
MOST_ITEMS = 20
UNMENTIONED = 50.0
MOST_ROWS = 20_000
CONTEXTS = ("segment", "tenure", "value", "silo", "channel", "urgency", "turn", "after_failure", "hours")

# What may have gone wrong at a contact (driver_contexts.sql).
EVENTS = (
    *("late_answer", "not_recognised", "broken_promise", "transferred", "reopened", "asked_again", "handed_over"),
    "digital_had_failed",
)


@dataclass(frozen=True)
class Model:
    """One outcome and its drivers. rows: one a response or a customer's quarter, columns are numbers.

    `kind`: ITEMS or OPERATIONS; `rated`: the item that is the outcome, "" for loyalty. `left_out`: items that too few
    answered. `of`: how many rows there are, where `rows` are a sample; else 0. `lacks`: why there is nothing to weigh.
    """

    about: str
    kind: str
    rows: pl.DataFrame
    drivers: tuple[str, ...] = ()
    rated: str = ""
    contexts: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    of: int = 0
    lacks: str = ""

    @property
    def name(self) -> str:
        return f"{self.about} {self.kind}"


def found(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> list[Model]:
    """All four models; those that can't be told from these exports say why. Raises QueryError."""
    answers, contexts, stays, lives = (
        marts.rows(con, queries[f"driver_{name}"]) for name in ("answers", "contexts", "stays", "lives")
    )
    wide, mentions = _wide(answers)
    rated = _rated(answers)
    of = int(answers["responses"].max() or 0)
    wide = wide.join(contexts, on="response", how="left").join(stays, on="response", how="left")
    return [
        _by_items(SATISFACTION, wide, mentions, rated, rated, of),
        _by_contact(wide, rated, of),
        _by_items(LOYALTY, wide, mentions, rated, "stays", of),
        _by_quarter(lives),
    ]


def _wide(answers: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """A column an item; items that are only mentioned stand at UNMENTIONED for those who mentioned any."""
    mentions = answers.filter("is_mention")["item"].unique().sort().to_list()
    about = answers.group_by("response").agg(
        customer=pl.col("customer_id").first().fill_null(pl.col("response").first()),
        weight=pl.col("weight").first(),
    )
    wide = about.join(_pivoted(answers), on="response", how="left") if answers.height else about
    if mentions:
        spoke = pl.any_horizontal(pl.col(name).is_not_null() for name in mentions)
        filled = [pl.when(spoke).then(pl.col(name).fill_null(UNMENTIONED)).alias(name) for name in mentions]
        wide = wide.with_columns(filled)
    return wide, mentions


def _pivoted(answers: pl.DataFrame) -> pl.DataFrame:
    names = answers["item"].unique().sort().to_list()
    return answers.group_by("response").agg(
        pl.col("value").filter(pl.col("item") == name).mean().alias(name) for name in names
    )


def _rated(answers: pl.DataFrame) -> str:
    """The overall rating that most gave."""
    counts = {name: answers.filter(item=name).height for name in OVERALL}
    most = max(counts, key=counts.get)
    return most if counts[most] else ""


def _by_items(about: str, wide: pl.DataFrame, mentions: list[str], rated: str, outcome: str, of: int) -> Model:
    asked = [name for name in wide.columns if name not in {"response", "customer", "weight", "stays", *EVENTS}]
    asked = [name for name in asked if name not in CONTEXTS and name != "is_known"]
    asked = [name for name in asked if name not in OVERALL or (about == LOYALTY and name == rated)]
    if not outcome or outcome not in wide.columns:
        return Model(about, ITEMS, wide.head(0), lacks="No survey with an overall rating (csat or nps) was answered.")
    # Whether somebody stays is known of all who answered, whatever they were asked: only a rater's answers are weighed.
    raters = wide.drop_nulls([outcome, rated] if rated else outcome)
    some = raters.sort(pl.col("response").hash(), "response").head(MOST_ROWS)
    if not some.height:
        lacks = "Nobody who answered is seen to stay or to leave: it takes an export that says who left and when."
        return Model(about, ITEMS, some, lacks=lacks)
    answered = {name: some[name].count() / some.height for name in asked}
    kept = sorted((name for name in asked if answered[name] >= ANSWERED), key=lambda name: (-answered[name], name))
    varied = [name for name in kept if some[name].n_unique() > 2 or name in mentions][:MOST_ITEMS]
    left = tuple(sorted(set(asked) - set(varied)))
    if len(varied) < 2:
        lacks = "The surveys ask for less than two things beside the overall rating, so nothing can be weighed."
        return Model(about, ITEMS, some, left_out=left, lacks=lacks)
    return Model(about, ITEMS, some, tuple(varied), outcome, _told(some), left, _sampled(of, raters, outcome))


def _sampled(of: int, wide: pl.DataFrame, outcome: str) -> int:
    """How many responses there are, where the rows are a sample of them; 0 where they are all."""
    return of if of // MOST_ROWS > 1 or wide[outcome].count() > MOST_ROWS else 0


def _by_contact(wide: pl.DataFrame, rated: str, of: int) -> Model:
    if not rated or "is_known" not in wide.columns:
        return Model(SATISFACTION, OPERATIONS, wide.head(0), lacks="No survey with an overall rating was answered.")
    some = wide.filter("is_known").drop_nulls(rated).sort(pl.col("response").hash(), "response").head(MOST_ROWS)
    return _events(Model(SATISFACTION, OPERATIONS, some, EVENTS, rated, _told(some), of=_sampled(of, wide, rated)))


def _by_quarter(lives: pl.DataFrame) -> Model:
    names = [name for name in lives.columns if name not in {"origin", "customer_id", "stays", "segment", "tenure"}]
    rows = lives.rename({"customer_id": "customer"}).with_columns(weight=pl.lit(1.0))
    some = rows.sort(pl.struct("origin", "customer").hash(), "origin", "customer").head(MOST_ROWS)
    some = some.with_columns(pl.col("stays").cast(pl.Float64))
    if not some.height:
        lacks = "Nobody is seen to stay or to leave: it takes an export that says who left and when."
        return Model(LOYALTY, OPERATIONS, some, lacks=lacks)
    return _events(
        Model(
            LOYALTY,
            OPERATIONS,
            some,
            tuple(names),
            "stays",
            _told(some),
            of=rows.height if rows.height > MOST_ROWS else 0,
        )
    )


def _events(model: Model) -> Model:
    """Only what ever happened can be weighed."""
    rows = model.rows.with_columns(pl.col(name).fill_null(0).cast(pl.Float64) for name in model.drivers)
    varied = tuple(name for name in model.drivers if rows[name].n_unique() > 1) if rows.height else ()
    left = tuple(name for name in model.drivers if name not in varied)
    if len(varied) < 2 or not rows.height or rows[model.rated].n_unique() < 2:
        lacks = "No answer names the contact that it rates, or nothing is told of what happened there."
        return Model(model.about, model.kind, rows, left_out=left, lacks=lacks)
    return Model(model.about, model.kind, rows, varied, model.rated, model.contexts, left, model.of)


def _told(rows: pl.DataFrame) -> tuple[str, ...]:
    """Contexts with at least two members that are told."""
    return tuple(name for name in CONTEXTS if name in rows.columns and rows[name].drop_nulls().n_unique() > 1)
