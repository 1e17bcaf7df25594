"""A bit that turned on the disk: the next refresh comes through without it, loses nothing and says so."""

from __future__ import annotations

import json

from plain import contacts, refreshed, rows, write

from bellwether import warehouse
from bellwether.bench import strikes

ALL = "select interaction_id from interactions order by all"
ROLLED_UP = "select indicator, observations from indicator_weeks order by all"


def company(folder, names="ab"):
    """A version for each letter, each with one more contact; the exports are not kept in their folder."""
    for name in names:
        write(folder / "exports", f"{name}.csv", contacts({"interaction_id": name, "silo": name}))
        assert refreshed(folder).published
        (folder / "exports" / f"{name}.csv").unlink()


def spoilt(folder, part="marts.duckdb") -> None:
    strikes.spoil(part, strikes.flip)(folder)


def read_anew() -> None:
    """As another process would."""
    warehouse._spoilt.cache_clear()


def test_with_nothing_new_and_no_export_in_the_folder_all_of_it_is_put_together_again(quick, tmp_path):
    company(tmp_path)
    rolled_up = rows(tmp_path, ROLLED_UP)
    spoilt(tmp_path)
    outcome = refreshed(tmp_path)
    assert outcome.published and rows(tmp_path, ALL) == [("a",), ("b",)] and rows(tmp_path, ROLLED_UP) == rolled_up
    (said,) = outcome.mentions
    assert said.startswith("000002-") and "marts.duckdb is spoilt" in said and said.endswith("was put together again.")
    assert not refreshed(tmp_path).published


def test_what_was_withdrawn_meanwhile_stays_withdrawn_and_what_is_new_comes_in(quick, tmp_path):
    company(tmp_path)
    assert refreshed(tmp_path, withdraw=["a.csv"]).published
    spoilt(tmp_path)
    write(tmp_path / "exports", "c.csv", contacts({"interaction_id": "c"}))
    assert refreshed(tmp_path).published
    assert rows(tmp_path, ALL) == [("b",), ("c",)]


def test_where_no_version_can_be_read_any_more_the_imports_still_can(quick, tmp_path):
    company(tmp_path)
    for home in warehouse.versions(tmp_path / "warehouse"):
        strikes.flip(home / "marts.duckdb")
    assert warehouse.readable(tmp_path / "warehouse")[0] is None
    outcome = refreshed(tmp_path)
    assert outcome.published and len(outcome.mentions) == 2
    assert rows(tmp_path, ALL) == [("a",), ("b",)]


def test_a_version_that_is_whole_is_sound(quick, tmp_path):
    company(tmp_path, "a")
    assert warehouse.readable(tmp_path / "warehouse") == (warehouse.current(tmp_path / "warehouse"), [])


def test_rows_that_are_spoilt_are_neither_shown_nor_carried(quick, tmp_path):
    company(tmp_path)
    older, newer = warehouse.versions(tmp_path / "warehouse")
    spoilt(tmp_path, "rows")
    read_anew()
    assert warehouse.current(tmp_path / "warehouse") == older and rows(tmp_path, ALL) == [("a",)]
    (said,) = warehouse.damaged(tmp_path / "warehouse").values()
    assert said.startswith("holds something else than was written into ") and said.endswith(".parquet")
    outcome = refreshed(tmp_path)
    assert outcome.published and newer.name in outcome.mentions[0]
    assert rows(tmp_path, ALL) == [("a",), ("b",)] and warehouse.damaged(tmp_path / "warehouse") == {}


def test_a_version_of_a_release_that_took_no_sums_is_held_to_its_sizes(quick, tmp_path):
    company(tmp_path, "a")
    (home,) = warehouse.versions(tmp_path / "warehouse")
    manifest = warehouse.read_manifest(home)
    manifest["parts"] = {name: told["bytes"] for name, told in manifest["parts"].items()}
    (home / warehouse.MANIFEST).write_text(json.dumps(manifest))
    assert warehouse.current(tmp_path / "warehouse") == home
    (home / "marts.duckdb").write_bytes(b"")
    warehouse._damage.cache_clear()
    assert warehouse.current(tmp_path / "warehouse") is None
