"""Free questions in a process of their own: held to memory, time, rows and files, logged, and the caller stays up."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from lab.conftest import WHOLE
from lab.tries import tries
from plain import named

from bellwether import warehouse
from bellwether.access import log
from bellwether.access.viewer import LOCAL
from bellwether.lab import asking, run
from bellwether.lab.run import MB, Asked, Limits, ask

SHORT = Limits(seconds=3, memory=256 * MB, rows=100, bytes=2 * MB, waits=600)
# For a question that has to be answered: the same, but a machine with much to do may take its time.
PATIENT = replace(SHORT, seconds=60)
HELD = tries("held")
# One that eats memory, one that never ends, one that is too wide; the others in a whole run.
SOME = [one for one in HELD if one.name in ("a text of gigabytes", "rows without end", "a wide text out")]


def asked(small, sql, limits=PATIENT, **more):
    return ask(Asked(sql, warehouse.current(small.warehouse), small.queries, **more), limits)


@pytest.mark.parametrize("one", HELD if WHOLE else SOME, ids=lambda one: one.name)
def test_what_only_costs_is_stopped_and_the_next_question_is_answered(small, one):
    answer = asked(small, one.sql, SHORT)
    assert answer.kind in ("memory", "time", "size", "error") or answer.cut or one.name == "a pattern that looks back"
    assert not answer.kind or str(answer.said).endswith(".") or answer.kind == "error"
    assert asked(small, "select silo, count(*) as n from contacts group by silo order by silo").rows.rows() == [
        ("Billing", 30),
        ("Support", 30),
    ]


def test_an_answer_has_rows_plan_and_what_is_left_out(small):
    one = named("c0")  # both of this customer's contacts were with Support
    answer = asked(
        small, f"select customer_id = '{one}' as is_one, silo, count(*) as n from contacts group by all order by all"
    )
    assert answer.kind == "" and answer.people and not answer.customers
    assert answer.rows.rows() == [(False, "Billing", 30), (False, "Support", 28)]
    assert answer.left_out == 1
    assert {step["name"] for step in answer.plan} and answer.plan[0]["depth"] == 0


def test_a_span_of_time_is_refused_with_what_to_ask_instead(small):
    answer = asked(small, "select interval 1 day as took, count(*) as n from contacts")
    assert answer.rows is None and '"took" is a span of time' in answer.said and "date_diff" in answer.said


def test_filters_are_bound_and_never_text(small):
    question = "select count(*) as n from contacts where chosen($silos, silo)"
    told = {
        name: asked(small, question, parameters={"silos": [name]}).rows["n"][0] for name in ("Billing", "x') or (1=1")
    }
    assert told == {"Billing": 30, "x') or (1=1": 0}


def test_rows_are_cut_where_there_are_more_than_shown(small):
    answer = asked(small, "select range as n from range(5000)")
    assert answer.rows["n"].to_list() == list(range(100)) and answer.cut
    assert not asked(small, "select range as n from range(100)").cut


def test_the_process_can_read_the_version_and_nothing_else():
    """Whatever got by the guard would still stand before the kernel: no file, no network, no writing."""
    tried = (
        "import pathlib, socket, sys\n"
        "from bellwether.lab import child, fence\n"
        "child._load()\n"
        "fence.before(20)\n"
        "held = fence.files([pathlib.Path('tests'), *child._libraries()])\n"
        "told = []\n"
        "for act in (lambda: open('/etc/passwd').read(), lambda: open('/tmp/bellwether-lab', 'w').write('x'),\n"
        "    lambda: open('tests/bellwether-lab', 'w'), lambda: pathlib.Path('/proc/self/environ').read_bytes()):\n"
        "    try:\n"
        "        act()\n"
        "        told.append('open')\n"
        "    except OSError:\n"
        "        told.append('shut')\n"
        "print(held, *told, len(open('tests/conftest.py').read()) > 100)\n"
    )
    done = subprocess.run([sys.executable, "-c", tried], capture_output=True, text=True, timeout=120)
    held, *told, mine = done.stdout.split()
    if held == "False":
        pytest.skip("this kernel has no Landlock: the other locks have to do")
    assert told == ["shut"] * 4 and mine == "True", done.stderr


def test_the_process_has_nothing_of_the_servers_environment(monkeypatch):
    monkeypatch.setenv("BELLWETHER_STORE", "postgresql://me:secret@store/db")
    monkeypatch.setenv("COOKIE_SECRET", "secret")
    assert "secret" not in str(run._little())


def test_a_process_that_breaks_off_is_a_sentence(small, monkeypatch):
    monkeypatch.setattr(run, "_begun", lambda: _one_that(["-c", "print('ready', flush=True); import sys; sys.exit(3)"]))
    assert asked(small, "select 1").kind == "lost"
    monkeypatch.setattr(run, "_begun", lambda: _one_that(["-c", "raise SystemExit(1)"]))
    assert "did not start" in asked(small, "select 1").said
    monkeypatch.setattr(
        run, "_begun", lambda: _one_that(["-c", "print('ready', flush=True); import time; time.sleep(60)"])
    )
    assert asked(small, "select 1", Limits(seconds=1)).kind == "time"


def _one_that(words):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen([sys.executable, *words], **pipes, stderr=subprocess.DEVNULL, start_new_session=True)


def test_more_questions_than_processes_wait_or_are_told(small, monkeypatch):
    monkeypatch.setattr(run, "_ask", lambda asked, limits: (released.wait(10), run.Answer())[1])
    import threading

    released = threading.Event()
    quick = Limits(waits=0)
    with ThreadPoolExecutor(5) as pool:
        working = [pool.submit(asked, small, "select 1", quick) for _ in range(run.AT_ONCE)]
        while run._turns._value:
            pass
        assert asked(small, "select 1", quick).kind == "busy"
        released.set()
        assert [one.result().kind for one in working] == ["", ""]


SOME_REFUSED = ("a text reader", "what people wrote", "two statements")


@pytest.mark.parametrize(
    "one", [one for one in tries("refused") if WHOLE or one.name in SOME_REFUSED], ids=lambda one: one.name
)
def test_a_refused_try_is_logged_and_changes_nothing(small, one):
    home = warehouse.current(small.warehouse)
    before = {file: file.stat().st_mtime_ns for file in home.rglob("*")}
    answer = asking.in_the_lab(small, home, LOCAL, one.sql, {})
    assert answer.rows is None and answer.kind in ("statement", "table", "function", "parameter", "form"), answer
    newest = log.entries(1)[0]
    assert newest["what"] == log.REFUSED and newest["about"].startswith(f"sql ({answer.kind}")
    assert newest["about"].endswith(one.sql[-60:]) or len(newest["about"]) >= log.LONGEST
    assert {file: file.stat().st_mtime_ns for file in home.rglob("*")} == before


def test_an_answered_question_is_logged_too_and_what_cannot_be_logged_is_not_shown(small, monkeypatch):
    home = warehouse.current(small.warehouse)
    answered = asking.in_the_lab(small, home, LOCAL, "select * from contacts limit 1", {}, customers=True)
    assert answered.customers and log.entries(1)[0]["about"].startswith("sql (1 rows, single customers): select")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log, "note", full)
    unlogged = asking.in_the_lab(small, home, LOCAL, "select 1", {})
    assert unlogged.rows is None and "could not be logged" in unlogged.said
