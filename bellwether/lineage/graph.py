"""The whole way from exports to pages: who reads what, column by column, up and down from any name.

    source -> feed -> mart -> indicator -> mart -> answer -> page

What SQL makes is followed by column. What a model makes (`trend_points`, `outlook_groups`) has all that the model reads
behind each of its columns: which of them counts for which, no text can tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bellwether import governance, records, sql
from bellwether.lineage import code, columns, knowing
from bellwether.lineage.knowing import Knowing
from bellwether.sql import Query

ORDER = ("page", "explore", "answer", "model", "indicator", "mart", "feed", "source", "governance", "record")
# Tables that stand for others while something is asked or built.
OBSERVED = "observations"
Column = tuple[str, str]  # key of a node, name of a column


@dataclass(frozen=True)
class Node:
    """One thing that has a name. key: `mart contacts`. given: its columns -> the columns behind each.

    rows: columns that only decide which rows there are. file: where it is defined, from the project's root.
    """

    kind: str
    name: str
    title: str
    file: str = ""
    owner: str = ""
    asks: str = ""
    reads: frozenset[str] = frozenset()
    given: Mapping[str, frozenset[Column]] = field(default_factory=dict)
    rows: frozenset[Column] = frozenset()

    @property
    def key(self) -> str:
        return f"{self.kind} {self.name}"


class Graph:
    """All nodes by key. Built by `build`."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = {node.key: node for node in nodes}
        self._readers: dict[str, set[str]] = defaultdict(set)
        self._uses: dict[Column, set[Column]] = defaultdict(set)
        self._row_uses: dict[Column, set[str]] = defaultdict(set)
        for node in self.nodes.values():
            for key in node.reads:
                self._readers[key].add(node.key)
            for name, behind in node.given.items():
                for column in behind:
                    self._uses[column].add((node.key, name))
            for column in node.rows:
                self._row_uses[column].add(node.key)

    def above(self, key: str) -> list[Node]:
        """Everything that a thing is made from, directly or not."""
        return self._sorted(_closure({key}, lambda one: self.nodes[one].reads if one in self.nodes else ()) - {key})

    def below(self, key: str) -> list[Node]:
        """Everything that is made from it."""
        return self._sorted(_closure({key}, lambda one: self._readers[one]) - {key})

    def columns_behind(self, column: Column) -> list[Column]:
        """The columns that a column's values are made from, directly or not."""
        return sorted(_closure({column}, self._behind) - {column})

    def columns_from(self, column: Column) -> list[Column]:
        """The columns whose values are made from it."""
        return sorted(_closure({column}, lambda one: self._uses[one]) - {column})

    def _behind(self, column: Column) -> frozenset[Column]:
        node = self.nodes.get(column[0])
        return node.given.get(column[1], frozenset()) if node else frozenset()

    def users(self, column: Column) -> list[Node]:
        """Everything that uses a column, for values or to decide which rows there are, and the pages that show it."""
        held = [column, *self.columns_from(column)]
        users = {key for key, _ in held} | {key for one in held for key in self._row_uses[one]}
        shown = {page for key in users for page in self._readers[key] if page.startswith("page ")}
        return self._sorted((users | shown) - {column[0]})

    def deciding(self, column: Column) -> list[Node]:
        """The things for which it decides which rows there are."""
        return self._sorted(self._row_uses[column])

    def named(self, name: str) -> list[Node]:
        """The things of that name: `contacts`, `silos/trend`, `mart contacts`, or a page by its title."""
        wanted = name.strip().lower()
        return self._sorted(
            key for key, node in self.nodes.items() if wanted in (key, node.name.lower(), node.title.lower(), node.file)
        )

    def columns_named(self, name: str) -> list[Column]:
        """The columns of that name: `promised_at`, or of one thing alone `interactions.promised_at`."""
        table, _, wanted = name.strip().lower().rpartition(".")
        return sorted(
            (node.key, column)
            for node in self.nodes.values()
            for column in node.given
            if column == wanted and table in ("", node.name)
        )

    def search(self, text: str) -> list[Node]:
        """The things that hold every word in their name, title, question, owner, or the name of a column."""
        words = text.lower().replace("_", " ").split()
        return [node for node in self._sorted(self.nodes) if all(word in _says(node) for word in words)]

    def _sorted(self, keys: Iterable[str]) -> list[Node]:
        found = [self.nodes[key] for key in keys if key in self.nodes]
        return sorted(found, key=lambda node: (ORDER.index(node.kind), node.name))


def _says(node: Node) -> str:
    told = " ".join((node.kind, node.name, node.title, node.asks, node.owner, *node.given))
    return told.lower().replace("_", " ")


def _closure(first: set, step) -> set:
    """Everything that can be reached."""
    found, todo = set(first), list(first)
    while todo:
        fresh = set(step(todo.pop())) - found
        found |= fresh
        todo += fresh
    return found


def build(
    queries: Iterable[Query],
    schema: columns.Schema,
    pages: Mapping[str, tuple[Path, str]],
    memory: Path = knowing.REMEMBERED,
) -> Graph:
    """The graph of all files. schema: table -> column -> type. pages: title -> its script, and what it answers."""
    queries = list(queries)
    with knowing.remembering(memory) as known:
        build_ = _Building(queries, schema, known)
        nodes = [node for query in queries for node in build_.of(query)]
        nodes += [*build_.kept(), *build_.models(), *build_.pages(pages)]
    return Graph(nodes)


class _Building:
    """One walk over all files."""

    def __init__(self, queries: list[Query], schema: columns.Schema, knowing: Knowing) -> None:
        self.queries, self.schema, self.knowing = queries, schema, knowing
        self.makers = code.made_by()
        self.tables = {name: f"governance {name}" for name in governance.ASKED}
        self.tables |= {name: f"record {name}" for name in records.TABLES}
        self.tables |= {made: f"model {made}" for names in self.makers.values() for made in names}
        self.tables |= {query.id: f"{query.kind} {query.id}" for query in queries if query.kind in ("feed", "mart")}
        self.indicators = [query for query in queries if query.kind == "indicator"]

    def of(self, query: Query) -> Iterator[Node]:
        if query.kind == "feed":
            yield self._feed(query)
        elif query.kind == "source":
            yield self._source(query)
        elif query.kind in ("mart", "indicator", "answer", "explore"):
            made = self.knowing.made_from(query.sql, self.schema)
            observed = self.indicators if OBSERVED in made.tables else []
            reads = {self.tables[name] for name in made.tables if name in self.tables}
            reads |= {f"indicator {one.id}" for one in observed}
            given = {name: self._keyed(behind) for name, behind in made.columns.items()}
            values = frozenset(one for behind in given.values() for one in behind)
            yield self._node(query, given, frozenset(reads), self._keyed(made.used) - values)

    def _keyed(self, found: Iterable[tuple[str, str]]) -> frozenset[Column]:
        """Columns of tables as columns of nodes; those of `observations` are every indicator's."""
        keyed: set[Column] = set()
        for table, column in found:
            if table == OBSERVED:
                keyed |= {(f"indicator {one.id}", column) for one in self.indicators}
            elif table in self.tables:
                keyed.add((self.tables[table], column))
        return frozenset(keyed)

    def _source(self, query: Query) -> Node:
        """A source gives the columns of its export; the feeds that it fills read it."""
        texts = [statement.sql for statement in query.statements]
        names = {name for text in texts for name in self.knowing.names_in(text)}
        return self._node(query, _bare(sorted(names)), frozenset(), frozenset())

    def _feed(self, query: Query) -> Node:
        """A feed has behind each column the columns of the exports that its sources take it from."""
        given: dict[str, set[Column]] = {name: set() for name in self.schema.get(query.id, {})}
        reads: set[str] = set()
        for source in self.queries:
            for statement in source.statements if source.kind == "source" else ():
                if statement.feed == query.id:
                    reads.add(f"source {source.id}")
                    for name, column in self._taken(source, statement):
                        given.setdefault(name, set()).add(column)
        frozen = {name: frozenset(behind) for name, behind in given.items()}
        return self._node(query, frozen, frozenset(reads), frozenset())

    def _taken(self, source: Query, statement: sql.Statement) -> Iterator[tuple[str, Column]]:
        """Column of the feed, and a column of the export that it is made from."""
        export = {"export": dict.fromkeys(self.knowing.names_in(statement.sql), "VARCHAR")}
        for name, behind in self.knowing.made_from(statement.sql, export).columns.items():
            yield from ((name, (f"source {source.id}", column)) for table, column in behind if table == "export")

    def _node(self, query: Query, given, reads: frozenset[str], rows: frozenset[Column]) -> Node:
        return Node(
            query.kind,
            query.id,
            query.title,
            sql.shown(query.file),
            query.get("owner"),
            query.get("question") or query.get("grain"),
            reads,
            given,
            rows,
        )

    def kept(self) -> Iterator[Node]:
        """Tables that people decide on, and those that the refresh keeps."""
        for table, names in governance.ASKED.items():
            yield Node("governance", table, table.replace("_", " ").capitalize(), given=_bare(names))
        for table in records.TABLES:
            yield Node("record", table, table.replace("_", " ").capitalize(), given=_bare(self.schema.get(table, {})))

    def models(self) -> Iterator[Node]:
        """What models make, with all that they read behind each column."""
        asked = {query.id: query for query in self.queries if query.kind in ("foresight", "verdict")}
        found = {name: self.knowing.made_from(query.sql, self.schema) for name, query in asked.items()}
        for place, made in self.makers.items():
            read = code.read_by(place, {*asked, *self.tables}) - made
            behind: set[Column] = set()
            reads = {self.tables[name] for name in read if name in self.tables}
            for name in read & set(asked):
                reads |= {self.tables[table] for table in found[name].tables if table in self.tables}
                behind |= self._keyed(found[name].used)
            for name in made:
                given = dict.fromkeys(self.schema.get(name, {}), frozenset(behind))
                title, file = name.replace("_", " ").capitalize(), f"bellwether/{place}"
                yield Node("model", name, title, file, reads=frozenset(reads), given=given)

    def pages(self, pages: Mapping[str, tuple[Path, str]]) -> Iterator[Node]:
        questions = {query.id: query.kind for query in self.queries if query.kind in ("answer", "explore")}
        for title, (file, asks) in pages.items():
            asked = self.knowing.asked_by(file, questions)
            names = asked & set(questions)
            if "explore/*" in asked:
                names |= {name for name, kind in questions.items() if kind == "explore"}
            reads = frozenset(f"{questions[name]} {name}" for name in names)
            place = "/".join(file.parts[file.parts.index("pages") :])
            yield Node("page", title, title, place, "", asks, reads)


def _bare(names: Iterable[str]) -> dict[str, frozenset[Column]]:
    return dict.fromkeys(names, frozenset())
