"""How the command line speaks: answers as table, CSV or JSON; a refresh as progress and one line a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
from rich import progress as bars
from rich.console import Console
from rich.table import Table

from bellwether import warehouse
from bellwether.settings import VERSIONS_KEPT

FORMATS = ("table", "csv", "json")
# Quarantined rows of one file, as a share, from which it is worth a sentence.
MANY = 0.05


def show(frame: pl.DataFrame, format: str) -> None:
    """Print an answer to standard output. Raises ValueError for a format that isn't known."""
    if format not in FORMATS:
        raise ValueError(f'"{format}" is no format. Known: {", ".join(FORMATS)}.')
    if format == "csv":
        sys.stdout.write(frame.write_csv())
    elif format == "json":
        print(as_json(frame))
    else:
        _table(frame)


def as_json(what: pl.DataFrame | dict[str, pl.DataFrame]) -> str:
    """Rows as objects; days and moments in ISO form, money as numbers."""
    rows = {key: one.to_dicts() for key, one in what.items()} if isinstance(what, dict) else what.to_dicts()
    return json.dumps(rows, indent=1, default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)


def _table(frame: pl.DataFrame) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, kind in frame.schema.items():
        table.add_column(name, justify="right" if kind.is_numeric() else "left")
    for row in frame.iter_rows():
        table.add_row(*("" if cell is None else _cell(cell) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else 400)
    console.print(table)


def _cell(cell: object) -> str:
    return f"{cell:,.4g}" if isinstance(cell, float) else f"{cell:,}" if type(cell) is int else str(cell)


class Progress:
    """A bar a step while people watch; into a file or a pipe, one line a step."""

    def __init__(self, console: Console) -> None:
        columns = (bars.TextColumn("{task.description}"), bars.BarColumn(), bars.TimeElapsedColumn())
        self._bars = bars.Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._console, self._said = console, ""

    def __enter__(self) -> Progress:
        self._bars.start()
        self._task = self._bars.add_task("Looking for exports", total=None)
        return self

    def __exit__(self, *_) -> None:
        self._bars.stop()

    def say(self, step: str, done: int, of: int) -> None:
        if not self._console.is_terminal and step != self._said:
            self._console.print(f"{step} ...", highlight=False, markup=False, soft_wrap=True)
        self._said = step
        self._bars.update(self._task, description=step, completed=done, total=of)


def outcome(console: Console, told) -> None:
    """One line a file (rows read = accepted + quarantined), then how it ended."""
    for one in told.files:
        if one.state == "taken in":
            text = (
                f"{one.read:>10,} read = {one.accepted:>10,} accepted + {one.quarantined:>7,} quarantined  {one.file}"
            )
            console.print(text, highlight=False, markup=False, soft_wrap=True)
    for one in told.files:
        if one.state == "taken in" and one.quarantined > MANY * one.read:
            lost = f"{one.quarantined / one.read:.0%} of {one.file} can't be used: see Data > Quarantine, or "
            console.print(f"{lost}bellwether ask data/quarantine.", highlight=False, markup=False, soft_wrap=True)
    for one in told.files:
        if one.state != "taken in":
            console.print(f"{one.state}: {one.said or one.file}", highlight=False, markup=False, soft_wrap=True)
    for sentence in (*told.stopped, *told.mentions):
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)
    console.print(_ending(told), highlight=False, markup=False, soft_wrap=True)


def _ending(told) -> str:
    if told.published:
        return f"Published version {told.version} in {told.seconds:,.1f} s."
    if told.stopped:
        stays = f"version {told.version} stays as it was" if told.version else "there is no version yet"
        return f"Nothing was published; {stays}."
    return f"Nothing has changed; version {told.version} stays."


def verdict(console: Console, indicator: str, silo: str, found: pl.DataFrame) -> None:
    """The verdict of a trend in one sentence."""
    if found.is_empty():
        console.print(f"{indicator}, {silo}: not measured.")
        return
    row = found.to_dicts()[0]
    rule = f" ({row['rule']}, since {row['since']})" if row.get("rule") else ""
    able = f" It meets its standard of {row['target']:g} {row['capability']}." if row.get("capability") else ""
    console.print(f"{indicator}, {silo}: {row['verdict']}{rule}.{able}", highlight=False, markup=False, soft_wrap=True)


def versions(folder: Path, prune: bool, say: Callable[[str], None]) -> Iterator[str]:
    """One line a published version, newest last; with `prune`, all but the newest few are removed first, and said."""
    if prune:
        for name in warehouse.prune(folder, VERSIONS_KEPT):
            say(f"Removed {name}.")
    for home in warehouse.versions(folder):
        manifest = warehouse.read_manifest(home)
        rows = sum(month["rows"] for months in manifest["feeds"].values() for month in months.values())
        yield f"{home.name}  {manifest['built_at']}  {rows:,} rows in feeds"
