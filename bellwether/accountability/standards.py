"""Standards: the target of an indicator, in a promise's words, and which silos have agreed to it.

A silo agrees to *terms*: target, monthly targets and promise as they then are. When one of them changes the terms get a
new number, and agreements to older terms are shown as such; nobody is held to what they have not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bellwether.accountability import values
from bellwether.accountability.events import Now, all_present, expect, present, record, shaped, withdraw
from bellwether.accountability.owners import pair
from bellwether.accountability.refusals import Refused
from bellwether.accountability.store import Store, Writing, reading, writing

TERMS = ("target", "monthly", "promise")
AGREED, EARLIER, NOT = "agreed", "agreed to earlier terms", "not agreed"


@dataclass(frozen=True)
class Standard:
    """`target` in the indicator's unit; `monthly`: (2026-11, target) where a month has its own; `terms` counts up."""

    indicator: str
    target: float
    monthly: tuple[tuple[str, float], ...]
    promise: str | None
    review_date: date | None
    terms: int
    version: int
    changed_at: datetime
    changed_by: str

    def target_in(self, month: date) -> float:
        """The target that holds in the month of this day."""
        return dict(self.monthly).get(f"{month:%Y-%m}", self.target)

    def review_due(self, today: date) -> bool:
        return self.review_date is not None and self.review_date <= today


@dataclass(frozen=True)
class Agreement:
    """One cell of the matrix. `word`: agreed, agreed to earlier terms, not agreed."""

    indicator: str
    silo: str
    word: str
    agreed_by: str | None
    agreed_on: date | None
    version: int


def standards(store: Store) -> tuple[Standard, ...]:
    with reading(store) as connection:
        return tuple(standard_of(now) for now in all_present(connection, "standard"))


def matrix(store: Store, pairs: Iterable[tuple[str, str]]) -> tuple[Agreement, ...]:
    """Standard by silo. `pairs`: the (indicator, silo) that are measured; a standard binds each silo it is measured in.

    Silos that agreed without being measured have a cell too. Indicators without a standard have none.
    """
    with reading(store) as connection:
        terms = {now["indicator"]: now["terms"] for now in all_present(connection, "standard")}
        held = {(now["indicator"], now["silo"]): now for now in all_present(connection, "agreement", taken_back=True)}
    given = {one for one, now in held.items() if now.exists}
    bound = sorted(one for one in {*pairs, *given} if one[0] in terms)
    return tuple(_cell(*one, held.get(one), terms[one[0]]) for one in bound)


def not_agreed(store: Store, pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Indicator -> the silos that its standard binds and that have not agreed to its terms; nothing when all have."""
    found: dict[str, tuple[str, ...]] = {}
    for cell in matrix(store, pairs):
        if cell.word != AGREED:
            found[cell.indicator] = (*found.get(cell.indicator, ()), cell.silo)
    return found


def set_standard(
    store: Store,
    indicator: str,
    *,
    target: float,
    promise: str | None = None,
    monthly: Mapping[str, float] | None = None,
    review_date: date | str | None = None,
    seen: int,
    by: str,
    reason: str = "",
) -> Standard:
    """Set or change a standard. Raises Refused, Conflict."""
    indicator = values.one_of("indicator", indicator, store.indicators)
    mine = _checked(indicator, target, promise, monthly, review_date)
    with writing(store, by) as tx:
        now, new = expect(tx, "standard", indicator, seen, mine, f"The standard for {indicator}")
        return standard_of(record(tx, now, "set", with_terms(now, new), reason))


def withdraw_standard(store: Store, indicator: str, *, seen: int, by: str, reason: str = "") -> None:
    """The standard holds no longer; its history, and who had agreed, stays."""
    with writing(store, by) as tx:
        now, _ = expect(tx, "standard", indicator, seen, {"withdrawn": True}, f"The standard for {indicator}")
        if now.version == 0:
            raise Refused(f"There is no standard for {indicator}: choose one that is listed.")
        withdraw(tx, now, reason)


def agree(
    store: Store,
    indicator: str,
    silo: str,
    *,
    agreed_by: str,
    terms: int,
    agreed_on: date | str | None = None,
    seen: int = 0,
    by: str,
) -> Agreement:
    """A silo agrees to a standard. `terms`: those of the standard that was read; `agreed_on`: today if not said."""
    silo, name = values.text("silo", silo), f"The agreement of {silo} to {indicator}"
    mine = {"indicator": indicator, "silo": silo, "agreed_by": values.text("who agreed", agreed_by)}
    with writing(store, by) as tx:
        _same_terms(tx, indicator, terms)
        mine |= {"agreed_on": _no_later(tx, agreed_on), "terms": terms, "withdrawn": False}
        now, new = expect(tx, "agreement", pair(indicator, silo), seen, mine, name)
        return _cell(indicator, silo, record(tx, now, "agreed", new), terms)


def take_back(store: Store, indicator: str, silo: str, *, seen: int, by: str, reason: str) -> None:
    """A silo no longer agrees, and says why."""
    name, reason = f"The agreement of {silo} to {indicator}", values.text("the reason", reason, values.LONG)
    with writing(store, by) as tx:
        now, _ = expect(tx, "agreement", pair(indicator, silo), seen, {"withdrawn": True}, name)
        if now.version == 0:
            raise Refused(f"{silo} has not agreed to {indicator}, so there is nothing to take back.")
        withdraw(tx, now, reason)


def with_terms(now: Now, new: Mapping[str, Any]) -> dict[str, Any]:
    """`new`, with the next number of terms where a term is among it."""
    return {**new, "terms": (now["terms"] or 0) + 1} if any(term in new for term in TERMS) else dict(new)


def _checked(indicator, target, promise, monthly, review_date) -> dict[str, Any]:
    return {
        "indicator": indicator,
        "target": values.number("target", target),
        "promise": values.text_or_none("promise", promise, values.LONG),
        "monthly": values.months(monthly),
        "review_date": values.day_or_none("review date", review_date),
        "withdrawn": False,
    }


def _same_terms(tx: Writing, indicator: str, terms: int) -> None:
    standard = present(tx.connection, "standard", indicator)
    if not standard.exists:
        raise Refused(f"There is no standard for {indicator} to agree to: set one first.")
    if standard["terms"] != terms:
        raise Refused(
            f"The terms of {indicator} were changed by {standard.changed_by} since you read them (you read number "
            f"{terms}, it is {standard['terms']} now): read them again, then agree."
        )


def _no_later(tx: Writing, given: date | str | None) -> date:
    agreed_on = values.day_or_none("agreed on", given) or tx.today
    if agreed_on > tx.today:
        raise Refused(f"agreed on is {agreed_on}, which is still to come: give {tx.today} or an earlier day.")
    return agreed_on


def _cell(indicator: str, silo: str, now: Now | None, terms: int) -> Agreement:
    if now is None or not now.exists:
        return Agreement(indicator, silo, NOT, None, None, now.version if now else 0)
    word = AGREED if now["terms"] == terms else EARLIER
    return Agreement(indicator, silo, word, now["agreed_by"], now["agreed_on"], now.version)


def standard_of(now: Now) -> Standard:
    return shaped(Standard, now, monthly=tuple((now["monthly"] or {}).items()))
