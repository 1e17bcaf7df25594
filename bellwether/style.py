"""How the SQL under `queries/` is written, held to the rules in `pyproject.toml` by sqlfluff.

Loading sqlfluff takes longer than every other check together, so style is judged only where it is asked for. What has
been judged is remembered by what it says; only what has changed since is judged again.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bellwether import remembered
from bellwether.settings import ROOT
from bellwether.sql import Query, QueryError, Statement

RULES = ROOT / "pyproject.toml"
REMEMBERED = remembered.FOLDER / "style.json"

Found = list[tuple[int, str]]


def complaints(queries: Iterable[Query], memory: Path = REMEMBERED) -> list[QueryError]:
    """What is to be mended in how these files are written, by file and line."""
    known, linter = remembered.known(memory), None
    found: list[QueryError] = []
    for query in queries:
        for statement in query.statements:
            key = _key(statement)
            if key not in known:
                linter = linter or _linter()
                known[key] = _judge(linter, statement)
            found += [QueryError(query.file, statement.line + line - 1, text) for line, text in known[key]]
    if linter:
        remembered.keep(memory, known)
    return found


def _linter():
    from sqlfluff.core import FluffConfig, Linter

    return Linter(config=FluffConfig.from_path(str(ROOT)))


def _judge(linter, statement: Statement) -> Found:
    """Line within the statement, and the rule that it breaks. Each statement alone: a source holds several."""
    broken = linter.lint_string(f"{statement.sql}\n").get_violations()
    return [(one.line_no, f"{one.desc().strip()} ({one.rule_code()}, style)") for one in broken]


def _key(statement: Statement) -> str:
    return remembered.key(RULES.read_bytes(), statement.sql)
