"""From what an identity provider claims of a person to the roles that they have here. Nothing said: nothing allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bellwether.access.viewer import ROLES, Viewer

FILE = "roles.toml"


class RolesError(Exception):
    """The file of roles can't be read; the sentence says where and why."""


@dataclass(frozen=True)
class Rules:
    """What `data/governance/roles.toml` says.

    `claim`: which claim lists a person's groups; `names`: claims that hold what they are called, the first wins.
    `roles`: role -> the groups (or subjects) that have it. `silos`: group or subject -> the silos that they own.
    `hours`: how long a sign-in holds at most. `beyond_token`: whether it may outlive the provider's token.
    """

    claim: str = "groups"
    names: tuple[str, ...] = ("name", "preferred_username", "email")
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    silos: Mapping[str, frozenset[str]] = field(default_factory=dict)
    hours: float = 8
    beyond_token: bool = False


def read(folder: Path) -> Rules:
    """The rules of a governance folder; without the file nobody has a role. Raises RolesError."""
    file = folder / FILE
    if not file.exists():
        return Rules()
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RolesError(f"{file}: this is no TOML ({error}).") from None
    _known(file, "", told, ("claims", "roles", "silos", "session"))
    claims, session = _table(file, told, "claims"), _table(file, told, "session")
    _known(file, "claims.", claims, ("groups", "name"))
    _known(file, "session.", session, ("hours", "beyond_token"))
    roles = _table(file, told, "roles")
    _known(file, "roles.", roles, ROLES)
    return Rules(
        claim=_text(file, "claims.groups", claims.get("groups", Rules.claim)),
        names=_in_order(file, "claims.name", claims.get("name", list(Rules.names))),
        roles={role: _texts(file, f"roles.{role}", some) for role, some in roles.items()},
        silos={who: _texts(file, f"silos.{who}", some) for who, some in _table(file, told, "silos").items()},
        hours=_hours(file, session.get("hours", Rules.hours)),
        beyond_token=_yes_or_no(file, "session.beyond_token", session.get("beyond_token", Rules.beyond_token)),
    )


def viewer(claims: Mapping[str, Any], rules: Rules) -> Viewer:
    """Who looks, by what is claimed of them: `sub`, the groups, a name. Unknown groups give no role."""
    subject = str(claims.get("sub") or "")
    known = _listed(claims.get(rules.claim)) | ({subject} if subject else set())
    roles = frozenset(role for role, groups in rules.roles.items() if known & groups) if subject else frozenset()
    silos = frozenset(silo for who, some in rules.silos.items() if who in known for silo in some)
    name = next((str(claims[one]).strip() for one in rules.names if str(claims.get(one) or "").strip()), subject)
    return Viewer(subject, name[:80], roles, silos)


def _listed(claimed: Any) -> set[str]:
    """Groups come as a list, or as one text; anything else says nothing."""
    if isinstance(claimed, str):
        return {claimed}
    return {one for one in claimed if isinstance(one, str)} if isinstance(claimed, list | tuple) else set()


def _known(file: Path, where: str, told: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in told:
        if key not in keys:
            near = get_close_matches(key, keys, 1)
            hint = f'Did you mean "{where}{near[0]}"?' if near else f"Known are {', '.join(keys)}."
            raise RolesError(f'{file}: "{where}{key}" is not known here. {hint}')


def _table(file: Path, told: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = told.get(key, {})
    if not isinstance(found, dict):
        raise RolesError(f'{file}: "{key}" has to be a table, [{key}].')
    return found


def _text(file: Path, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise RolesError(f'{file}: "{key}" is {value!r}, and has to be a text.')
    return value


def _texts(file: Path, key: str, value: Any) -> frozenset[str]:
    return frozenset(_in_order(file, key, value))


def _in_order(file: Path, key: str, value: Any) -> tuple[str, ...]:
    some = [value] if isinstance(value, str) else value
    if not isinstance(some, list) or not all(isinstance(one, str) and one for one in some):
        raise RolesError(f'{file}: "{key}" is {value!r}, and has to be a list of texts.')
    return tuple(some)


def _hours(file: Path, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 24 * 7:
        raise RolesError(f'{file}: "session.hours" is {value!r}, and has to be a number above 0, up to 168.')
    return float(value)


def _yes_or_no(file: Path, key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise RolesError(f'{file}: "{key}" is {value!r}, and has to be true or false.')
    return value
