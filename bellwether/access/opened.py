"""What names people, opened for those who may, one look at a time; each look is in the access log.

Comments lie under `private/` in a version, ids behind the pseudonyms and quarantined records under `private/` in each
import: outside of what a version's own connection can reach.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb
import polars as pl

from bellwether import shelves, warehouse
from bellwether.access import log
from bellwether.access.viewer import Viewer
from bellwether.settings import settings

COMMENTS = {"comment_id": pl.String, "text": pl.String, "language": pl.String}


class NotYours(Exception):
    """Somebody asked to see what their work does not need."""


def comments(viewer: Viewer, ids: Collection[str], about: str) -> pl.DataFrame:
    """comment_id, text, language of these comments, in the newest version. Raises NotYours.

    about: where they are shown, for the log; a list of them needs ten people (`suppression.fewest_comments`).
    """
    _insist(viewer, log.COMMENTS, about)
    home = warehouse.current(settings().warehouse)
    files = sorted((home / "private" / "comments").glob("month=*/*.parquet")) if home else []
    if not files or not ids:
        return pl.DataFrame(schema=COMMENTS)
    wanted = f"select comment_id, text, language from {shelves.read(files)} where list_contains(?, comment_id)"
    return _rows(wanted, [list(ids)])


def known_as(viewer: Viewer, pseudonym: str) -> list[str]:
    """The ids by which tools know a customer. Raises NotYours."""
    _insist(viewer, log.CUSTOMER, pseudonym)
    files = sorted(settings().warehouse.glob("imports/*/private/identities.parquet"))
    if not files:
        return []
    found = _rows(f"select distinct id from {shelves.read(files)} where pseudonym = ? order by 1", [pseudonym])
    return found["id"].to_list()


def record(viewer: Viewer, import_: str, line: int) -> str | None:
    """A quarantined record as it stands in its export; None where there is none. Raises NotYours."""
    _insist(viewer, log.CUSTOMER, f"quarantined line {line}")
    file = settings().warehouse / "imports" / Path(import_).name / "private" / "quarantine.parquet"
    if not file.exists():
        return None
    found = _rows(f"select record from {shelves.read([file])} where source_line = ? limit 1", [line])
    return found["record"][0] if found.height else None


def _insist(viewer: Viewer, what: str, about: str) -> None:
    if not viewer.reads_all:
        log.note(viewer, log.REFUSED, f"{what}: {about}")
        raise NotYours("What names people is for analysts and stewards. Ask one of them, with your reason.")
    log.note(viewer, what, about)


def _rows(sql: str, given: list) -> pl.DataFrame:
    with duckdb.connect() as con:
        return con.sql(sql, params=given).pl()
