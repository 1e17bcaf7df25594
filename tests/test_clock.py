"""Today's date comes from one place, and can be set."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bellwether import clock


def test_today_can_be_set(monkeypatch):
    monkeypatch.setenv("BELLWETHER_TODAY", "2026-03-31")
    assert clock.today("UTC") == date(2026, 3, 31)


def test_a_day_that_is_none_is_told_how_to_write_one(monkeypatch):
    monkeypatch.setenv("BELLWETHER_TODAY", "31.3.2026")
    with pytest.raises(
        ValueError, match=r'BELLWETHER_TODAY is "31\.3\.2026", which is no day\. Write it as 2026-03-31'
    ):
        clock.today("UTC")


def test_a_moment_lies_on_the_companys_own_day():
    late = datetime(2026, 9, 27, 22, 30)
    assert clock.day_of(late, "Europe/Amsterdam") == date(2026, 9, 28)
    assert clock.day_of(late, "America/New_York") == date(2026, 9, 27)
