"""Zendesk: the ticket export of an administrator, real columns first, then the company's own fields."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bellwether.sample import dirt
from bellwether.sample.world import NONE, WEEK, World, stream

VIA = {
    "email": "Mail",
    "chat": "Chat",
    "form": "Web form",
    "letter": "Mail",
    "visit": "Web service",
    "review_site": "Web service",
    "press": "Web service",
    "comparison_site": "Web service",
    "friend": "Web form",
}
CREATED, SOLVED, REPLIED = "Created at", "Solved at", "First reply time in minutes"
RECIPES = {
    "bad_date": dirt.replaced(CREATED, dirt.BAD_DATES),
    "unknown_code": dirt.replaced("Silo [list]", ("Suport", "FIELD_SVC", "Other")),
    "missing_id": dirt.emptied("Id"),
    "negative_duration": dirt.replaced(REPLIED, ("-3", "-240")),
    "closed_before_opened": dirt.swapped(CREATED, SOLVED),
}


def write(world: World, contacts: pl.DataFrame, folder: Path) -> tuple[dict[str, int], dict]:
    """A file a calendar year as exported two weeks before the end, and a later one that repeats the last weeks.

    Returns the rows written a file, and what is true of them: dirty rows by kind, and the overlap.
    """
    overlap, rng = world.truth["overlap"], stream(world, "dirt zendesk")
    mine = contacts.filter(pl.col("tool") == "zendesk")
    first_export = world.end - overlap["first_export_weeks_before_end"] * WEEK
    earlier = layout(world, mine.filter(pl.col("at") < first_export), first_export)
    repeated = pl.col("at") >= first_export - overlap["weeks"] * WEEK
    later = layout(world, mine.filter(repeated), world.end)
    both = later.join(earlier, on="Id", suffix=" before", maintain_order="left")
    changed = both.filter(
        pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name} before")) for name in later.columns if name != "Id")
    )
    counts = dirt.wanted(world, "zendesk")
    year = mine.filter(pl.col("at") < first_export).select(pl.from_epoch("at", time_unit="s").dt.year().cast(pl.String))
    soiled = dirt.soil(earlier.with_columns(year=year.to_series()), counts, RECIPES, rng)
    rows = dirt.write_by_year(soiled, folder, "zendesk_tickets", counts["wrong_cells"])
    rows["zendesk_tickets_later.csv"] = dirt.write_csv(later, folder / "zendesk_tickets_later.csv")
    return rows, {"dirty": counts, "overlap": {"rows_repeated": len(both), "rows_changed": len(changed)}}


def layout(world: World, mine: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """All columns as text, with nothing in them that lay ahead at `as_of`."""

    def local(name: str) -> pl.Expr:
        at = pl.when((pl.col(name) >= 0) & (pl.col(name) < as_of)).then(pl.from_epoch(pl.col(name), time_unit="s"))
        zoned = at.dt.replace_time_zone("UTC").dt.convert_time_zone(world.truth["company"]["zone"])
        return zoned.dt.strftime("%Y-%m-%d %H:%M")

    def minutes(until: str) -> pl.Expr:
        past = (pl.col(until) >= 0) & (pl.col(until) < as_of)
        return pl.when(past).then((pl.col(until) - pl.col("at")) // 60).cast(pl.String)

    open_ = (pl.col("resolved") < 0) | (pl.col("resolved") >= as_of)
    updated = pl.max_horizontal(
        pl.when(pl.col(name) < as_of).then(pl.col(name)).otherwise(NONE)
        for name in ("at", "answered", "ended", "resolved")
    )
    mine = mine.with_columns(
        updated=updated,
        ahead=pl.col("promised"),
        status=pl.when(open_).then(pl.lit("open")).otherwise(pl.lit("closed")),
    )
    text = {name: pl.col(name).cast(pl.String) for name in ("transfers", "handle", "cost")}
    reply, solution = minutes("answered"), minutes("resolved")
    columns = {
        "Summation column": pl.lit("1"),
        "Id": pl.col("interaction_id"),
        "Requester": pl.col("name"),
        "Requester id": (pl.col("customer") + 900_000).cast(pl.String),
        "Requester external id": pl.col("customer_id"),
        "Requester email": pl.col("email"),
        "Requester domain": pl.lit("example.net"),
        "Submitter": pl.col("name"),
        "Assignee": pl.col("agent"),
        "Group": pl.col("team"),
        "Subject": pl.concat_str(pl.col("touchpoint"), pl.lit(": "), pl.col("reason")),
        "Tags": pl.concat_str(pl.col("reason").str.replace_all(" ", "_"), pl.lit(","), pl.col("channel")),
        "Status": pl.col("status"),
        "Priority": pl.when("priority").then(pl.lit("High")).otherwise(pl.lit("Normal")),
        "Via": pl.col("channel").replace_strict(VIA, return_dtype=pl.String),
        "Ticket type": pl.when(pl.col("channel") == "visit").then(pl.lit("Task")).otherwise(pl.lit("Question")),
        CREATED: local("at"),
        "Updated at": local("updated"),
        "Assigned at": local("at"),
        "Organization": pl.lit(None),
        "Due date": pl.lit(None),
        "Initially assigned at": local("at"),
        SOLVED: local("resolved"),
        "Resolution time": pl.when(~open_).then((pl.col("resolved") - pl.col("at")) // 3600).cast(pl.String),
        "Satisfaction Score": pl.lit("Not Offered"),
        "Group stations": (pl.col("transfers") + 1).cast(pl.String),
        "Assignee stations": (pl.col("transfers") + 1).cast(pl.String),
        "Reopens": pl.col("reopened").cast(pl.Int8).cast(pl.String),
        "Replies": pl.lit("1"),
        REPLIED: reply,
        f"{REPLIED} within business hours": reply,
        "First resolution time in minutes": solution,
        "First resolution time in minutes within business hours": solution,
        "Full resolution time in minutes": solution,
        "Full resolution time in minutes within business hours": solution,
        "Agent wait time in minutes": pl.lit("0"),
        "Agent wait time in minutes within business hours": pl.lit("0"),
        "Requester wait time in minutes": reply,
        "Requester wait time in minutes within business hours": reply,
        "On hold time in minutes": pl.lit("0"),
        "On hold time in minutes within business hours": pl.lit("0"),
        "Ticket Category [list]": pl.col("reason"),
        "Status [list]": pl.col("status"),
        "Silo [list]": pl.col("silo"),
        "Stage [list]": pl.col("stage"),
        "Touchpoint [list]": pl.col("touchpoint"),
        "Channel [list]": pl.col("channel"),
        "Initiated by [list]": pl.col("initiated_by"),
        "Promised at [txt]": promise_text(world),
        "Customer recognised [flag]": pl.col("recognised").cast(pl.Int8).cast(pl.String),
        "Switching signal [list]": pl.col("switching"),
        "Total time spent (sec) [int]": text["handle"],
        "Cost [txt]": text["cost"],
    }
    return mine.select(expression.cast(pl.String).alias(name) for name, expression in columns.items())


def promise_text(world: World) -> pl.Expr:
    """A promise may lie ahead of the export: it is the one moment that is shown all the same."""
    at = pl.when(pl.col("promised") >= 0).then(pl.from_epoch(pl.col("promised"), time_unit="s"))
    zoned = at.dt.replace_time_zone("UTC").dt.convert_time_zone(world.truth["company"]["zone"])
    return zoned.dt.strftime("%Y-%m-%d %H:%M")
