"""Ask a free question as somebody: what they may see, where it is asked, and a line in the log whatever comes of it."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bellwether import asking, warehouse
from bellwether.access import log
from bellwether.access.suppression import fewest
from bellwether.access.viewer import Viewer
from bellwether.lab.run import MB, Answer, Asked, Limits, ask
from bellwether.settings import Settings

# Whoever has the command line has the files: no suppression, larger limits. The guard and the process are the same.
COMMAND_LINE = Limits(seconds=120, memory=4096 * MB, rows=1_000_000, bytes=512 * MB, waits=120)


def in_the_lab(
    settings: Settings, home: Path, who: Viewer, sql: str, parameters: Mapping[str, Any], customers: bool = False
) -> Answer:
    """The answer for groups of people, or (`customers`) with single ones, from the version on screen."""
    asked = Asked(sql, home, settings.queries, parameters, customers=customers, least=fewest(settings.company))
    return _noted(who, sql, ask(asked))


def on_the_command_line(settings: Settings, sql: str) -> Answer:
    """The answer from the newest version, every table, nothing suppressed. Raises NothingYet."""
    home = warehouse.current(settings.warehouse)
    if home is None:
        raise asking.NothingYet(
            f"There is no data in {settings.warehouse} yet. Run: bellwether refresh --exports FOLDER"
        )
    asked = Asked(sql, home, settings.queries, groups=False, private=True)
    return _noted(f"command line: {getpass.getuser()}", sql, ask(asked, COMMAND_LINE))


def _noted(who: Viewer | str, question: str, answer: Answer) -> Answer:
    """The answer, once the log has it; what can't be logged is not shown."""
    try:
        log.note(who, log.REFUSED if answer.kind else log.QUERY, _about(question, answer))
    except OSError as error:
        return Answer("lost", f"The question could not be logged ({error.strerror}), so its answer is not shown.")
    return answer


def _about(question: str, answer: Answer) -> str:
    """What came of the question, and the question itself."""
    if answer.kind:
        return f"sql ({answer.kind}: {answer.what or answer.said}): {question}"
    return f"sql ({answer.rows.height} rows{', single customers' if answer.customers else ''}): {question}"
