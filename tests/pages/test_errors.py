"""What goes wrong on a page is a sentence with an id; what it was, with its data, stands in the server's log alone."""

from __future__ import annotations

import re

from bellwether.views import current

SECRET = "select * from comments where email = 'ada@example.org'"


def test_a_page_that_breaks_shows_an_id_and_the_log_tells_the_rest(sample_warehouse, app, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(current, "_asked", broken)
    at = app("reality_check/reality_check.py")
    shown = " ".join(str(one.proto) for kind in ("error", "markdown", "caption", "exception") for one in at.get(kind))
    assert not at.exception and "ada@example.org" not in shown and "comments where" not in shown
    [told] = re.findall(r"\*\*([0-9a-f]{8})\*\*", shown)
    assert any(told in record.getMessage() and SECRET in str(record.exc_info) for record in caplog.records)
