"""Links in the exports folder: those that lead out of it are refused with a sentence, and nothing of them is read."""

from __future__ import annotations

import os

import pytest
from plain import contacts, write

from bellwether import inbox, sql
from bellwether.settings import settings


@pytest.fixture
def exports(tmp_path):
    write(tmp_path / "exports", "mine.csv", contacts({}))
    write(tmp_path / "outside", "theirs.csv", contacts({"interaction_id": "i9"}))
    return tmp_path / "exports"


def found(folder):
    exports, told = inbox.find(folder, sql.load(settings().queries, "source"))
    return [one.name for one in exports], [one.said for one in told]


def test_a_link_out_of_the_folder_is_refused_with_a_sentence(exports):
    (exports / "theirs.csv").symlink_to(exports.parent / "outside" / "theirs.csv")
    (exports / "passwd.csv").symlink_to("/etc/passwd")
    (exports / "up.csv").symlink_to("../outside/theirs.csv")
    names, said = found(exports)
    assert names == ["mine.csv"]
    out = "is a link that leads out of the exports folder. Put the file itself there."
    assert said == [f"{name}.csv {out}" for name in ("passwd", "theirs", "up")]


def test_a_link_to_nowhere_or_to_itself_is_refused(exports):
    (exports / "gone.csv").symlink_to(exports / "never.csv")
    (exports / "self.csv").symlink_to(exports / "self.csv")
    names, said = found(exports)
    assert names == ["mine.csv"] and len(said) == 2 and all(one.endswith(".") for one in said)


def test_a_folder_that_is_a_link_out_is_not_entered(exports):
    (exports / "more").symlink_to(exports.parent / "outside")
    assert found(exports) == (["mine.csv"], [])


def test_a_link_inside_the_folder_is_the_same_content_once(exports):
    (exports / "again.csv").symlink_to(exports / "mine.csv")
    names, said = found(exports)
    assert len(names) == 1 and said == []


def test_a_pipe_is_not_waited_for(exports):
    os.mkfifo(exports / "pipe.csv")
    assert found(exports)[0] == ["mine.csv"]
