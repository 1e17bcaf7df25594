"""Questions by name: find the file, bind the filters, ask the version. What the pages and the command line share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl

from bellwether import filters, sql, warehouse
from bellwether.access import pseudonyms, suppression
from bellwether.engine.duckdb import SLOWEST_SECONDS, Engine, open_version
from bellwether.headers import NAME
from bellwether.settings import Settings

KINDS = ("answers", "explore", "indicators")


class NothingYet(Exception):
    """There is no version to ask; the text says how to make one."""


def open_current(settings: Settings) -> Engine:
    """The newest version, opened for reading. Raises NothingYet before the first refresh."""
    home = warehouse.current(settings.warehouse)
    if home is None:
        raise NothingYet(f"There is no data in {settings.warehouse} yet. Run: bellwether refresh --exports FOLDER")
    feeds = [(feed.id, feed.sql) for feed in sql.load(settings.queries, "feed")]
    return open_version(home, settings.queries, feeds)


def question(settings: Settings, name: str) -> sql.Query:
    """The file that answers a question, e.g. `silos/trend`. Raises LookupError that names near ones."""
    for kind in KINDS if NAME.fullmatch(name) else ():
        file = settings.queries / kind / f"{name}.sql"
        if file.exists():
            return sql.parse(file, settings.queries)
    known = [query.id for kind in ("answer", "explore", "indicator") for query in sql.load(settings.queries, kind)]
    raise LookupError(f'There is no question "{name}". {sql.nearest(name, known)}')


def text_of(settings: Settings, query: sql.Query, given: Mapping[str, Any]) -> str:
    """The SQL of a question; one that is asked over an indicator's rows has them in front, with their origins."""
    if not query.get("over"):
        return query.sql
    behind = known_indicator(settings, given.get("indicator") or filters.KNOWN["indicator"].default)
    origins = question(settings, f"silos/origins_{behind.get('feed')}")
    return f"with observations as ({behind.sql}), origins as ({origins.sql}) select * from ({query.sql})"


def ask(
    engine: Engine, settings: Settings, name: str, given: Mapping[str, Any] | None = None, few: bool = True
) -> pl.DataFrame:
    """The answer to a question; filters that it doesn't name are left aside, those not given take their default.

    few: small groups are hidden; only what makes figures of the rows, and hides those, leaves it off. Raises QueryError
    where the file names what the version does not hold, or takes too long.
    """
    query, given = question(settings, name), dict(given or {})
    if "customer" in query.parameters and given.get("customer"):
        given["customer"] = pseudonyms.of(settings, given["customer"])
    try:
        rows = engine.ask(text_of(settings, query, given), filters.values(query.parameters, given))
        return suppression.hidden(rows, query, suppression.fewest(settings.company)) if few else rows
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        raise sql.QueryError(query.file, query.statements[0].line, sql.first_line(error)) from None
    except duckdb.InterruptException:
        said = f"took longer than {SLOWEST_SECONDS} seconds. Ask a mart instead of a feed, or a shorter period."
        raise sql.QueryError(query.file, query.statements[0].line, said) from None


GRAINS = {"week": "week", "month": "month", "quarter": "date_trunc('quarter', month)::date"}
DIMENSIONS = ("silo", "stage", "touchpoint", "channel", "mode", "segment", "region")


def known_indicator(settings: Settings, name: str) -> sql.Query:
    """An indicator's file. Raises LookupError that names near ones."""
    found = {one.id: one for one in sql.load(settings.queries, "indicator")}
    if name not in found:
        raise LookupError(f'There is no indicator "{name}". {sql.nearest(name, found)}')
    return found[name]


def indicator(
    engine: Engine, settings: Settings, name: str, by: list[str], given: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """An indicator's value over any grain and dimensions: the columns of `by`, value, weight, observations.

    Raises LookupError for an unknown indicator or grain. The period cuts whole weeks, or whole months where `by` asks
    for months or quarters. A group without observations has no row: it is not measured.
    """
    known_indicator(settings, name)
    known = {**GRAINS, **{one: one for one in DIMENSIONS}}
    for one in by:
        if one not in known:
            raise LookupError(f'"{one}" is no grain. {sql.nearest(one, known)}')
    columns = "".join(f"{known[one]} as {one}, " for one in by)
    clock = "month" if {"month", "quarter"} & set(by) else "week"
    template = (settings.queries / "answers" / "_indicator.sql").read_text(encoding="utf-8")
    # A silo's own totals are exact week by week; below a silo small groups stand together (access/bundles.py).
    mart = "silo_totals" if set(by) <= {*GRAINS, "silo"} else "indicator_weeks"
    text = template.replace("/*by*/", columns).replace("/*clock*/", clock).replace("/*mart*/", mart)
    bound = {"indicator": name, **filters.values(frozenset({"since", "until"}), dict(given or {}))}
    return suppression.suppressed(engine.ask(text, bound), suppression.fewest(settings.company))
