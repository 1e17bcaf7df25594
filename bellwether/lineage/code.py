"""What the code asks and makes: which page asks which questions, and which module makes which marts from which files.

Found in the source text, function by function: a page is followed through every function that it uses, and what is
written there as a question's name counts as asked. Nothing has to be declared, so nothing can be declared wrongly.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bellwether.settings import ROOT

PACKAGE = ROOT / "bellwether"
# Where a module says which marts it makes.
DECLARED = ("MARTS", "MADE")
_DECLARES = re.compile(rf"^(?:{'|'.join(DECLARED)})\b", re.MULTILINE)
_FROM = re.compile(r"\b(?:from|join)\s+([a-z_]+)")
Symbol = tuple[Path, str]
# The body of a page: everything that stands outside of functions.
BODY = ""
# A part of a text that is filled in.
PART = "(.+)"


@dataclass(frozen=True)
class Module:
    """One file: its functions, classes and constants by name, its own statements, and what each import stands for."""

    symbols: dict[str, ast.AST]
    body: list[ast.stmt]
    modules: dict[str, Path] = field(default_factory=dict)
    names: dict[str, Symbol] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What one function or constant holds, read in one go: texts, texts with parts to fill in, names, `module.name`."""

    texts: frozenset[str]
    patterns: tuple[str, ...]
    names: frozenset[str]
    dotted: frozenset[tuple[str, str]]
    explores: bool


def asked_by(page: Path, questions: Collection[str]) -> frozenset[str]:
    """The questions that a page asks, of those that there are. `explore/*`: it asks any question to explore."""
    known = frozenset(questions)
    found = {name for symbol in _reached(page) for name in _asked(symbol, known)}
    return frozenset(found)


def made_by() -> dict[str, frozenset[str]]:
    """Each module that makes marts (its path under the package) -> their names."""
    return {place: names for place, (names, _) in _makers().items()}


def read_by(place: str, known: Collection[str]) -> frozenset[str]:
    """Of the names `known` (files under `queries/foresight/` and `verdicts/`, and tables) those that a maker reads."""
    return frozenset(_makers()[place][1] & set(known))


@cache
def _makers() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """place -> marts that it makes, and every name that it and the modules beside it hold."""
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        if "views" in file.parts or not _DECLARES.search(file.read_text(encoding="utf-8")):
            continue
        made = {name for node in _parsed(file).body for name in _declared(node)}
        if made:
            texts = {name for one in _beside(file) for name in _named(one)}
            found[file.relative_to(PACKAGE).as_posix()] = frozenset(made), frozenset(texts - made)
    return found


@cache
def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _beside(file: Path) -> list[Path]:
    """The module, and where it stands in a room of its own, all of the room."""
    return sorted(file.parent.glob("*.py")) if file.parent != PACKAGE else [file]


def _declared(node: ast.stmt) -> Iterator[str]:
    """The marts that a statement `MARTS = {...}` or `MADE = (...)` names."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(one, ast.Name) and one.id in DECLARED for one in targets) and node.value is not None:
            parts = node.value.keys if isinstance(node.value, ast.Dict) else getattr(node.value, "elts", [])
            yield from (one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))


@cache
def _named(file: Path) -> frozenset[str]:
    """Every word that stands as a text of its own, and every table that the SQL in a text reads."""
    texts = [node.value for node in ast.walk(_parsed(file)) if isinstance(node, ast.Constant)]
    texts = [text for text in texts if isinstance(text, str)]
    return frozenset(texts).union(*map(_FROM.findall, texts))


def _reached(page: Path) -> Iterator[Symbol]:
    """Every function and constant that a page may come to, each once."""
    todo, seen = [(page, BODY)], set()
    while todo:
        symbol = todo.pop()
        if symbol in seen:
            continue
        seen.add(symbol)
        yield symbol
        todo += _used(symbol)


@cache
def _used(symbol: Symbol) -> frozenset[Symbol]:
    """What one function uses: names of its own module, imported ones, and `module.name`."""
    file, _ = symbol
    module, facts = _module(file), _facts(symbol)
    found = {(file, name) for name in facts.names if name in module.symbols}
    found |= {module.names[name] for name in facts.names if name in module.names and name not in module.symbols}
    for home, name in facts.dotted:
        there = module.modules.get(home)
        if there is not None and name in _module(there).symbols:
            found.add((there, name))
    return frozenset(found)


@cache
def _facts(symbol: Symbol) -> Facts:
    texts, patterns, names, dotted, explores = set(), [], set(), set(), False
    for node in _nodes(symbol):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            dotted.add((node.value.id, node.attr))
        elif isinstance(node, ast.JoinedStr):
            patterns.append(_pattern(node))
        elif isinstance(node, ast.Call):
            explores = explores or _finds_explored(node)
    wanted = tuple(one for one in patterns if "/" in one.replace(PART, ""))
    return Facts(frozenset(texts), wanted, frozenset(names), frozenset(dotted), explores)


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else PART for part in node.values)


def _nodes(symbol: Symbol) -> Iterator[ast.AST]:
    file, name = symbol
    module = _module(file)
    roots = module.body if name == BODY else [module.symbols[name]] if name in module.symbols else []
    for root in roots:
        yield from ast.walk(root)


@cache
def _asked(symbol: Symbol, known: frozenset[str]) -> frozenset[str]:
    """Names of questions in one function: whole, or with a part that is filled in from texts of the same function."""
    facts = _facts(symbol)
    found = set(known & facts.texts)
    for pattern in facts.patterns:
        for name in known:
            match = re.fullmatch(pattern, name)
            if match and all(part in facts.texts for part in match.groups()):
                found.add(name)
    return frozenset(found | {"explore/*"} if facts.explores else found)


def _finds_explored(call: ast.Call) -> bool:
    """`sql.find(folder, "explore")`: whoever lists these questions asks any of them."""
    last = call.args[-1] if call.args else None
    named = isinstance(call.func, ast.Attribute) and call.func.attr == "find"
    return named and isinstance(last, ast.Constant) and last.value == "explore"


@cache
def _module(file: Path) -> Module:
    tree = _parsed(file)
    module = Module({}, [])
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            module.symbols[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and _constant(node):
            module.symbols[_constant(node)] = node
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            module.body.append(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "bellwether":
            _imported(node, module)
    if file.is_relative_to(ROOT / "pages"):  # a page is a script: its assignments are its steps
        module.body[:] = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return module


def _constant(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else ""


def _imported(node: ast.ImportFrom, module: Module) -> None:
    """`from bellwether.views import show` brings a module, `from bellwether.views.show import chart` a name of one."""
    home = ROOT / Path(*node.module.split("."))
    for alias in node.names:
        called = alias.asname or alias.name
        if (home / f"{alias.name}.py").exists():
            module.modules[called] = home / f"{alias.name}.py"
        elif (home / alias.name / "__init__.py").exists():
            module.modules[called] = home / alias.name / "__init__.py"
        elif home.with_suffix(".py").exists():
            module.names[called] = home.with_suffix(".py"), alias.name
