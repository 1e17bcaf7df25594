"""Viewers without a browser: they speak the app's own protocol over its socket, open pages, think, and open others."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# Page and filters that a viewer comes by; the weights are how often.
WALK = (
    ("", "", 3),
    ("silos", "indicator=Promises+kept", 2),
    ("silos", "indicator=Effort&silo=Billing", 2),
    ("silos", "indicator=First+time+right&silo=Support", 2),
    ("outlook", "", 1),
    ("recovery", "silos=Billing", 1),
    ("quick_wins", "", 1),
    ("reality_check", "", 1),
    ("data", "", 1),
    ("journey", "", 1),
    ("what_matters", "", 1),
    ("relationship", "", 1),
    ("silent_majority", "", 1),
    ("customers", "", 1),
    ("accountability", "", 1),
    ("explore", "question=contacts%2Frepeat_contacts", 1),
)
MOST_BYTES = 200_000_000
PATIENCE = 120  # seconds after which a page counts as not answered


@dataclass
class Seen:
    """What the viewers met: seconds until a page was whole, cold (the first of a viewer) and later; what went wrong."""

    cold: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


async def viewer(address: str, until: float, think: float, seed: int, seen: Seen, walk: Sequence = WALK) -> None:
    """One viewer, from now until `until` (of time.monotonic): opens a page, thinks for `think` seconds on average."""
    import websockets

    chance = random.Random(seed)  # noqa: S311 - who clicks when is no secret
    await asyncio.sleep(chance.uniform(0, min(think, max(0.0, until - time.monotonic()) / 4)))
    where = urlsplit(address)
    socket = f"ws://{where.netloc}/_stcore/stream"
    try:
        async with websockets.connect(
            socket, origin=f"http://{where.netloc}", subprotocols=["streamlit"], max_size=MOST_BYTES
        ) as open_:
            first = True
            while time.monotonic() < until:
                page, query, _ = chance.choices(walk, [weight for *_, weight in walk])[0]
                took, wrong = await _page(open_, page, query)
                (seen.cold if first else seen.later).append(took)
                seen.wrong += wrong
                first = False
                await asyncio.sleep(min(chance.expovariate(1 / think), max(0.0, until - time.monotonic())))
    except (OSError, TimeoutError, websockets.WebSocketException) as error:
        seen.wrong.append(f"{type(error).__name__}: {error}"[:200])


async def _page(socket, page: str, query: str) -> tuple[float, list[str]]:
    """Ask for a page with filters, and read until its run has ended: seconds, and what it said went wrong."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    asked = BackMsg()
    asked.rerun_script.page_name, asked.rerun_script.query_string = page, query
    started, wrong = time.perf_counter(), []
    await socket.send(asked.SerializeToString())
    async with asyncio.timeout(PATIENCE):
        while True:
            told = ForwardMsg.FromString(await socket.recv())
            kind = told.WhichOneof("type")
            if kind == "script_finished":
                # A fragment's own run (pages follow new versions by themselves) ends too, and was not asked for.
                if told.script_finished in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR):
                    return time.perf_counter() - started, wrong
            elif kind == "page_not_found":
                wrong.append(f"/{page}: not found")
            elif kind == "delta" and (said := _trouble(told.delta)):
                wrong.append(f"/{page}?{query}: {said}"[:300])


def _trouble(delta) -> str:
    """An error on the page, as its reader sees it; "" where this piece is none."""
    if delta.WhichOneof("type") != "new_element":
        return ""
    kind = delta.new_element.WhichOneof("type")
    if kind == "exception":
        return delta.new_element.exception.message or "an exception"
    if kind == "alert" and delta.new_element.alert.format == 1:  # Alert.ERROR
        return delta.new_element.alert.body
    return ""
