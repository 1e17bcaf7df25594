"""The governance files are the beginning; what a person did in the app stands against them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from stores import INDICATORS, disagreements, opened

from bellwether.accountability import Refused, commitments, events, moves, open_store, owners, seed, standards
from bellwether.governance import GovernanceError
from bellwether.settings import ROOT

FILES = {
    "silos": ["silo,leader,deputy", "Billing,Yara,Pim", "Support,Hugo,"],
    "owners": ["indicator,silo,owner", "effort,Billing,Pim", "effort,Support,Sefa"],
    "standards": ["indicator,target,promise,review_date", "effort,0.5,One step.,2027-03-15"],
    "agreements": ["indicator,silo,agreed_by,agreed_on", "effort,Billing,Yara,2026-06-15"],
    "commitments": [
        "id,title,owner,silo,indicator,start,due,state,treats,expected,cost",
        "plain-bill,A plain bill,Yara,Billing,effort,2026-03-02,2026-05-22,started,silo = Billing,-0.1,75000",
        "call-back,Call back,Hugo,Support,,,2026-08-01,idea,,,",
    ],
}


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "governance"
    folder.mkdir()
    for name, lines in FILES.items():
        write(folder, name, *lines)
    return folder


def write(folder: Path, name: str, *lines: str) -> None:
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def replaced(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / f"{name}.csv"
    assert old in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_the_shipped_files_come_in_whole_and_only_once(url):
    store = open_store(url)
    first = seed.seed(store, ROOT / "data" / "governance")
    assert first.refused == ()
    lines = sum(
        len((ROOT / "data" / "governance" / f"{name}.csv").read_text(encoding="utf-8").strip().splitlines()) - 1
        for name in FILES
    )
    assert (first.new, store.revision()) == (lines, lines)
    assert seed.seed(store, ROOT / "data" / "governance") == seed.Seeded()
    assert store.revision() == lines
    assert disagreements(url) == []
    store.close()


def test_every_field_arrives(store, folder):
    assert seed.seed(store, folder) == seed.Seeded(new=8)
    one = commitments.commitment(store, "plain-bill")
    assert (one.state, one.start, one.expected, one.cost, one.currency) == (
        *("started", date(2026, 3, 2), -0.1, 75000.0, "EUR"),
    )
    assert one.treats == (commitments.Treated("silo", ("Billing",)),)
    assert (one.declared_due, one.declared_on) == (date(2026, 5, 22), None)  # the files don't say when it was declared
    assert owners.owner_of(store, "effort", "Support").owner == "Sefa"
    (cell,) = standards.matrix(store, [])
    assert (cell.silo, cell.word, cell.agreed_by, cell.agreed_on) == ("Billing", "agreed", "Yara", date(2026, 6, 15))
    assert {event.who for event in events.history(store, "commitment")} == {"data/governance"}


def test_until_somebody_edits_the_file_has_the_word(store, folder):
    seed.seed(store, folder)
    replaced(folder, "owners", "effort,Billing,Pim", "effort,Billing,Karel")
    replaced(folder, "silos", "Support,Hugo,\n", "")
    replaced(folder, "commitments", ",2026-08-01,idea,,,", ",2026-08-15,agreed,,,")
    assert seed.seed(store, folder) == seed.Seeded(changed=2, taken_back=1)
    assert owners.owner_of(store, "effort", "Billing").owner == "Karel"
    assert [one.silo for one in owners.silos(store)] == ["Billing"]
    assert commitments.commitment(store, "call-back").state == "agreed"
    assert [(it.before, it.after) for it in commitments.due_moves(store)] == [(date(2026, 8, 1), date(2026, 8, 15))]
    replaced(folder, "silos", "Billing,Yara,Pim", "Billing,Yara,Pim\nSupport,Hugo,")
    assert seed.seed(store, folder) == seed.Seeded(changed=1)
    assert seed.seed(store, folder) == seed.Seeded()


def test_from_the_first_edit_on_the_app_has_it(store, folder):
    seed.seed(store, folder)
    owners.own(store, "effort", "Billing", owner="Lotte", seen=1, by="Ann")
    owners.release(store, "effort", "Support", seen=1, by="Ann")
    moves.change(store, "call-back", {"title": "Call back today"}, seen=1, by="Ann")
    before = store.revision()
    replaced(folder, "owners", "effort,Billing,Pim\n", "effort,Billing,Karel\n")
    replaced(folder, "commitments", "Call back", "Call back sometime")
    assert seed.seed(store, folder) == seed.Seeded(kept=3)
    replaced(folder, "owners", "effort,Billing,Karel\n", "")  # nor does a line that is gone undo it
    assert seed.seed(store, folder) == seed.Seeded(kept=2)
    assert store.revision() == before
    assert [(one.silo, one.owner) for one in owners.owners(store)] == [("Billing", "Lotte")]


def test_another_company_s_files_take_the_first_one_out(store, folder):
    seed.seed(store, folder)
    shutil.rmtree(folder)
    folder.mkdir()
    write(folder, "silos", "silo,leader,deputy", "Care,Ada,")
    assert seed.seed(store, folder) == seed.Seeded(new=1, taken_back=8)
    assert [one.silo for one in owners.silos(store)] == ["Care"]
    assert commitments.commitments(store) == ()
    assert len(events.history(store, "commitment", "plain-bill")) == 2


def test_new_terms_in_a_file_need_new_agreements(store, folder):
    seed.seed(store, folder)
    replaced(folder, "standards", "effort,0.5", "effort,0.9")
    seed.seed(store, folder)
    assert [cell.word for cell in standards.matrix(store, [])] == ["agreed to earlier terms"]
    replaced(folder, "agreements", "2026-06-15", "2026-09-15")
    seed.seed(store, folder)
    assert [cell.word for cell in standards.matrix(store, [])] == ["agreed"]


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("commitments", "Billing,effort", "Billing,first_time_right", "indicator .* was declared as effort"),
        ("commitments", "started", "agreed", "it is started and can't become agreed again"),
        ("commitments", "started", "finished", 'its state is "finished": use one of idea, agreed'),
        ("commitments", "silo = Billing", "Billing", "write it as silo = Billing"),
        ("owners", "effort,Billing", "efort,Billing", 'did you mean "effort"'),
        ("owners", "effort,Support,Sefa", "effort,Billing,Sefa", "stands there twice, and its first line was taken"),
        ("agreements", "effort,Billing", "promise_kept,Billing", "there is no standard for promise_kept to agree to"),
    ],
)
def test_a_line_that_can_t_be_is_refused_alone(store, folder, name, old, new, says):
    seed.seed(store, folder)
    before = commitments.commitments(store)
    replaced(folder, name, old, new)
    replaced(folder, "silos", "Hugo", "Hanna")
    told = seed.seed(store, folder)
    assert len(told.refused) == 1
    assert told.changed == 1
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(told.refused[0])
    assert told.refused[0].startswith(f"{name}.csv, ")
    assert commitments.commitments(store) == before


def test_what_can_t_be_read_takes_nothing_in(store, folder, tmp_path):
    with pytest.raises(Refused, match="BELLWETHER_GOVERNANCE"):
        seed.seed(store, tmp_path / "none")
    replaced(folder, "standards", "0.5", "half")
    with pytest.raises(GovernanceError, match="line 2: target"):
        seed.seed(store, folder)
    assert store.revision() == 0
    assert store.indicators == INDICATORS


def test_two_that_seed_at_once_seed_once(url, folder):
    first, second = opened(url), opened(url)
    assert seed.seed(first, folder).new == 8
    assert seed.seed(second, folder) == seed.Seeded()
    first.close()
    second.close()
