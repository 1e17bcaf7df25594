"""`bellwether new source NAME --from EXPORT`: what was seen, what is proposed, how sure that is, and what it gives."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.markup import escape
from rich.table import Table

from bellwether import drafts, sql
from bellwether.commands.call import at, people, stop
from bellwether.headers import NAME
from bellwether.proposing import looking, matching, preview, typing, words, writing
from bellwether.proposing.matching import Plan
from bellwether.readers import Refused


@dataclass(frozen=True)
class Asked:
    """The words of the call."""

    name: str
    export: Path | None
    feed: str = ""
    records: str = ""
    zone: str = ""
    day_first: bool = False
    month_first: bool = False


def source(asked: Asked) -> None:
    """Propose a source, try it, and write it; nothing is written where it can't work."""
    where = at()
    place = where.queries / "sources" / f"{asked.name}.sql"
    _insist(asked, place)
    order = typing.DAY_FIRST if asked.day_first else typing.MONTH_FIRST if asked.month_first else ""
    try:
        with looking.look(asked.export.resolve(), asked.records) as looked:
            columns = typing.types(looked, order)
            plan = _chosen(matching.plans(columns), asked.feed)
            text = writing.source(asked.name, looked, columns, plan, asked.zone)
            _show(looked, columns, plan)
    except (Refused, typing.Undecided) as error:
        raise stop(error, 1) from None
    _tried(preview.preview(where, asked.name, text, asked.export.resolve()))
    place.write_text(text, encoding="utf-8")
    typer.echo(place)
    people.print(
        f"Nothing was published. Read {place.name}, mend what is wrong in it, then `bellwether check {place}`. "
        f"It counts once {asked.export.name} lies in the exports folder and `bellwether refresh` has run.",
        markup=False,
        soft_wrap=True,
    )


def _insist(asked: Asked, place: Path) -> None:
    if not NAME.fullmatch(asked.name) or "/" in asked.name:
        raise stop(f'"{asked.name}" is no name for a source. Write it as my_tool_tickets.', 2)
    if asked.export is None:
        raise stop("A source is proposed from an export. Say where one lies: --from FILE.", 2)
    if asked.feed and asked.feed not in words.NAMES:
        raise stop(f'"{asked.feed}" is no feed to propose. {sql.nearest(asked.feed, words.NAMES)}', 2)
    if asked.zone and asked.zone not in zoneinfo.available_timezones():
        raise stop(f'"{asked.zone}" is not a time zone. Write it as Europe/Amsterdam.', 2)
    if asked.day_first and asked.month_first:
        raise stop("Dates are read either day first or month first. Say one of the two.", 2)
    if place.exists():
        raise stop(drafts.Refused(f"{place} is there already; nothing was written. Choose another name."), 2)


def _chosen(plans: list[Plan], feed: str) -> Plan:
    """The likeliest plan, or that of the feed asked for. Raises Refused where it lacks what can't be made up."""
    plan = next((one for one in plans if one.feed == feed), plans[0])
    if plan.lacks:
        lacks = " and ".join(plan.lacks)
        raise Refused(
            f"No column of it looks like {lacks} of the feed {plan.feed}, and no row can be without. If one is there "
            "under another name, rename it in the export, or write the source by hand: see queries/README.md."
        )
    return plan


def _show(looked: looking.Looked, columns: list[typing.Column], plan: Plan) -> None:
    rows = f"the first {looked.rows:,} rows" if looked.more else f"{looked.rows:,} rows"
    people.print(f"{looked.file.name}: {looked.format}, {len(looked.columns)} columns, {rows}.", markup=False)
    people.print(f"It seems to fill the feed {plan.feed} ({plan.confidence:.0%} of what that can hold).", markup=False)
    taken = {one.column.name: one for one in plan.taken}
    table = Table("Column", "Written as", "Holds for", "Becomes", "Sure", "Because", box=None, pad_edge=False)
    for column in sorted(columns, key=lambda one: one.name not in taken):
        match = taken.get(column.name)
        into = (match.target, f"{match.confidence:.0%}", match.why) if match else ("", "", column.why)
        fits = f"{column.fits:.0%}" if column.filled else "-"
        cells = (column.name, f"{column.kind} {column.form}".strip(), fits, *into)
        table.add_row(*map(escape, cells))
    people.print(table)
    for one in plan.matches:
        if one.column is None:
            people.print(f"{one.target}: {one.why} ({one.constant}).", markup=False)
    for column in columns:
        if not column.sure and column.filled:
            people.print(f"Look at {column.name}: {column.why}.", markup=False, soft_wrap=True)
    for line, reason in looked.broken[:5]:
        people.print(f"line {line}: {reason}", markup=False, soft_wrap=True)


def _tried(found: preview.Preview) -> None:
    """What a refresh would make of it. Where the file would be refused, nothing is written."""
    if found.said:
        raise stop(f"A refresh would refuse it, so nothing was written. {found.said}", 1)
    people.print(
        f"A refresh would accept {found.accepted:,} of {found.read:,} rows and quarantine {found.quarantined:,}.",
        markup=False,
    )
    for rows, column, reason, line, value in found.reasons:
        shown = f': "{value[:60]}"' if value else ""
        people.print(
            f"  {rows:,} rows, {column} {reason}; the first in line {line:,}{shown}", markup=False, soft_wrap=True
        )
