"""Versions and what changed between two of them, read from what each says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from bellwether import warehouse


def versions(folder: Path) -> pl.DataFrame:
    """Kept versions, the newest first: version, number, built_at, files, rows."""
    told = [(home.name, warehouse.read_manifest(home)) for home in reversed(warehouse.versions(folder))]
    return pl.DataFrame(
        [
            {
                "version": name,
                "number": int(name.split("-")[0]),
                "built_at": datetime.fromisoformat(one["built_at"]),
                "files": len(one.get("imports", {})),
                "rows": sum(_rows(months) for months in one.get("feeds", {}).values()),
            }
            for name, one in told
        ],
        schema={
            "version": pl.String,
            "number": pl.Int64,
            "built_at": pl.Datetime("us", "UTC"),
            "files": pl.Int64,
            "rows": pl.Int64,
        },
    )


def feeds_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> pl.DataFrame:
    """What happened to each feed from one manifest to another: rows before and now, and the months that differ."""
    before, now = old.get("feeds", {}), new.get("feeds", {})
    return pl.DataFrame(
        [
            {
                "Feed": feed,
                "Rows before": _rows(before.get(feed, {})),
                "Rows now": _rows(now.get(feed, {})),
                "Difference": _rows(now.get(feed, {})) - _rows(before.get(feed, {})),
                "Months that differ": len(_differ(before.get(feed, {}), now.get(feed, {}))),
            }
            for feed in sorted({*before, *now})
        ],
        schema={
            "Feed": pl.String,
            "Rows before": pl.Int64,
            "Rows now": pl.Int64,
            "Difference": pl.Int64,
            "Months that differ": pl.Int64,
        },
    )


def told_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Files that came and went, and definitions that changed, one sentence each."""
    before, now = _files(old), _files(new)
    first, second = old.get("prints", {}), new.get("prints", {})
    return [
        *(f"`{file}` came in." for file in sorted(now - before)),
        *(f"`{file}` was taken out." for file in sorted(before - now)),
        *(
            f"`{name}` was built anew: its definition, its rows or the governance behind it changed."
            for name in sorted({*first, *second})
            if first.get(name) != second.get(name)
        ),
    ]


def last_refresh(folder: Path) -> dict[str, Any]:
    """How the last refresh ended; empty when none has run. A broken note is no reason to break the page."""
    try:
        return json.loads((folder / "last_refresh.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _rows(months: Mapping[str, Mapping[str, Any]]) -> int:
    return sum(month["rows"] for month in months.values())


def _differ(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [month for month in {*before, *now} if before.get(month) != now.get(month)]


def _files(manifest: Mapping[str, Any]) -> set[str]:
    return {one["file"] for one in manifest.get("imports", {}).values()}
