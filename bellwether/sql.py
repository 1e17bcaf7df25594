"""Find, parse and check the files under `queries/`: one flat header, one statement, parameters that are found.

    -- title: Promises kept
    -- unit: share

    select ... from interactions where list_contains($silos, silo)

The folder says what a file is (`sources/` -> source ...); `HEADERS` says which keys each kind knows. Every complaint
names the file, the line, the value and what to write instead.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from bellwether import filters
from bellwether.headers import HEADERS, KIND_OF_FOLDER, NAME
from bellwether.parsing import reads as reads

if TYPE_CHECKING:
    from sqlglot import exp

_LINE = re.compile(r"^--\s*([A-Za-z_]+)\s*:\s*(.*?)\s*$")
_PARAMETER = re.compile(r"\$[A-Za-z_]\w*")
_SECTION = re.compile(r"^--\s*feed\s*:\s*(\w+)\s*$")


class QueryError(Exception):
    """A file under `queries/` that can't be used as it is; the text is one sentence for the person who wrote it."""

    def __init__(self, file: Path, line: int, said: str) -> None:
        super().__init__(f"{shown(file)}, line {line}: {said}")
        self.file, self.line, self.said = file, line, said


@dataclass(frozen=True)
class Statement:
    """One SELECT of a file. `feed` is set for a source's statements: the feed that the rows are for."""

    sql: str
    line: int
    parameters: frozenset[str] = frozenset()
    feed: str = ""


@dataclass(frozen=True)
class Query:
    """One file under `queries/`: its id (`silos/trend`), kind, header (key -> values in order) and statements."""

    id: str
    kind: str
    file: Path
    header: dict[str, tuple[str, ...]]
    statements: tuple[Statement, ...]
    lines: dict[str, int] = field(default_factory=dict)

    def get(self, key: str, default: str = "") -> str:
        """The header's value for a key that is said once."""
        return self.header.get(key, (default,))[0]

    @property
    def title(self) -> str:
        return self.get("title")

    @property
    def sql(self) -> str:
        return self.statements[0].sql

    @property
    def parameters(self) -> frozenset[str]:
        return frozenset().union(*(statement.parameters for statement in self.statements))

    def complain(self, key: str, said: str) -> QueryError:
        """An error that points at the header line of `key`."""
        return QueryError(self.file, self.lines.get(key, 1), said)


def shown(file: Path) -> str:
    """A path as people know it: from `queries/` on."""
    parts = file.parts
    return "/".join(parts[parts.index("queries") :]) if "queries" in parts else str(file)


def find(folder: Path, kind: str | None = None) -> list[Path]:
    """Every query file under `queries/`, sorted; names that begin with `_` are templates and left out."""
    kinds = {k: v for k, v in KIND_OF_FOLDER.items() if kind in (None, v)}
    files = [file for name in kinds for file in sorted((folder / name).rglob("*.sql"))]
    return [file for file in files if not file.name.startswith("_")]


def id_of(file: Path, folder: Path) -> str:
    """The name of a file under `queries/`: `silos/trend` of answers/silos/trend.sql."""
    return "/".join(file.relative_to(folder).parts[1:]).removesuffix(".sql")


@cache
def tree(sql: str) -> exp.Expression:
    """A SELECT taken apart; shared, so not to be changed. Raises SqlglotError.

    Blanks around each `$name`, because of two without any between them sqlglot makes a text (`$since,$` opens one).
    """
    import sqlglot  # takes longer to load than most texts to read

    return sqlglot.parse_one(_PARAMETER.sub(r" \g<0> ", sql), dialect="duckdb")


def load(folder: Path, kind: str) -> list[Query]:
    """All files of one kind, parsed. Raises QueryError at the first that can't be used."""
    return [parse(file, folder) for file in find(folder, kind)]


def of_kind(queries: Iterable[Query], kind: str) -> list[Query]:
    """Those of one kind, in their order."""
    return [query for query in queries if query.kind == kind]


def parse(file: Path, folder: Path) -> Query:
    """Read one file; an unchanged file is read once. Raises QueryError."""
    return _parse(file, folder, file.stat().st_mtime_ns)


@cache
def _parse(file: Path, folder: Path, _changed: int) -> Query:
    place = file.relative_to(folder)
    kind = KIND_OF_FOLDER.get(place.parts[0])
    if kind is None:
        raise QueryError(
            file, 1, f'"{place.parts[0]}" is not a folder for queries. {nearest(place.parts[0], KIND_OF_FOLDER)}'
        )
    name = id_of(file, folder)
    if not NAME.fullmatch(name):
        raise QueryError(
            file, 1, f'"{name}" is not a name: lowercase letters, digits and underscores, beginning with a letter.'
        )
    text = file.read_text(encoding="utf-8").splitlines()
    header, lines, body_at = _header(file, kind, text)
    statements = _statements(file, kind, text, body_at)
    query = Query(name, kind, file, header, statements, lines)
    _check_values(query)
    return query


def _header(file: Path, kind: str, text: list[str]) -> tuple[dict, dict, int]:
    """The leading `-- key: value` lines, where each key stands, and the line at which the body begins."""
    found: dict[str, list[str]] = defaultdict(list)
    lines: dict[str, int] = {}
    number = 0
    for number, line in enumerate(text, 1):
        if not line.startswith("--") or (kind == "source" and _SECTION.match(line)):
            break
        match = _LINE.match(line)
        if not match:
            raise QueryError(
                file, number, f'"{line}" is not a header line. Write "-- key: value", or move it below the header.'
            )
        key, value = match.groups()
        known = HEADERS[kind]
        if key not in known:
            raise QueryError(file, number, f'"{key}" is not a header key of {_an(kind)}. {nearest(key, known)}')
        if key in found and not known[key].many:
            raise QueryError(file, number, f'"{key}" is said twice (first in line {lines[key]}). Keep one.')
        if not value:
            raise QueryError(file, number, f'"{key}" has no value. Say it, or take the line out.')
        found[key].append(value)
        lines.setdefault(key, number)
    for key, rule in HEADERS[kind].items():
        if rule.required and key not in found:
            raise QueryError(file, 1, f'{_an(kind)} needs a header line "-- {key}: ...": {rule.meaning}.')
    return {key: tuple(values) for key, values in found.items()}, lines, number


def _statements(file: Path, kind: str, text: list[str], body_at: int) -> tuple[Statement, ...]:
    """The body as statements: one SELECT, or for a source one under each `-- feed: name` line."""
    if kind != "source":
        body_at += next((i for i, line in enumerate(text[body_at - 1 :]) if line.strip()), 0)
        return (_statement(file, "\n".join(text[body_at - 1 :]), body_at),)
    starts = [i for i, line in enumerate(text) if _SECTION.match(line)]
    if not starts:
        raise QueryError(
            file, body_at, 'A source says which feed a statement fills: write "-- feed: interactions" above it.'
        )
    ends = [*starts[1:], len(text)]
    return tuple(
        _statement(file, "\n".join(text[start + 1 : end]), start + 2, _SECTION.match(text[start])[1])
        for start, end in zip(starts, ends, strict=True)
    )


def _statement(file: Path, sql: str, line: int, feed: str = "") -> Statement:
    try:
        parsed = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        at = line + line_within(error)
        said = f"this is not SQL that DuckDB reads. {first_line(error).rstrip('.')}."
        if "syntax error" in said and at > line:
            said += f" Does line {at - 1} lack a comma at its end?"
        raise QueryError(file, at, said) from None
    if len(parsed) != 1 or parsed[0].type != duckdb.StatementType.SELECT:
        raise QueryError(
            file, line, f"one SELECT is wanted here, found {_count(parsed)}. Keep a single select (with CTEs)."
        )
    unknown = sorted(set(parsed[0].named_parameters) - set(filters.KNOWN))
    if unknown:
        at = line + next(i for i, row in enumerate(sql.splitlines()) if f"${unknown[0]}" in row)
        raise QueryError(file, at, f'"${unknown[0]}" is not a filter. {nearest(unknown[0], filters.KNOWN)}')
    return Statement(sql.strip().rstrip(";"), line, frozenset(parsed[0].named_parameters), feed)


def _check_values(query: Query) -> None:
    """Keys with a fixed set of values hold one of them."""
    for key, values in query.header.items():
        allowed = HEADERS[query.kind][key].values
        for value in values:
            if allowed and value not in allowed:
                raise query.complain(key, f'"{value}" is not a value of "{key}". {nearest(value, allowed, 0.6)}')


def nearest(word: str, known, like: float = 0.5) -> str:
    """A hint at what was meant: the nearest known word, as far as it is like it (0 to 1), else all of them."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=like)
    return f'Did you mean "{close[0]}"?' if close else f"Known: {', '.join(sorted(known))}."


def _an(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aei" else f"a {kind}"


def _count(parsed: list) -> str:
    kinds = [statement.type.name.lower().replace("_statement", "") for statement in parsed]
    return ", ".join(kinds) or "none"


def first_line(error: Exception) -> str:
    """What DuckDB says and what it thinks was meant, without the picture of the statement."""
    said = []
    for line in str(error).splitlines():
        if said and (not line.strip() or line.startswith("LINE ")):
            break
        said.append(line.strip())
    return " ".join(said)


def line_within(error: Exception) -> int:
    """How many lines below the first one of a statement DuckDB sees the fault; 0 where it doesn't say."""
    match = re.search(r"LINE (\d+):", str(error))
    return int(match[1]) - 1 if match else 0
