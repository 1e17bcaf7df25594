"""The process that answers one free question: `python -m bellwether.lab.child`, a request in, an answer out, the end.

It reads one line of JSON from standard input, fences itself in, opens the version, asks what the guard allows, and
writes one line of JSON and then the rows (Arrow) to standard output. Nothing it does can outlive it.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from bellwether import allowed, sql
from bellwether.allowed import Refused
from bellwether.engine.duckdb import open_version
from bellwether.lab import fence, people, persons

THREADS = 2
READY = b"ready\n"
SETTINGS = ("set temp_directory = ''", "set max_temp_directory_size = '0B'", "set enable_progress_bar = false")


@dataclass(frozen=True)
class Request:
    """What is asked, of which version, and how much may be used for it. See `bellwether.lab.run.Limits`."""

    sql: str
    home: str
    queries: str
    parameters: dict[str, Any]
    seconds: int
    memory: int
    rows: int
    bytes: int
    groups: bool = True  # answer for groups of people alone
    customers: bool = False
    least: int = 5  # people in a group
    private: bool = False  # tables that are not for questions, too: only where the files themselves lie open


def main() -> None:
    """Answer, and leave without taking anything apart."""
    _load()
    out = sys.stdout.buffer
    out.write(READY)
    out.flush()
    request = sys.stdin.readline()
    if not request:
        return
    fence.ends_with(sys.stdin)
    told, rows = _answered(Request(**json.loads(request)))
    out.write(json.dumps(told).encode() + b"\n" + rows)
    out.flush()
    os._exit(0)


def _answered(request: Request) -> tuple[dict[str, Any], bytes]:
    fence.before(request.seconds)
    told: dict[str, Any] = {}
    try:
        return told, _ask(request, told)
    except Refused as refusal:
        told |= {"kind": refusal.kind, "what": refusal.what, "said": str(refusal), "line": refusal.line}
    except (MemoryError, duckdb.OutOfMemoryException):
        told |= {"kind": "memory", "said": ""}
    except duckdb.Error as error:
        told |= {"kind": "error", "said": sql.first_line(error)}
    return told, b""


def _ask(request: Request, told: dict[str, Any]) -> bytes:
    queries = Path(request.queries)
    feeds = [(feed.id, feed.sql) for feed in sql.load(queries, "feed")]
    held = (*SETTINGS, f"set memory_limit = '{request.memory // 2**20}MiB'")
    con = open_version(Path(request.home), queries, feeds, THREADS, held=held).con
    fence.memory(request.memory)
    told["fenced"] = fence.files([Path(request.home), *_libraries()])
    may = allowed.leave(con, () if request.private else allowed.PRIVATE).costly()
    parsed = allowed.check(request.sql, may)
    done = persons.Told()
    if request.groups:
        parsed, done = people.about_groups(parsed, _columns(con), request.customers, request.least)
    text = allowed.text_of(_at_most(parsed, request.rows))
    allowed.check(text, may)  # what runs is what was allowed, to the letter
    bound = {name: value for name, value in request.parameters.items() if f"${name}" in text} or None
    told |= {"people": done.people, "customers": done.customers, "plan": _plan(con, text, bound)}
    began = time.monotonic()
    asked = con.sql(text, params=bound)
    _insist_on_kinds(asked)
    frame = asked.pl()
    told |= {"milliseconds": round(1000 * (time.monotonic() - began)), "left_out": 0}
    if done.marked:
        told["left_out"] = int(frame[persons.FEW].sum())
        frame = frame.remove(persons.FEW).drop(persons.FEW)
    told["cut"] = frame.height > request.rows
    return _written(frame.head(request.rows), request.bytes)


def _insist_on_kinds(asked: duckdb.DuckDBPyRelation) -> None:
    """Raises Refused for a column that no frame can hold."""
    for name, kind in zip(asked.columns, asked.types, strict=True):
        if "INTERVAL" in str(kind):
            said = f"\"{name}\" is a span of time, which no table here shows. Ask for a number: date_diff('day', a, b)."
            raise allowed.Refused("form", name, said)


def _load() -> None:
    """What would be loaded from files on the way is loaded before files are out of reach."""
    with duckdb.connect() as con:
        pl.DataFrame({"a": [1]}).write_ipc(io.BytesIO())
        allowed.text_of(allowed.tree("select 1"))
        con.sql("select 1 as a, 'x' as b, date '2026-01-01' as c, [1] as d, {'a': 1.5} as e").pl()


def _libraries() -> list[Path]:
    """Where Python and the zones of the world lie."""
    return [
        Path(one) for one in {sys.prefix, sys.base_prefix, *sys.path, "/usr/lib", "/lib", "/usr/share/zoneinfo"} if one
    ]


def _columns(con) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, name in con.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'main' and not internal"
    ).fetchall():
        found.setdefault(table, []).append(name)
    return found


def _at_most(parsed: dict[str, Any], rows: int) -> dict[str, Any]:
    """The tree with a limit, where it has none: one row more than is shown, so that it is known that there are more."""
    node = parsed["statements"][0]["node"]
    if not any(one["type"].startswith("LIMIT") for one in node["modifiers"]):
        limit = allowed.tree(f"select 1 limit {rows + 1}")["statements"][0]["node"]["modifiers"]
        node["modifiers"] = [*node["modifiers"], *limit]
    return parsed


def _plan(con, text: str, bound: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The plan as lines: how deep, what is done, on what, and how many rows are expected."""
    told = con.execute(f"explain (format json) {text}", bound).fetchall()
    lines: list[dict[str, Any]] = []

    def follow(step: dict[str, Any], depth: int) -> None:
        more = step.get("extra_info") or {}
        lines.append({"depth": depth, "name": step["name"].strip(), "more": more if isinstance(more, dict) else {}})
        for child in step.get("children", ()):
            follow(child, depth + 1)

    for step in json.loads(told[0][1]):
        follow(step, 0)
    return lines


def _written(frame, most: int) -> bytes:
    if frame.estimated_size() > most:
        raise Refused("size", "answer", f"The answer is larger than {most // 2**20} MB. Ask for fewer rows or columns.")
    held = io.BytesIO()
    frame.write_ipc(held)
    return held.getvalue()


if __name__ == "__main__":
    main()
