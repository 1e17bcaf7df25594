"""Who answers: a leader and a deputy for each silo, an owner and a deputy for each indicator in each silo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bellwether.accountability import values
from bellwether.accountability.events import all_present, expect, present, record, shaped, withdraw
from bellwether.accountability.refusals import Refused
from bellwether.accountability.store import Store, reading, writing


@dataclass(frozen=True)
class Silo:
    """A silo and who leads it. `version` is what an editor gives back as `seen`."""

    silo: str
    leader: str | None
    deputy: str | None
    version: int
    changed_at: datetime | None = None
    changed_by: str | None = None


@dataclass(frozen=True)
class Owner:
    """An indicator in a silo and who answers for it; `owner` None: nobody does."""

    indicator: str
    silo: str
    owner: str | None
    deputy: str | None
    version: int
    changed_at: datetime | None = None
    changed_by: str | None = None


def pair(indicator: str, silo: str) -> str:
    """The subject of what is kept of an indicator in a silo; an indicator is a file's name and holds no slash."""
    return f"{indicator}/{silo}"


def silos(store: Store) -> tuple[Silo, ...]:
    with reading(store) as connection:
        return tuple(shaped(Silo, now) for now in all_present(connection, "silo"))


def owners(store: Store) -> tuple[Owner, ...]:
    """Everybody who answers for an indicator in a silo."""
    with reading(store) as connection:
        return tuple(shaped(Owner, now) for now in all_present(connection, "owner"))


def owner_of(store: Store, indicator: str, silo: str) -> Owner:
    """One pair, also one that nobody answers for: with the version to edit it by."""
    with reading(store) as connection:
        now = present(connection, "owner", pair(indicator, silo))
    named = {"indicator": indicator, "silo": silo}
    return shaped(Owner, now, **named) if now.exists else Owner(indicator, silo, None, None, now.version)


def without_owner(store: Store, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those of the (indicator, silo) `pairs` that are measured for which nobody answers."""
    held = {(one.indicator, one.silo) for one in owners(store)}
    return tuple(sorted(set(pairs) - held))


def lead(
    store: Store, silo: str, *, leader: str | None, deputy: str | None = None, seen: int, by: str, reason: str = ""
) -> Silo:
    """Say who leads a silo; None: nobody does. Raises Refused, Conflict."""
    silo = values.text("silo", silo)
    mine = {
        "silo": silo,
        "leader": values.text_or_none("leader", leader),
        "deputy": values.text_or_none("deputy", deputy),
        "withdrawn": False,
    }
    _two_people(mine["leader"], mine["deputy"], f"{silo}'s leader")
    with writing(store, by) as tx:
        now, new = expect(tx, "silo", silo, seen, mine, f'The silo "{silo}"')
        return shaped(Silo, record(tx, now, "led", new, reason))


def close_silo(store: Store, silo: str, *, seen: int, by: str, reason: str = "") -> None:
    """The silo is no more; its history stays."""
    with writing(store, by) as tx:
        now, _ = expect(tx, "silo", silo, seen, {"withdrawn": True}, f'The silo "{silo}"')
        if now.version == 0:
            raise Refused(f'There is no silo "{silo}": choose one that is listed.')
        withdraw(tx, now, reason)


def own(
    store: Store,
    indicator: str,
    silo: str,
    *,
    owner: str,
    deputy: str | None = None,
    seen: int,
    by: str,
    reason: str = "",
) -> Owner:
    """Say who answers for an indicator in a silo. Raises Refused, Conflict."""
    indicator, silo = values.one_of("indicator", indicator, store.indicators), values.text("silo", silo)
    named = {"owner": values.text("owner", owner), "deputy": values.text_or_none("deputy", deputy)}
    _two_people(named["owner"], named["deputy"], f"the owner of {indicator} in {silo}")
    mine = {"indicator": indicator, "silo": silo, **named, "withdrawn": False}
    with writing(store, by) as tx:
        now, new = expect(tx, "owner", pair(indicator, silo), seen, mine, f"The owner of {indicator} in {silo}")
        return shaped(Owner, record(tx, now, "owned", new, reason))


def release(store: Store, indicator: str, silo: str, *, seen: int, by: str, reason: str = "") -> None:
    """Nobody answers for this pair any more; who did stays in its history."""
    name = f"The owner of {indicator} in {silo}"
    with writing(store, by) as tx:
        now, _ = expect(tx, "owner", pair(indicator, silo), seen, {"withdrawn": True}, name)
        if now.version == 0:
            raise Refused(f"Nobody answers for {indicator} in {silo}, so nobody can be released: name an owner first.")
        withdraw(tx, now, reason)


def _two_people(first: str | None, second: str | None, role: str) -> None:
    if first is not None and first == second:
        raise Refused(f"{first} can't be both {role} and the deputy: name somebody else, or no deputy.")
