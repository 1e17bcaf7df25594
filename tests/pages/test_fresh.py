"""Freshness is held against today, each source on its own; a simulated company does not grow old."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from plain import contacts, write
from streamlit.testing.v1 import AppTest

from bellwether.refresh import refresh
from bellwether.settings import ROOT, settings
from bellwether.views import current, fresh

TODAY = fresh.Now(date(2026, 11, 25))
END = fresh.Now(date(2026, 9, 27), simulated=True)
TAKEN = datetime(2026, 10, 16, 7)


@pytest.mark.parametrize(
    ("age", "every", "of", "said"),
    [
        (None, "day", TODAY, "○ the export does not say"),
        (0, "", TODAY, "● today's"),
        (2, "day", TODAY, "● 2 days old, promised every day"),
        (3, "day", TODAY, "▼ 3 days old, promised every day"),
        (40, "day", TODAY, "▼ 40 days old, promised every day"),
        (40, "month", TODAY, "● 40 days old, promised every month"),
        (14, "", TODAY, "● 14 days old"),
        (15, "", TODAY, "▼ 15 days old"),
        (0, "day", END, "● the simulated company ends here, promised every day"),
        (2, "week", END, "● 2 days before the simulated company ends, promised every week"),
    ],
)
def test_a_source_is_late_by_its_own_promise(age, every, of, said):
    assert fresh.told(age, every, of) == said


def test_a_source_is_late_whatever_the_others_are(monkeypatch):
    monkeypatch.setattr(current, "promised", lambda: {"calls": "day", "crm": "quarter"})
    moments = [datetime(2026, 10, 16), datetime(2026, 10, 16), datetime(2026, 11, 24), None]
    sources = pl.DataFrame({"source": ["calls", "crm", "tickets", "plan"], "exported_at": moments})
    assert fresh.late(sources, TODAY) == ["calls"]


def test_the_newest_export_says_how_long_ago_it_was_taken():
    assert fresh.newest(TAKEN, TODAY) == "newest export taken 16 Oct 2026, 07:00 UTC, 40 days ago"
    assert fresh.newest(TAKEN, END).endswith("UTC: the simulated company ends here")
    assert fresh.newest(None, TODAY) == "no export says when it was taken"


def test_governance_is_borrowed_when_none_of_its_companys_exports_came_in():
    company, of = {"name": "Veldlicht"}, ["Veldlicht"]
    assert fresh.borrowed(company, of, own=[]) == "Veldlicht"
    assert fresh.borrowed(company, of, own=["Veldlicht"]) == ""
    assert fresh.borrowed({"name": "Ours"}, of, own=[]) == ""


def test_the_simulated_company_does_not_cry_stale(sample_warehouse, app, monkeypatch):
    monkeypatch.setenv("BELLWETHER_TODAY", "2031-01-01")
    at = app("data/data.py")
    assert {one.label: one.value for one in at.metric}["Sources late"] == "0"
    assert "the simulated company ends here" in at.caption[-1].value and "late: see Data" not in at.caption[-1].value
    assert at.caption[-1].value.startswith("Veldlicht")


@pytest.fixture
def own(tmp_path: Path, monkeypatch, request) -> AppTest:
    """The app on thirty contacts of a reader's own, beside a governance folder of the test's choice."""
    rows = [
        {"interaction_id": f"i{n}", "customer_id": f"c{n}", "started_at": f"2026-10-{n % 28 + 1:02} 09:00:00"}
        | {"promised_at": "", "resolved_at": "", "silo": ("Front desk", "Workshop")[n % 2]}
        for n in range(30)
    ]
    write(tmp_path / "exports", "own.csv", contacts(*rows))
    governance = ROOT / "data" / "governance" if request.param == "borrowed" else tmp_path / "governance"
    for name, where in (("EXPORTS", "exports"), ("WAREHOUSE", "warehouse")):
        monkeypatch.setenv(f"BELLWETHER_{name}", str(tmp_path / where))
    monkeypatch.setenv("BELLWETHER_GOVERNANCE", str(governance))
    monkeypatch.setenv("BELLWETHER_STORE", f"sqlite:///{tmp_path / 'store.sqlite'}")
    monkeypatch.setenv("BELLWETHER_TODAY", "2026-12-07")
    settings.cache_clear()
    assert refresh(settings()).published
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    monkeypatch.undo()
    settings.cache_clear()


def said(at: AppTest) -> str:
    kinds = (at.caption, at.markdown, at.info, at.popover if hasattr(at, "popover") else ())
    return "\n".join(str(one.value) for kind in kinds for one in kind)


@pytest.mark.parametrize("own", ["borrowed"], indirect=True)
def test_another_companys_silos_are_not_the_readers_gaps(own):
    told = said(own)
    assert "still those of Veldlicht, not of your company" in told
    assert "Silos without any data" not in told and "Complaints" not in told
    assert not own.caption[-1].value.startswith("Veldlicht")


@pytest.mark.parametrize("own", ["empty"], indirect=True)
def test_with_little_data_and_no_governance_it_speaks_as_a_person_would(own):
    assert not own.exception and not own.error
    told = said(own)
    assert "40 days ago; 1 source late: see Data" in own.caption[-1].value
    assert "No chart has the 12 weeks yet that a verdict needs." in told
    assert "No outcome is measured yet." in told
    assert "of no " not in told and "on no " not in told and "about no " not in told and "Veldlicht" not in told
