"""Generated exports of any size, in our own plain layout."""

from __future__ import annotations

from pathlib import Path

import duckdb

from bellwether.cells import literal
from bellwether.settings import settings

# Per interaction: a twentieth of an answer, a fifth of a loyalty event.
SHARES = {"interactions": 1.0, "surveys": 0.05, "loyalty": 0.2}
FILES = 3


def write(folder: Path, interactions: int) -> list[Path]:
    """Three files of interactions, one of answers and one of loyalty events, then the file of one new day.

    The new day holds a thousandth of the rows (three years of days) and is written beside `folder`, in `folder-day`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    day = folder.with_name(f"{folder.name}-day")
    day.mkdir(exist_ok=True)
    written = []
    for feed, share in SHARES.items():
        rows = int(interactions * share)
        files = FILES if feed == "interactions" else 1
        for place in range(files):
            file = folder / f"{feed}-{place + 1}.csv"
            _copy(feed, file, rows * place // files, rows * (place + 1) // files, rows)
            written.append(file)
        _copy(feed, day / f"{feed}-day.csv", rows, rows + max(1, rows // 1000), rows)
    return written


def _copy(feed: str, file: Path, first: int, last: int, rows: int) -> None:
    if file.exists():
        return
    text = (settings().queries / "bench" / f"{feed}.sql").read_text(encoding="utf-8")
    known = {"first": first, "last": last, "rows": rows, "customers": max(1000, rows // 20)}
    with duckdb.connect() as con:
        used = duckdb.extract_statements(text)[0].named_parameters
        con.execute(
            f"copy ({text}) to {literal(str(file))} (header, timestampformat '%Y-%m-%d %H:%M:%S')",
            {name: value for name, value in known.items() if name in used},
        )
