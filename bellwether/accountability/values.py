"""Values as people give them, made into values as they are kept. Each function raises Refused with one sentence."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from bellwether.accountability.refusals import Refused

SHORT, LONG = 200, 5000
MOST = 1e15  # above it a double holds no cents
# What a commitment may be aimed at: the columns that a customer's contacts and a customer carry.
TREATABLE = ("silo", "stage", "touchpoint", "channel", "mode", "segment", "customer")


def text(name: str, given: Any, longest: int = SHORT) -> str:
    """A line (or, where `longest` is LONG, lines) of text that says something."""
    if not isinstance(given, str) or not given.strip():
        raise Refused(f"{name} is empty: write it down.")
    clean = unicodedata.normalize("NFC", given.strip().replace("\r\n", "\n"))
    allowed = "\n\t" if longest == LONG else ""
    odd = next((sign for sign in clean if unicodedata.category(sign) in ("Cc", "Cs") and sign not in allowed), None)
    if odd is not None:
        raise Refused(f"{name} holds the character U+{ord(odd):04X}, which is no text: take it out.")
    if len(clean) > longest:
        raise Refused(f"{name} has {len(clean):,} characters, and {longest:,} are kept: shorten it.")
    return clean


def text_or_none(name: str, given: Any, longest: int = SHORT) -> str | None:
    return None if given is None or given == "" else text(name, given, longest)


def day(name: str, given: Any) -> date:
    """A day, as a date or as 2026-03-31."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given.strip() if re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", given) else "")
    except (AttributeError, TypeError, ValueError):
        raise Refused(f'{name} is "{given}", which is no day: write it as 2026-03-31.') from None


def day_or_none(name: str, given: Any) -> date | None:
    return None if given is None or given == "" else day(name, given)


def number(name: str, given: Any) -> float:
    """A finite number; True and "12" are none."""
    kept = isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < MOST
    if not kept or math.isnan(given):
        raise Refused(f'{name} is "{given}", which is no number: give one such as 0.85.')
    return float(given)


def expected(given: Any) -> float | None:
    """The size an indicator is expected to move by, in the indicator's unit; negative where lower is better."""
    if given is None:
        return None
    size = number("expected size", given)
    if size == 0:
        raise Refused("expected size is 0, which nothing could prove: say by how much the indicator should move.")
    return size


def cost(given: Any) -> float | None:
    if given is None:
        return None
    amount = number("cost", given)
    if amount < 0:
        raise Refused(f"cost is {amount:g}: give what it costs as a number of 0 or more.")
    return amount


def currency(given: Any) -> str | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str) or not re.fullmatch(r"[A-Z]{3}", given):
        raise Refused(f'currency is "{given}": write it as three capital letters, such as EUR.')
    return given


def web_address(given: Any) -> str:
    """An http or https address with a host; anything a browser might run is refused."""
    address = text("address", given, 2000)
    try:
        parts = urlsplit(address)
        whole = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or re.search(r'[\s<>"\\`]', address):
        raise Refused(f'address is "{address[:80]}": only links that begin with http:// or https:// can be attached.')
    if parts.username or parts.password:
        raise Refused(f"the address of {parts.hostname} holds a name or password: take it out before you attach it.")
    return address


def treated(given: Any) -> dict[str, list[str]] | None:
    """What a commitment treats: dimension -> values. Also read from text: `silo = Billing; mode = human | digital`."""
    if given is None or given == "" or given == {}:
        return None
    clauses = _clauses(given) if isinstance(given, str) else given
    if not isinstance(clauses, Mapping):
        raise Refused(f'treats is "{given}": write it as silo = Billing.')
    odd = next((name for name in clauses if name not in TREATABLE), None)
    if odd is not None:
        raise Refused(f'treats names "{odd}", which can\'t be treated: choose one of {", ".join(TREATABLE)}.')
    return {name: _values(name, clauses[name]) for name in sorted(clauses)}


def _values(name: str, given: Any) -> list[str]:
    some = [given] if isinstance(given, str) else list(given or ())
    if not some:
        raise Refused(f"treats names {name} without saying which: add at least one {name}.")
    return sorted({text(f"treated {name}", one) for one in some})


def _clauses(given: str) -> dict[str, list[str]]:
    found = {}
    for clause in given.split(";"):
        name, equals, values = clause.partition("=")
        if not equals:
            raise Refused(f'treats is "{given}": write it as silo = Billing; mode = human | digital.')
        found[name.strip()] = values.split("|")
    return found


def months(given: Mapping[str, Any] | None) -> dict[str, float] | None:
    """Targets for single months: 2026-11 -> target."""
    told = {}
    for month, target in sorted((given or {}).items()):
        if not isinstance(month, str) or not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
            raise Refused(f'a monthly target is set for "{month}", which is no month: write it as 2026-11.')
        told[month] = number(f"the target for {month}", target)
    return told or None


def one_of(name: str, given: str, known: Collection[str] | None) -> str:
    """A name among those that are known; the nearest one is offered. With None, any name is."""
    given = text(name, given)
    if known is None or given in known:
        return given
    near = difflib.get_close_matches(given, known, 1)
    hint = f'did you mean "{near[0]}"?' if near else f"choose one of those under queries/{name}s."
    raise Refused(f'"{given}" is not a known {name}: {hint}')
