"""docs/analysts.md is true: each file on it is written, each command run, each answer compared, in order."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from bellwether import drafts
from bellwether.cli import app
from bellwether.settings import ROOT, settings
from bellwether.views import current, listing

TUTORIAL = (ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMPARED = ROOT / "docs" / "compared"


@dataclass(frozen=True)
class Block:
    """One block of the page: its language, what stands behind it (`file=...`, `change=...`, `fails`), and its text."""

    language: str
    about: str
    text: str


BLOCKS = [Block(*found.groups()) for found in BLOCK.finditer(TUTORIAL)]


@pytest.fixture(scope="module")
def home(sample_warehouse, tmp_path_factory):
    """A project of its own: queries/ and tests/cases/ copied, on the simulated company's data."""
    home = tmp_path_factory.mktemp("tutorial")
    shutil.copytree(ROOT / "queries", home / "queries")
    shutil.copytree(ROOT / "tests" / "cases", home / "tests" / "cases")
    patch = pytest.MonkeyPatch()
    patch.setenv("BELLWETHER_QUERIES", str(home / "queries"))
    config.get_config_options()  # read once, from the folder we are in: for all that follow, from the project's own
    patch.chdir(home)
    written = drafts.new
    patch.setattr(drafts, "new", lambda kind, name, queries, _: written(kind, name, queries, home / "tests" / "cases"))
    settings.cache_clear()
    current._live.clear()
    yield home
    patch.undo()
    settings.cache_clear()
    current._live.clear()


@pytest.fixture(scope="module")
def said(home) -> list[tuple[Block, list[str]]]:
    """The whole page, carried out: each `text` block beside the lines that the command before it said."""
    told, compared = [], []
    for block in BLOCKS:
        if "file=" in block.about:
            file = home / block.about.partition("file=")[2]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif "change=" in block.about:
            _change(home / block.about.partition("change=")[2], *block.text.splitlines())
        elif block.language == "bash":
            told = [line for command in block.text.splitlines() for line in _run(command, "fails" in block.about)]
        elif block.language == "text":
            compared.append((block, told))
    return compared


def _change(file: Path, before: str, after: str) -> None:
    whole = file.read_text(encoding="utf-8")
    assert before in whole
    file.write_text(whole.replace(before, after), encoding="utf-8")


def _run(command: str, fails: bool) -> list[str]:
    name, *words = shlex.split(command)
    assert name == "bellwether"
    done = CliRunner().invoke(app, words)
    assert done.exit_code == (1 if fails else 0), f"{command}\n{done.stdout}{done.stderr}"
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


def test_every_answer_is_as_the_page_says(said):
    assert len(said) >= 4
    for block, told in said:
        lines = block.text.splitlines()
        assert [line for line in lines if not any(one.startswith(line) for one in told)] == [], told


def test_the_question_stands_under_explore_and_the_page_of_its_own_draws(said, home, monkeypatch):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240).run()
    at.switch_page("pages/explore/explore.py")
    at.query_params["question"] = "contacts/passed_on"
    at.run()
    assert not at.exception and not at.error and at.subheader[0].value == "Contacts passed on"
    page = home / "pages" / "passed_on" / "passed_on.py"
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 15
    own = listing.Listed("Analysis", str(page), "Passed on", ":material/bolt:", "Who passes contacts on?")
    monkeypatch.setattr(listing, "PAGES", (own,))
    monkeypatch.setattr(listing, "SECTIONS", ("Analysis",))
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240).run()
    assert not at.exception and not at.error
    assert [one.value for one in at.subheader] == ["Contacts passed on", "Repeat contacts by channel"]
    assert len(at.get("plotly_chart")) == 2 and {one.label for one in at.multiselect} >= {"Silos", "Channel"}


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("Bellwether", [ROOT / "queries" / "explore" / "contacts" / "repeat_contacts.sql"]),
        ("Rill", sorted((COMPARED / "rill").iterdir())),
        ("Evidence", sorted((COMPARED / "evidence").iterdir())),
        ("Streamlit alone", [COMPARED / "plain_streamlit.py"]),
    ],
)
def test_the_comparison_counts_what_stands_there(name, files):
    lines = sum(bool(line.strip()) for file in files for line in file.read_text(encoding="utf-8").splitlines())
    assert f"| {name} | {len(files)} | {lines} |" in TUTORIAL


def test_the_plain_streamlit_page_says_the_same(sample_warehouse, tmp_path, monkeypatch):
    """What is compared is compared fairly: the script runs, on the same mart, and gives the same shares."""
    import duckdb

    from bellwether import asking

    engine = asking.open_current(settings())
    mart = engine.ask("select * from contacts")
    found = asking.ask(engine, settings(), "contacts/repeat_contacts")
    engine.close()
    mart.write_parquet(tmp_path / "contacts.parquet")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute(f"create table contacts as select * from '{tmp_path / 'contacts.parquet'}'")
    monkeypatch.chdir(tmp_path)
    at = AppTest.from_file(str(COMPARED / "plain_streamlit.py"), default_timeout=240).run()
    assert not at.exception
    theirs = dict(at.dataframe[0].value[["channel", "repeats"]].itertuples(index=False))
    ours = dict(found.filter(found["contacts"] >= 5).select("channel", "repeats").iter_rows())
    assert theirs == pytest.approx(ours)
