"""`make bench`: run it all, print the ratios, and write `docs/bench.md` with the machine and the versions."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bellwether.bench import browser, measure
from bellwether.settings import ROOT

PACKAGES = ("duckdb", "streamlit", "polars", "plotly", "great-expectations")


def run(folder: Path, rows: int, say: Callable[[str], None], write: bool) -> list[str]:
    """Measure at `rows` and at a tenth of it; returns the report's lines. `folder` is emptied before and after."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        small, where_small = measure.refreshes(folder / "small", rows // 10, say)
        large, where = measure.refreshes(folder / "large", rows, say)
        say("Page queries")
        queries = measure.page_queries(where)
        sizes = [
            measure.Figure(f"{one.what}, {rows:,} rows", one.seconds, f"at {rows // 10:,} rows", other.seconds, "1")
            for one, other in zip(queries, measure.page_queries(where_small), strict=True)
            if one.what.startswith("queries")
        ]
        say("In the browser")
        waits = browser.waits(where)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report = [*_head(rows), "", *measure.lines([*large, *small, *queries, *sizes, *waits])]
    report += ["", f"Most memory of the measuring process: {measure.memory():.1f} GB."]
    if write:
        (ROOT / "docs" / "bench.md").write_text("\n".join(report) + "\n", encoding="utf-8")
    return report


def _head(rows: int) -> list[str]:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        "# Benchmarks",
        "",
        f"`make bench` on {date.today()}: {rows:,} interactions, a twentieth as many survey answers, a fifth as many",
        "loyalty events. Machines and their neighbours differ, so read the ratios: both sides of each were measured",
        "in one run.",
        "",
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {packages}.",
    ]
