"""What a person waits for, in a headless Chromium: a cold page, and a filter change until every tile is redrawn."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bellwether.bench.measure import Figure
from bellwether.settings import ROOT, Settings

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
CHANGES = 5
PORT = 8599
# Streamlit marks the app while a script runs; redrawn means that it has been still for a moment.
_STILL = (
    "() => !document.querySelector('[data-test-script-state=\"running\"]') "
    "&& !document.querySelector('[data-stale=\"true\"]')"
)


def chromium() -> str | None:
    """Where a Chromium is; None where there is none."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@contextmanager
def served(script: Path, warehouse: Path | None, port: int) -> Iterator[str]:
    """A Streamlit server on this machine for as long as the block runs."""
    told = {**os.environ, **({"BELLWETHER_WAREHOUSE": str(warehouse)} if warehouse else {})}
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=ROOT, env=told, stdout=quiet, stderr=quiet)  # noqa: S603 - our own server
    try:
        for _ in range(120):
            time.sleep(0.5)
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2)
                break
            except OSError:
                continue
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def waits(where: Settings) -> list[Figure]:
    """Cold page and filter change of the Silos page, beside an empty Streamlit page; nothing where no Chromium is."""
    browser = chromium()
    if browser is None:
        return []
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text("import streamlit as st\nst.selectbox('Choose', ['a', 'b'])\n", encoding="utf-8")
        seen = play.chromium.launch(executable_path=browser, args=FLAGS)
        try:
            with served(empty, None, PORT) as address:
                nothing_cold, nothing = _visit(seen, address)
            with served(ROOT / "app.py", where.warehouse, PORT + 1) as address:
                cold, change = _visit(seen, f"{address}/silos")
        finally:
            seen.close()
    return [
        Figure("cold page, Silos", cold, "empty Streamlit page", nothing_cold, "2.3 s"),
        Figure("filter change until redrawn, Silos", change, "empty Streamlit rerun", nothing, "0.3 s"),
    ]


def _visit(browser, address: str) -> tuple[float, float]:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    began = time.perf_counter()
    page.goto(address)
    page.get_by_role("combobox").first.wait_for(timeout=60_000)
    page.wait_for_function(_STILL)
    cold = time.perf_counter() - began
    times = [_change(page) for _ in range(CHANGES + 1)][1:]
    return cold, statistics.median(times)


def _change(page) -> float:
    """Choose what is not chosen yet; choosing the same again would change nothing and leave the list open."""
    page.keyboard.press("Escape")
    page.get_by_role("listbox").wait_for(state="hidden")
    page.get_by_role("combobox").first.click()
    other = page.locator('[role="option"]:not([aria-selected="true"])').first
    other.wait_for()
    began = time.perf_counter()
    other.click()
    page.wait_for_timeout(30)
    page.wait_for_function(_STILL)
    return time.perf_counter() - began
