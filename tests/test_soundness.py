"""A bit that turned on the disk: the next refresh comes through without it, loses nothing and says so."""

from __future__ import annotations

from plain import contacts, refreshed, rows, write

from bellwether import soundness, warehouse
from bellwether.bench import strikes

ALL = "select interaction_id from interactions order by all"
ROLLED_UP = "select indicator, observations from indicator_weeks order by all"


def company(folder, names="ab"):
    """A version for each letter, each with one more contact; the exports are not kept in their folder."""
    for name in names:
        write(folder / "exports", f"{name}.csv", contacts({"interaction_id": name, "silo": name}))
        assert refreshed(folder).published
        (folder / "exports" / f"{name}.csv").unlink()


def spoilt(folder) -> None:
    strikes.spoil("marts.duckdb", strikes.flip)(folder)


def test_with_nothing_new_and_no_export_in_the_folder_all_of_it_is_put_together_again(quick, tmp_path):
    company(tmp_path)
    rolled_up = rows(tmp_path, ROLLED_UP)
    spoilt(tmp_path)
    outcome = refreshed(tmp_path)
    assert outcome.published and rows(tmp_path, ALL) == [("a",), ("b",)] and rows(tmp_path, ROLLED_UP) == rolled_up
    (said,) = outcome.mentions
    assert said.startswith("000002-") and "orrupt" in said and said.endswith("was put together again.")
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
    assert soundness.newest(tmp_path / "warehouse")[0] is None
    outcome = refreshed(tmp_path)
    assert outcome.published and len(outcome.mentions) == 2
    assert rows(tmp_path, ALL) == [("a",), ("b",)]


def test_a_version_that_is_whole_is_sound(quick, tmp_path):
    company(tmp_path, "a")
    assert soundness.newest(tmp_path / "warehouse") == (warehouse.current(tmp_path / "warehouse"), [])
