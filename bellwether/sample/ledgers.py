"""The CRM's customers, and what the company spent on service and on everything else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from bellwether.sample import company, dirt
from bellwether.sample.loyalty import Lives
from bellwether.sample.world import World, seconds, stream

FIRST = (
    "Anna",
    "Bram",
    "Chantal",
    "Daan",
    "Emine",
    "Femke",
    "Gijs",
    "Hanna",
    "Ilias",
    "Joris",
    "Karin",
    "Lars",
    "Mila",
    "Noor",
    "Omar",
    "Petra",
    "Quinten",
    "Rosa",
    "Sanne",
    "Teun",
)
LAST = (
    "Akker",
    "Bosch",
    "Costa",
    "Dijk",
    "Eik",
    "Faber",
    "Groot",
    "Heide",
    "Ivens",
    "Jaspers",
    "Kade",
    "Linde",
    "Meer",
    "Nys",
    "Otten",
    "Polder",
    "Quist",
    "Roos",
    "Smit",
    "Terp",
)
RECIPES = {
    "bad_date": dirt.replaced("Customer since", dirt.BAD_DATES),
    "unknown_code": dirt.replaced("Type", ("robot", "C0NSUMER")),
    "missing_id": dirt.emptied("Account ID"),
    "closed_before_opened": dirt.swapped("Customer since", "Customer until"),
}


def names(world: World, people: pl.DataFrame) -> pl.DataFrame:
    """Made-up names and addresses, so that pseudonymising has something to do."""
    rng, n = stream(world, "names"), len(people)
    name = np.char.add(np.char.add(rng.choice(FIRST, n), " "), rng.choice(LAST, n))
    return people.with_columns(
        name=pl.Series(name), email=pl.format("{}@example.net", pl.col("customer_id").str.to_lowercase())
    )


def write_customers(world: World, people: pl.DataFrame, lives: Lives, folder: Path) -> tuple[dict[str, int], dict]:
    """Day-first dates, as a Dutch CRM writes them. Returns the rows written, and the dirty rows by kind."""
    left = np.where(lives.returned >= 0, lives.lapsed_again, lives.lapsed)
    known = people.with_columns(left=pl.Series(left)).filter(pl.col("joined") < world.end)
    columns = {
        "Account ID": pl.col("customer_id"),
        "Account name": pl.col("name"),
        "E-mail": pl.col("email"),
        "Type": pl.col("kind"),
        "Segment": pl.col("segment"),
        "Service region": pl.col("region"),
        "Customer since": day_first("joined"),
        "Customer until": day_first("left"),
        "Product": pl.col("product"),
        "Contract": pl.when("yearly").then(pl.lit("yearly")).otherwise(pl.lit("rolling")),
        "First plan": pl.col("tier"),
        "Paperless": pl.when("paperless").then(pl.lit("yes")).otherwise(pl.lit("no")),
    }
    frame = known.select(expression.cast(pl.String).alias(name) for name, expression in columns.items())
    counts = dirt.wanted(world, "customers")
    frame = dirt.soil(frame, counts, RECIPES, stream(world, "dirt customers"))
    name = "crm_customers.csv"
    return {name: dirt.write_csv(frame, folder / name, counts["wrong_cells"])}, {"dirty": counts}


def day_first(name: str) -> pl.Expr:
    at = pl.when(pl.col(name) >= 0).then(pl.from_epoch(name, time_unit="s"))
    return at.dt.strftime("%d-%m-%Y")


def write_investments(world: World, folder: Path) -> dict[str, int]:
    """One row a month, silo and purpose. The months before the Field service step show what it cost."""
    rng, rows, step = stream(world, "investments"), [], world.truth["step"]
    for month in months(world):
        for silo in company.SILOS:
            near = 0 < (step["date"] - month).days < 150 and silo == step["silo"]
            spend = {"service": 18_000 + 30_000 * near, "product": 30_000}
            for purpose, mean in spend.items():
                rows.append((month.isoformat(), silo, purpose, f"{mean * rng.lognormal(-0.02, 0.2):.2f}"))
    frame = pl.DataFrame(rows, schema=["period", "silo", "purpose", "amount"], orient="row")
    frame = frame.with_columns(currency=pl.lit(world.truth["company"]["currency"]))
    return {"investments.csv": dirt.write_csv(frame, folder / "investments.csv")}


def months(world: World) -> list[date]:
    """The first day of every month that begins inside the sample."""
    last = world.truth["company"]["last_day"]
    firsts = (
        date(year, month, 1)
        for year in range(last.year - world.weeks // 52 - 1, last.year + 1)
        for month in range(1, 13)
    )
    return [first for first in firsts if world.start <= seconds(first) < world.end]
