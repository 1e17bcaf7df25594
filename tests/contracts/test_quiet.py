"""Great-expectations in a process of its own: nothing is sent, nothing is printed, nothing is imported too soon."""

from __future__ import annotations

import json
import subprocess
import sys

from bellwether.settings import ROOT

_SCRIPT = """
import json, socket, sys

heard = []
sys.addaudithook(lambda event, told: heard.append(event) if event in
                 ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo") else None)

import duckdb
import polars
from contracts.feeds import RULES, kept
from bellwether import contracts

early = "great_expectations" in sys.modules
contracts.warm()
con = duckdb.connect()
kept(con, "interactions")
con.execute("update interactions set mode = 'of no kind', silo = 'of no line'")
results = contracts.judge(con, {"interactions": RULES["interactions"]}, {})
kept(con, "customers")
results += contracts.judge(con, {"customers": RULES["customers"]}, {})
sent = list(heard)
try:
    socket.create_connection(("127.0.0.1", 9), timeout=1)
except OSError:
    pass
from great_expectations.data_context.data_context.context_factory import project_manager
print(json.dumps({
    "early": early, "sent": sent, "control": heard, 
    "broken": [result.rule for result in results if not result.kept],
    "analytics": project_manager._ProjectManager__project.config.analytics_enabled,
}))
"""


def test_nothing_is_sent_printed_or_imported_too_soon() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        capture_output=True,
        text=True,
        timeout=180,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": ""},
    )
    assert run.stderr == ""
    told = json.loads(run.stdout)
    assert told["sent"] == []
    assert told["control"], "the hook hears what is sent"
    assert told["early"] is False, "the app imports contracts without great-expectations"
    assert told["analytics"] is False
    assert told["broken"] == ["values", "known"]
