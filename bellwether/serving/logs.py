"""Logs: lines for people as a rule, one JSON object a line where a machine reads them (`BELLWETHER_LOGS=json`)."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime

# What every record has by itself; anything else was added by whoever logged it.
OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class AsJson(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, logger, what was said, and whatever came with it."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in OWN},
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def set_up() -> None:
    """Once, before the server starts."""
    as_json = os.environ.get("BELLWETHER_LOGS", "").lower() == "json"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if as_json else logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    # The root's handler writes for everybody; a library's own would write the same line twice.
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bellwether").setLevel(logging.INFO)
    if not as_json:  # people at a terminal don't read a line a request
        logging.getLogger("bellwether.requests").setLevel(logging.WARNING)
    for name in ("streamlit", "uvicorn", "uvicorn.error", "uvicorn.access"):
        one = logging.getLogger(name)
        one.handlers[:], one.propagate = [], True
