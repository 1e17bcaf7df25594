"""A promise counts from its moment on: what lies after the end of the export counts neither as kept nor as broken."""

from __future__ import annotations

import pytest
from plain import at, contacts, refreshed, rows, write

from bellwether import asking

# Two rows tell of it, so that neither alone vouches for itself.
END = "2026-01-20 12:00:00"  # the newest moment in the export: when it was taken, as far as anyone can know
DUE = [
    # id, promised, resolved, counts as
    ("kept", "2026-01-08 10:00:00", "2026-01-07 10:00:00", 1),
    ("on the minute", "2026-01-08 10:00:00", "2026-01-08 10:00:00", 1),
    ("late", "2026-01-08 10:00:00", "2026-01-08 10:00:01", 0),
    ("still open", "2026-01-08 10:00:00", "", 0),
    ("due as the export ends, kept", END, "2026-01-19 10:00:00", 1),
    ("due as the export ends, open", END, "", 0),
    ("due later, kept already", "2026-01-20 12:00:01", "2026-01-19 10:00:00", None),
    ("due later, open", "2026-01-20 12:00:01", "", None),
]


@pytest.fixture(scope="module")
def counted(tmp_path_factory) -> dict[str, float]:
    """What each promise counts as, by the contact's id; those that don't count are not there."""
    folder = tmp_path_factory.mktemp("promises")
    promised = [{"interaction_id": name, "promised_at": due, "resolved_at": end} for name, due, end, _ in DUE]
    ends = [{"interaction_id": name, "promised_at": "", "resolved_at": END} for name in ("an end", "the same end")]
    return _counted(folder, *promised, *ends)


def _counted(folder, *changes) -> dict[str, float]:
    write(folder / "exports", "a.csv", contacts(*changes))
    assert refreshed(folder).published
    definition = asking.known_indicator(at(folder), "promise_kept").sql
    return dict(rows(folder, f"select row_id, value from ({definition})"))


@pytest.mark.parametrize(("name", "counts"), [(name, counts) for name, *_, counts in DUE])
def test_a_promise_counts_once_it_is_due(counted, name, counts):
    assert counted.get(name) == counts


@pytest.mark.parametrize("end", ["2026-01-19 10:00:00", "2026-01-20 10:00:00"], ids=["kept", "late"])
def test_the_last_case_does_not_vouch_for_its_own_promise(tmp_path, end):
    """Late, it would move the export's end past its promise and count; kept, it would not. So neither counts."""
    last = {"interaction_id": "last", "promised_at": "2026-01-19 12:00:00", "resolved_at": end}
    before = {"interaction_id": "before", "promised_at": "2026-01-08 10:00:00", "resolved_at": "2026-01-10 10:00:00"}
    assert _counted(tmp_path, before, last) == {"before": 0}


def test_what_was_due_by_another_rows_word_counts_for_the_last_case_too(tmp_path):
    last = {"interaction_id": "last", "promised_at": "2026-01-09 12:00:00", "resolved_at": "2026-01-20 10:00:00"}
    before = {"interaction_id": "before", "promised_at": "2026-01-08 10:00:00", "resolved_at": "2026-01-10 10:00:00"}
    assert _counted(tmp_path, before, last) == {"before": 0, "last": 0}
