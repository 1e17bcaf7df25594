"""The governance files fit the simulated company, and each other."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from bellwether.sample.company import SEGMENTS, SILOS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "governance"


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((FOLDER / f"{name}.csv").open(encoding="utf-8", newline="")))


def test_the_company_is_the_one_that_is_simulated(company):
    told = tomllib.loads((FOLDER / "company.toml").read_text())
    assert {name: told[name] for name in ("name", "zone", "currency")} == {
        name: company.planted["company"][name] for name in ("name", "zone", "currency")
    }
    assert [row["silo"] for row in table("silos")] == list(SILOS)
    assert [row["segment"] for row in table("segments")] == list(SEGMENTS)


def test_channel_standards_are_those_of_the_truth(company):
    told = {row["channel"]: int(row["answer_seconds"]) for row in table("channel_standards") if row["answer_seconds"]}
    assert told == company.planted["channels"]


def test_the_planted_step_has_its_commitment_and_the_declared_one_its_line(company):
    step, declared = company.planted["step"], company.planted["declared_step"]
    (commitment,) = [row for row in table("commitments") if row["id"] == step["commitment"]]
    assert (commitment["silo"], commitment["indicator"]) == (step["silo"], step["indicator"])
    assert (commitment["start"], commitment["state"]) == (str(step["date"]), "done")
    (line,) = table("steps")
    assert (line["indicator"], line["silo"], line["week"]) == (
        declared["indicator"],
        declared["silo"],
        str(declared["date"]),
    )


@pytest.mark.parametrize("name", ["owners", "standards", "agreements", "commitments", "steps"])
def test_indicators_and_silos_are_known(name):
    indicators = {file.stem for file in (ROOT / "queries" / "indicators").glob("*.sql")}
    for row in table(name):
        assert row["indicator"] in indicators
        assert row.get("silo", "Sales") in SILOS


def test_something_is_left_to_do():
    owned = {(row["indicator"], row["silo"]) for row in table("owners")}
    agreed = {(row["indicator"], row["silo"]) for row in table("agreements")}
    assert ("hand_off_held", "Onboarding") not in owned
    assert ("promise_kept", "Complaints") not in agreed
    assert {row["state"] for row in table("commitments")} == {"idea", "agreed", "started", "done"}
