"""Digital: sessions on the web and in the app, in the product's own plain layout (the interactions feed's columns)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bellwether.sample import dirt
from bellwether.sample.world import World, stamp, stream

RECIPES = {
    "bad_date": dirt.replaced("started_at", dirt.BAD_DATES),
    "unknown_code": dirt.replaced("failed", ("maybe", "telepathy")),
    "missing_id": dirt.emptied("interaction_id"),
    "negative_duration": dirt.replaced("handle_seconds", ("-12", "-900")),
    "closed_before_opened": dirt.swapped("started_at", "resolved_at"),
}


def write(world: World, contacts: pl.DataFrame, folder: Path) -> tuple[dict[str, int], dict]:
    """A file a calendar year. Returns the rows written a file and the dirty rows by kind."""
    mine = contacts.filter(pl.col("tool") == "sessions")
    year = mine.select(pl.from_epoch("at", time_unit="s").dt.year()).to_series()
    counts = dirt.wanted(world, "sessions")
    frame = layout(world, mine).with_columns(year=year.cast(pl.String))
    frame = dirt.soil(frame, counts, RECIPES, stream(world, "dirt sessions"))
    return dirt.write_by_year(frame, folder, "bellwether_interactions", counts["wrong_cells"]), {"dirty": counts}


def layout(world: World, mine: pl.DataFrame) -> pl.DataFrame:
    """All text; a failed attempt has no resolved_at."""
    null = pl.lit(None)
    columns = {
        "interaction_id": pl.col("interaction_id"),
        "customer_id": pl.when(~pl.col("unknown")).then(pl.col("customer_id")),
        **{
            name: pl.col(name)
            for name in ("silo", "team", "stage", "touchpoint", "channel", "mode", "initiated_by", "reason")
        },
        "started_at": stamp(world, pl.col("at")),
        "answered_at": null,
        "promised_at": null,
        "resolved_at": stamp(world, pl.col("resolved")),
        "wait_seconds": null,
        "handle_seconds": pl.col("handle"),
        "transfers": pl.lit("0"),
        "reopened": pl.lit("false"),
        "recognised": null,
        "failed": pl.col("failed"),
        "switching": pl.col("switching").is_not_null(),
        "cost": pl.col("cost"),
        "currency": pl.lit(world.truth["company"]["currency"]),
    }
    return mine.select(expression.cast(pl.String).alias(name) for name, expression in columns.items())
