"""A question about people, rewritten so that its answer is about groups of at least five of them.

The tree of the question is followed from the tables up. Rows of a table that tells who somebody is carry a hidden key;
steps that keep one row a person keep it. Where rows of people are blended, groups of fewer than five different people
are left out, and every figure that rests on fewer becomes empty (`blending`). What would show single people is refused.

When not to trust it: two honest answers can differ by one person (differencing), and nobody who may ask free questions
can be kept from that by rules on one question alone. Each question is logged; that is what stands against it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from bellwether.allowed import Refused
from bellwether.lab import blending
from bellwether.lab.nodes import Node, both, called, column, constant, inside, made, named, place
from bellwether.lab.persons import COUNTS, FEW, HIDDEN, OURS, PERSON, RANKS, Rewriting, Told, names, person, whole
from bellwether.settings import FEWEST_PEOPLE

Keys = Sequence[tuple[str, str]]
Scope = Mapping[str, list[str]]  # a step's name -> its hidden columns


def about_groups(
    parsed: Node, columns: Mapping[str, Sequence[str]], customers: bool = False, least: int = FEWEST_PEOPLE
) -> tuple[Node, Told]:
    """The tree of a question that is answered for groups of people, and what was done. Raises Refused.

    parsed: as `allowed.check` returns it. columns: of each table of the version. customers: rows of single customers
    may be seen. least: how many people a group needs; five, or more.
    """
    if any(OURS.match(name) for name in names(parsed)):
        raise Refused("people", "name", f'Names that begin with "{HIDDEN}" are the lab\'s own. Choose others.')
    work = Rewriting(columns, customers, max(least, FEWEST_PEOPLE))
    parsed = copy.deepcopy(parsed)
    statement = parsed["statements"][0]
    hidden = _query(work, statement["node"], {}, carry=False, top=True)
    work.told.customers = bool(hidden)
    if hidden and not customers:
        raise Refused(
            "people",
            "customers",
            "This shows single customers. Ask about groups of them: `select silo, count(*) ... group by silo`.",
        )
    return parsed, work.told


def _query(work: Rewriting, node: Node, scope: Scope, carry: bool, top: bool = False) -> list[str]:
    """Rewrite a query in place; returns the hidden columns of its rows (with `carry`: they are in its answer)."""
    scope = _steps(work, node, scope)
    if node["type"] == "SET_OPERATION_NODE":
        return _together(work, node, scope, carry)
    if node["type"] == "RECURSIVE_CTE_NODE":
        parts = [_query(work, node[side], {**scope, node["cte_name"].lower(): []}, False) for side in ("left", "right")]
        if any(parts):
            raise Refused("people", "recursive", "A recursion can't go over people's rows. Group them first.")
        return []
    return _select(work, node, scope, carry, top)


def _steps(work: Rewriting, node: Node, scope: Scope) -> Scope:
    for step in node["cte_map"].get("map", ()):
        hidden = _query(work, step["value"]["query_node"], scope, carry=True)
        if step["value"]["aliases"]:
            _no_short_aliases(step)
            step["value"]["aliases"] += hidden
        scope = {**scope, step["key"].lower(): hidden}
    return scope


def _no_short_aliases(step: Node) -> None:
    """Names given to fewer columns than there are would fall on the hidden ones."""
    listed = step["value"]["query_node"].get("select_list", [])
    if any(one.get("class") == "STAR" for one in listed) or len(step["value"]["aliases"]) != len(
        [one for one in listed if not one.get("alias", "").startswith(HIDDEN)]
    ):
        raise Refused("people", "aliases", f"Name the columns of {step['key']} inside it, with `as`.")


def _together(work: Rewriting, node: Node, scope: Scope, carry: bool) -> list[str]:
    """Union, except, intersect: of people's rows with people's rows, each with as many keys."""
    parts = node["children"]
    kept = [_query(work, one, scope, carry) for one in parts]
    if not any(kept):
        return []
    if len({len(one) for one in kept}) > 1 or "BY_NAME" in node["setop_type"]:
        raise Refused("people", "union", "People's rows can't stand beside other rows in one union. Group them first.")
    by_row = node["setop_type"] == "UNION" and node["setop_all"]
    same = all(any(named(one) == PERSON for one in part.get("select_list", ())) for part in parts)
    if not by_row and not same:
        raise Refused("people", "union", f"Write `union all`, or keep {PERSON} among the columns of both halves.")
    return kept[0]


def _select(work: Rewriting, node: Node, scope: Scope, carry: bool, top: bool) -> list[str]:
    keys = _from(work, node["from_table"], scope)
    _subqueries(work, node, scope, keys)
    if not keys:
        return []
    work.told.people = True
    _no_patterns(node)
    groups = bool(node["group_expressions"] or node["aggregate_handling"] == "FORCE_AGGREGATES")
    lists = [node["select_list"], node["having"], node["qualify"], _orders(node)]
    if groups or any(blending.aggregates(part) for part in lists):
        return _grouped(work, node, keys, carry, top)
    if _distinct(node) and not any(named(one) == PERSON for one in node["select_list"]):
        node["modifiers"] = [one for one in node["modifiers"] if one["type"] != "DISTINCT_MODIFIER"]
        node["aggregate_handling"] = "FORCE_AGGREGATES"
        _without_keys(node, keys)
        return _grouped(work, node, keys, carry, top)
    _windows(node)
    return _carried(work, node, keys, carry)


def _distinct(node: Node) -> bool:
    return any(one["type"] == "DISTINCT_MODIFIER" and not one["distinct_on_targets"] for one in node["modifiers"])


def _orders(node: Node) -> list[Node]:
    return [one for one in node["modifiers"] if one["type"] == "ORDER_MODIFIER"]


def _no_patterns(node: Node) -> None:
    for one in inside([node["select_list"], node["where_clause"], node["having"], node["qualify"]]):
        if one.get("class") == "STAR" and one.get("columns"):
            raise Refused("people", "columns", "columns(...) can't be used on people's rows. Name the columns.")


def _carried(work: Rewriting, node: Node, keys: Keys, carry: bool) -> list[str]:
    """One row a person, still: the keys go along."""
    _without_keys(node, keys)
    if not carry:
        return [name for _, name in keys]
    fresh = [work.fresh() for _ in keys]
    node["select_list"] += [
        {**column(table, name), "alias": alias} for (table, name), alias in zip(keys, fresh, strict=True)
    ]
    return fresh


def _without_keys(node: Node, keys: Keys) -> None:
    """`*` means the columns that people know."""
    for one in node["select_list"]:
        if one.get("class") == "STAR":
            mine = [name for table, name in keys if one["relation_name"].lower() in ("", table.lower())]
            one["exclude_list"] = [*one["exclude_list"], *dict.fromkeys(mine)]


def _grouped(work: Rewriting, node: Node, keys: Keys, carry: bool, top: bool) -> list[str]:
    if _one_person(node):
        return _by_person(work, node, keys, carry)
    parts = ("select_list", "having", "qualify")
    own_windows = any(one.get("class") == "WINDOW" for part in parts for one in inside(node[part]))
    for part in parts:
        node[part] = blending.held(node[part], keys, work.least)
    for one in _orders(node):
        one["orders"] = blending.held(one["orders"], keys, work.least)
    limited = any(one["type"] != "ORDER_MODIFIER" for one in node["modifiers"])
    if top and not own_windows and not limited:
        work.told.marked = True
        few = made("not a_enough", a_enough=blending.enough(keys, work.least))
        node["select_list"].append({**few, "alias": FEW})
    else:
        node["having"] = both(node["having"], blending.enough(keys, work.least))
    return []


def _one_person(node: Node) -> bool:
    """Whether each group is one person: their name is among what is grouped by."""
    shown = node["select_list"]
    if node["aggregate_handling"] == "FORCE_AGGREGATES":
        groups = [one for one in shown if not blending.aggregates(one)]
    else:
        groups = [_meant(one, shown) for one in node["group_expressions"]]
    return any(named(one) == PERSON for one in groups)


def _meant(group: Node, shown: list[Node]) -> Node:
    """What a group is: a column by its place or by the name that the answer gives it."""
    text = constant(group)
    if text and text.isdigit() and 0 < int(text) <= len(shown):
        return shown[int(text) - 1]
    return next((one for one in shown if one.get("alias") and one["alias"].lower() == named(group)), group)


def _by_person(work: Rewriting, node: Node, keys: Keys, carry: bool) -> list[str]:
    if len(node["group_sets"]) > 1:
        raise Refused("people", "rollup", f"A roll-up can't hold {PERSON}. Group by customer in a step of its own.")
    if node["aggregate_handling"] != "FORCE_AGGREGATES":
        first = len(node["group_expressions"])
        node["group_expressions"] += [column(*key) for key in keys]
        node["group_sets"] = [[*sorted(*node["group_sets"] or [[]]), *range(first, first + len(keys))]]
    elif not carry:
        return [name for _, name in keys]
    return _carried(work, node, keys, carry)


def _windows(node: Node) -> None:
    """A window over people's rows may rank them, or look at one person's own rows; it may not bring others' values."""
    for one in inside([node["select_list"], node["qualify"], _orders(node)]):
        if one.get("class") != "WINDOW" or called(one) in RANKS:
            continue
        if not any(named(part) == PERSON for part in one["partitions"]):
            raise Refused(
                "people",
                called(one),
                f"{called(one)}() over people's rows would mix one person's values into another's. "
                f"Write `partition by {PERSON}`, or group first.",
            )


def _from(work: Rewriting, node: Node, scope: Scope) -> list[tuple[str, str]]:
    """Rewrite what stands behind `from`; returns the keys of the people whose rows it gives."""
    kind = node["type"]
    if kind == "BASE_TABLE":
        return _table(work, node, scope)
    if kind == "SUBQUERY":
        hidden = _query(work, node["subquery"]["node"], scope, carry=True)
        if hidden and not node["alias"]:
            node["alias"] = work.fresh()
        return [(node["alias"], name) for name in hidden]
    if kind == "JOIN":
        return _join(work, node, scope)
    if kind == "PIVOT":
        if _from(work, node["source"], scope):
            raise Refused("people", "pivot", "People's rows can't be turned. Group them first, then turn the groups.")
        return []
    _expressions(work, node, scope, [])
    return []


def _table(work: Rewriting, node: Node, scope: Scope) -> list[tuple[str, str]]:
    name = node["table_name"].lower()
    alias = node["alias"] or node["table_name"]
    if name in scope:
        return [(alias, hidden) for hidden in scope[name]]
    columns = work.columns.get(name, ())
    kept = {key: node[key] for key in ("column_name_alias", "sample")}
    key = person(columns)
    if key:
        fresh = work.fresh()
        # Only the name of a table that the version holds gets here.
        inner = place(f'select * from (select *, {key} as {fresh} from "{name}") as a_place')  # noqa: S608
        node.clear()
        node.update(inner, alias=alias, **kept)
        return [(alias, fresh)]
    if counted := [one for one in COUNTS if one in columns]:
        inner = place(f'select * from (select * from "{name}" where {whole(counted, work.least)}) as a_place')  # noqa: S608
        node.clear()
        node.update(inner, alias=alias, **kept)
    return []


def _join(work: Rewriting, node: Node, scope: Scope) -> list[tuple[str, str]]:
    left, right = _from(work, node["left"], scope), _from(work, node["right"], scope)
    _expressions(work, node["condition"], scope, [*left, *right])
    if node["join_type"] not in ("SEMI", "ANTI"):
        return [*left, *right]
    by_person = PERSON in [name.lower() for name in node["using_columns"]] or any(
        one.get("type") == "COMPARE_EQUAL" and {named(one["left"]), named(one["right"])} == {PERSON}
        for one in inside(node["condition"])
    )
    if right and not (left and by_person):
        raise Refused("people", "semi join", f"A semi join with people's rows goes by {PERSON}.")
    return left


def _subqueries(work: Rewriting, node: Node, scope: Scope, keys: Keys) -> None:
    parts = ("select_list", "where_clause", "group_expressions", "having", "qualify", "modifiers")
    for part in parts:
        _expressions(work, node[part], scope, keys)


def _expressions(work: Rewriting, node: Any, scope: Scope, keys: Keys) -> None:
    """Subqueries inside expressions: of people's rows only `customer_id in (select customer_id ...)`."""
    for one in list(inside(node)):
        if one.get("class") != "SUBQUERY":
            continue
        hidden = _query(work, one["subquery"]["node"], scope, carry=False)
        if hidden and not (one["subquery_type"] == "ANY" and keys and named(one["child"] or {}) == PERSON):
            raise Refused(
                "people",
                "subquery",
                f"A question inside a question about people's rows has to read `{PERSON} in (select {PERSON} ...)`.",
            )
