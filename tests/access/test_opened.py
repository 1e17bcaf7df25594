"""What names people is opened for those who may, one look at a time, and each look is in the log, refusals too."""

from __future__ import annotations

import polars as pl
import pytest
from plain import contacts, named, refreshed, write

from bellwether import warehouse
from bellwether.access import log, opened
from bellwether.access.viewer import ROLES, Viewer
from bellwether.settings import settings

MAY = {"analyst", "steward"}


def who(role: str) -> Viewer:
    return Viewer(f"sub-{role}", role.title(), frozenset({role}), frozenset({"Support"}))


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """Ten contacts, and one that can't be read."""
    folder = tmp_path_factory.mktemp("opened")
    patch = pytest.MonkeyPatch()
    for name in ("exports", "warehouse", "private"):
        patch.setenv(f"BELLWETHER_{name.upper()}", str(folder / name))
    settings.cache_clear()
    rows = contacts(*({"interaction_id": f"i{n}", "customer_id": f"ID-{n}"} for n in range(10)))
    rows.append({**rows[0], "interaction_id": "bad", "customer_id": "ID-9", "started_at": "31 June"})
    write(folder / "exports", "contacts.csv", rows)
    assert refreshed(folder).published
    yield folder
    patch.undo()
    settings.cache_clear()


@pytest.fixture(autouse=True)
def own_log(company):
    log.without(lambda _: True)


@pytest.mark.parametrize("role", ROLES)
def test_only_analysts_and_stewards_learn_by_which_id_a_tool_knows_a_customer(company, role):
    if role in MAY:
        assert opened.known_as(who(role), named("ID-3")) == ["ID-3"]
        assert opened.known_as(who(role), "0" * 20) == []
    else:
        with pytest.raises(opened.NotYours, match="analysts and stewards"):
            opened.known_as(who(role), named("ID-3"))
    newest = log.entries()[-1]
    assert newest["who"] == f"{role.title()} (sub-{role})" and named("ID-3") in newest["about"]
    assert newest["what"] == (log.CUSTOMER if role in MAY else log.REFUSED)
    assert "ID-3" not in log.file().read_text()


@pytest.mark.parametrize("role", ROLES)
def test_a_quarantined_record_is_opened_by_its_line(company, role):
    [home] = [
        home for home in (company / "warehouse" / "imports").iterdir() if opened.record(who("steward"), home.name, 12)
    ]
    if role in MAY:
        assert "31 June" in opened.record(who(role), home.name, 12)
        assert opened.record(who(role), home.name, 3) is None
        # A name is a name: no way leads out of the imports.
        assert opened.record(who(role), f"../../warehouse/imports/{home.name}/../..", 12) is None
    else:
        with pytest.raises(opened.NotYours):
            opened.record(who(role), home.name, 12)
    assert log.entries()[0]["what"] == (log.CUSTOMER if role in MAY else log.REFUSED)


@pytest.mark.parametrize("role", ROLES)
def test_comments_are_opened_by_their_ids(company, role):
    home = warehouse.current(company / "warehouse")
    place = home / "private" / "comments" / "month=2026-01"
    place.mkdir(parents=True, exist_ok=True)
    text = {"comment_id": ["k0", "k1"], "text": ["never again", "fine"], "language": ["en", "en"]}
    pl.DataFrame(text).write_parquet(place / "rows.parquet")
    if role in MAY:
        assert opened.comments(who(role), ["k0", "k' or 1=1"], "Silos")["text"].to_list() == ["never again"]
        assert opened.comments(who(role), [], "Silos").height == 0
        assert (log.entries()[0]["what"], log.entries()[0]["about"]) == (log.COMMENTS, "Silos")
    else:
        with pytest.raises(opened.NotYours):
            opened.comments(who(role), ["k0"], "Silos")
        assert log.entries()[0]["what"] == log.REFUSED


def test_what_cannot_be_noted_is_not_opened(company, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log, "_write", full)
    with pytest.raises(OSError, match="No space"):
        opened.known_as(who("steward"), named("ID-3"))


def test_a_role_that_is_worn_opens_no_more_than_that_role_does(company):
    worn = who("steward").as_seen_by("executive")
    with pytest.raises(opened.NotYours):
        opened.known_as(worn, named("ID-3"))
