"""The rows that no import should swallow: so many of each kind, counted, and always the same."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from bellwether.sample.world import World

BAD_DATES = ("31-02-2025 25:61", "n/a", "yesterday", "0000-00-00 00:00")
# Kinds that are made after the rows are text, not by changing a cell.
WHOLE_ROWS = ("duplicate", "wrong_cells", "bad_json")
# Kinds that a tool marks itself: to be left out, not refused.
MARKED = ("preview", "spam")


@dataclass(frozen=True)
class Recipe:
    """How to spoil a row: the new cells, from the rows' own, and the columns that must not be empty for it."""

    needs: tuple[str, ...]
    spoil: Callable[[pl.DataFrame, np.random.Generator], dict[str, pl.Series]]


def replaced(column: str, values: tuple[str, ...]) -> Recipe:
    """Put one of a few values into a column."""
    return Recipe((column,), lambda rows, rng: {column: pl.Series(rng.choice(values, len(rows)), dtype=pl.String)})


def emptied(column: str) -> Recipe:
    return Recipe((column,), lambda rows, rng: {column: pl.Series([None] * len(rows), dtype=pl.String)})


def swapped(opened: str, closed: str) -> Recipe:
    """Closed before opened. The two must differ, or nothing would be wrong."""
    return Recipe((opened, closed), lambda rows, rng: {opened: rows[closed], closed: rows[opened]})


def wanted(world: World, file: str) -> dict[str, int]:
    """How many rows of each kind a whole export gets, by the company's size."""
    share = world.customers / 20_000
    return {kind: max(2, round(count * share)) for kind, count in world.truth["dirty"][file].items()}


def soil(
    frame: pl.DataFrame, counts: Mapping[str, int], recipes: Mapping[str, Recipe], rng: np.random.Generator
) -> pl.DataFrame:
    """Spoil so many rows of each kind, no row twice, then append the exact duplicates of clean rows.

    `frame`: all text. Raises ValueError where too few rows could be spoiled in that way.
    """
    spoiled = np.zeros(len(frame), bool)
    for kind, recipe in recipes.items():
        able = np.flatnonzero(frame.select(fit(recipe)).to_series().to_numpy() & ~spoiled)
        if len(able) < counts[kind]:
            raise ValueError(f"{kind}: {counts[kind]} rows wanted, {len(able)} can be spoiled")
        rows = np.sort(rng.choice(able, counts[kind], replace=False))
        spoiled[rows] = True
        cells = recipe.spoil(frame[rows], rng)
        frame = frame.with_columns(frame[name].scatter(rows, values) for name, values in cells.items())
    clean = np.flatnonzero(~spoiled)
    again = np.sort(rng.choice(clean, counts.get("duplicate", 0), replace=False))
    return pl.concat([frame, frame[again]])


def fit(recipe: Recipe) -> pl.Expr:
    """Rows on which the recipe has something to spoil."""
    filled = pl.all_horizontal(pl.col(name).is_not_null() for name in recipe.needs)
    if len(recipe.needs) == 2:
        filled &= pl.col(recipe.needs[0]) != pl.col(recipe.needs[1])
    return filled


def append_torn(path: Path, cells: tuple[str | None, ...], count: int) -> None:
    """At the end of a CSV, a clean row torn: too few and too many cells by turns."""
    short, long = cells[: len(cells) // 2], (*cells, "surplus", "cells")
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(long if number % 2 else short for number in range(count))


def write_csv(frame: pl.DataFrame, path: Path, torn: int = 0, head: str = "") -> int:
    """Write a frame of text, under `head` if the tool has header rows of its own; returns the data rows written."""
    with path.open("wb") as file:
        file.write(head.encode())
        frame.write_csv(file, include_header=not head, quote_style="necessary")
    if torn:
        append_torn(path, frame.row(0), torn)
    return len(frame) + torn


def write_by_year(frame: pl.DataFrame, folder: Path, name: str, torn: int) -> dict[str, int]:
    """One CSV a value of the column `year`, which is not written; the torn rows end the last. Returns rows a file."""
    rows, years = {}, frame["year"].unique().sort()
    for year in years:
        part = frame.filter(pl.col("year") == year).drop("year")
        file = f"{name}_{year}.csv"
        rows[file] = write_csv(part, folder / file, torn if year == years[-1] else 0)
    return rows
