"""A question of the lab becomes a file of `queries/explore/`, with header and test case; or a sentence says why not.

Everything is tried in a copy first, so what `bellwether check` would refuse is never written.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bellwether import cases, checks, drafts, sql
from bellwether.headers import HEADERS
from bellwether.settings import Settings

# A few made-up people, so that the case of a new question has something to answer: three by phone, two by chat.
ROWS = {
    "interactions": (
        "interaction_id,customer_id,silo,stage,touchpoint,channel,mode,initiated_by,reason,started_at,answered_at,"
        "promised_at,resolved_at,wait_seconds,transfers,reopened,cost,currency",
        "i1,c1,Support,get help,Helpline,phone,human,customer,bill,2026-01-05 10:00:00,2026-01-05 10:01:00,"
        "2026-01-06 10:00:00,2026-01-05 11:00:00,60,0,false,4,EUR",
        "i2,c2,Support,get help,Helpline,phone,human,customer,move,2026-01-06 10:00:00,2026-01-06 10:04:00,"
        "2026-01-07 10:00:00,2026-01-09 11:00:00,240,1,true,6,EUR",
        "i3,c3,Billing,use,Invoice,phone,human,customer,bill,2026-01-13 10:00:00,2026-01-13 10:02:00,,"
        "2026-01-13 10:30:00,120,0,false,5,EUR",
        "i4,c1,Support,get help,Chat,chat,digital,customer,bill,2026-01-08 10:00:00,2026-01-08 10:00:30,,"
        "2026-01-08 10:20:00,30,0,false,2,EUR",
        "i5,c4,Digital,use,App,chat,digital,customer,login,2026-01-15 10:00:00,,,,,0,false,1,EUR",
    ),
    "customers": (
        "customer_id,kind,segment,region,joined_at",
        "c1,consumer,Family,North,2024-01-01 00:00:00",
        "c2,consumer,Starter,South,2025-01-01 00:00:00",
        "c3,business,Premium,North,2023-01-01 00:00:00",
        "c4,consumer,Family,East,2025-06-01 00:00:00",
    ),
    "surveys": (
        "response_id,item,customer_id,interaction_id,silo,channel,asked_at,answered_at,score,scale_min,scale_max",
        "r1,nps,c1,i1,Support,phone,2026-01-06 09:00:00,2026-01-06 10:00:00,9,0,10",
        "r2,nps,c2,i2,Support,phone,2026-01-10 09:00:00,2026-01-10 10:00:00,3,0,10",
        "r3,csat,c3,i3,Billing,phone,2026-01-14 09:00:00,2026-01-14 10:00:00,5,1,5",
    ),
    "loyalty": (
        "event_id,customer_id,occurred_at,kind,amount,currency",
        "e1,c1,2026-01-20 00:00:00,renewal,120,EUR",
        "e2,c2,2026-01-21 00:00:00,lapse,,EUR",
        "e3,c3,2026-01-22 00:00:00,purchase,80,EUR",
    ),
}
ORDER = ("title", "question", "owner", "note", "grain", "chart", "x", "y", "colour", "unit", "better", "count")
UNCHECKED = "its case holds what it answers today; nobody has checked that yet"


def text_of(header: Mapping[str, str], question: str) -> str:
    """The file: its header in the usual order, a line that is empty, the SQL."""
    said = {**header, "note": header.get("note") or UNCHECKED}
    lines = [f"-- {key}: {' '.join(said[key].split())}" for key in ORDER if said.get(key, "").strip()]
    return "\n".join([*lines, "", question.strip().rstrip(";").strip(), ""])


def save(settings: Settings, folder: Path, name: str, header: Mapping[str, str], question: str) -> list[Path]:
    """Write the file and its case; returns what was written, the SQL first. Raises drafts.Refused with the reasons.

    folder: of the cases. name: `topic/name`. header: values of `HEADERS["explore"]`; question: the SQL.
    """
    unknown = [key for key in header if key not in HEADERS["explore"]]
    if unknown:
        raise drafts.Refused(f'"{unknown[0]}" is not a header key. {sql.nearest(unknown[0], HEADERS["explore"])}')
    with tempfile.TemporaryDirectory(prefix="bellwether-") as place:
        tried = replace(settings, queries=Path(place) / "queries")
        shutil.copytree(settings.queries, tried.queries)
        trial, *case = drafts.new("explore", name, tried.queries, Path(place) / "cases")
        trial.write_text(text_of(header, tidied(question)), encoding="utf-8")
        _held_to_the_rules(tried, trial)
        files = _case(tried, trial, case[0].parent)
        texts = {trial.relative_to(tried.queries): trial.read_text(encoding="utf-8")}
    return _write(settings, folder, name, texts, files)


def tidied(question: str) -> str:
    """The SQL as the house writes it, as far as a program can mend that."""
    try:
        from bellwether.style import _linter

        return _linter().lint_string(f"{question.strip().rstrip(';')}\n", fix=True).fix_string()[0]
    except ImportError:
        return question


def _held_to_the_rules(tried: Settings, trial: Path) -> None:
    """All that a check would say."""
    found = [one.sentence for one in checks.check(tried, trial, style=_can_judge_style()).complaints]
    if found:
        raise drafts.Refused("Nothing was written: `bellwether check` would refuse it. " + " ".join(found[:3]))


def _can_judge_style() -> bool:
    try:
        import sqlfluff  # noqa: F401
    except ImportError:
        return False
    return True


def _case(tried: Settings, trial: Path, case: Path) -> dict[str, str]:
    """The files of a case: what goes in, and what comes out of it today."""
    for file in case.iterdir():
        file.unlink()
    files = {f"{feed}.csv": "\n".join(rows) + "\n" for feed, rows in ROWS.items()}
    for name, text in files.items():
        (case / name).write_text(text, encoding="utf-8")
    try:
        rows = cases.answer(tried, sql.parse(trial, tried.queries), case)
    except sql.QueryError as error:
        raise drafts.Refused(f"Nothing was written: its test case can't be answered. {error}") from None
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([rows.columns, *(map(_cell, row) for row in rows.iter_rows())])
    return {**files, cases.EXPECTED: out.getvalue()}


def _cell(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _write(settings: Settings, folder: Path, name: str, texts: dict[Path, str], case: dict[str, str]) -> list[Path]:
    try:
        _, first, *_ = drafts.new("explore", name, settings.queries, folder)
        whole = {settings.queries / place: text for place, text in texts.items()}
        whole |= {first.parent / place: text for place, text in case.items()}
        for place, text in whole.items():
            place.write_text(text, encoding="utf-8")
    except OSError as error:
        raise drafts.Refused(
            f"{error.filename} can't be written ({error.strerror}). Copy the text and save it yourself."
        ) from None
    return list(whole)
