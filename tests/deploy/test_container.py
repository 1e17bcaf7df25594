"""The image, as far as it can be made without an engine: what the file copies, started as the file starts it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from bellwether.settings import ROOT

TEXT = (ROOT / "docs" / "deploy" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
SECRETS = """
[auth]
redirect_uri = "https://bellwether.example.com/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef0123456789abcdef"
client_id = "bellwether"
client_secret = "secret"
server_metadata_url = "https://id.example.com/.well-known/openid-configuration"
"""


def lines(word: str) -> list[str]:
    """What stands behind an instruction, wherever it is given."""
    return [found.strip() for found in re.findall(rf"^{word} (.+)$", TEXT, re.MULTILINE)]


def told() -> dict[str, str]:
    """The environment that the image sets."""
    return dict(one.split("=", 1) for line in lines("ENV") for one in shlex.split(line))


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    """A folder with what the file copies, and nothing else of the project."""
    folder = tmp_path_factory.mktemp("image")
    for line in lines("COPY"):
        if line.startswith("--from"):
            continue
        *sources, target = line.split()
        for source in sources:
            place = folder / target / (source if target == "./" and (ROOT / source).is_file() else "")
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, dirs_exist_ok=True)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, place)
    return folder


def run(image: Path, words: list[str], **more: str) -> subprocess.Popen:
    """The image's program with these words, on paths of the test's own, from another folder than the project's."""
    here = {name: value.replace("/var/lib/bellwether", str(image / "var")) for name, value in told().items()}
    python = [sys.executable, "-m", "bellwether.cli", *words]
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(image), "HOME": str(image), **here, **more}
    return subprocess.Popen(python, cwd=image, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_it_serves_with_a_sign_in_and_is_found_healthy_by_its_own_check(image):
    (image / "secrets.toml").write_text(SECRETS)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    serving = run(
        image, [*json.loads(lines("CMD")[-1]), "--port", port], BELLWETHER_SECRETS=str(image / "secrets.toml")
    )
    [check] = re.findall(r"HEALTHCHECK .*?CMD (\[.+\])$", TEXT, re.MULTILINE)
    _, *asked = json.loads(check)
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until and serving.poll() is None:
            answered = subprocess.run(
                [sys.executable, *(one.replace("8501", port) for one in asked)], capture_output=True
            )
            if answered.returncode == 0:
                break
            time.sleep(0.5)
        assert answered.returncode == 0, serving.communicate(timeout=10)[0] if serving.poll() is not None else ""
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": "bellwether.example.com"})
        with urllib.request.urlopen(request, timeout=30) as page:
            assert page.status == 200 and page.headers["x-frame-options"] == "DENY"
    finally:
        serving.terminate()
        said = serving.communicate(timeout=60)[0]
    with socket.socket() as gone:  # who stops the program has stopped the server
        assert gone.connect_ex(("127.0.0.1", int(port))) != 0
    assert "ModuleNotFoundError" not in said
    # BELLWETHER_LOGS=json: whatever is told of requests; Streamlit's own greeting is not.
    told_of = [json.loads(line).get("path") for line in said.splitlines() if line.startswith("{")]
    assert {"/", "/_stcore/health"} <= set(told_of), said
    assert not [line for line in said.splitlines() if "/_stcore/health" in line and not line.startswith("{")], said


def test_without_a_sign_in_it_does_not_start(image):
    serving = run(image, json.loads(lines("CMD")[-1]))
    said = serving.communicate(timeout=120)[0]
    assert serving.returncode == 2 and "Not started" in said


def test_it_refreshes_into_its_volume_and_writes_nowhere_else(image):
    exports = image / "var" / "exports"
    exports.mkdir(parents=True)
    header = "interaction_id,customer_id,silo,touchpoint,channel,mode,reason,started_at,resolved_at"
    rows = [f"i{n},c{n},Support,desk,phone,human,bill,2026-01-05 10:00:00,2026-01-06 10:00:00" for n in range(9)]
    (exports / "a.csv").write_text("\n".join([header, *rows]) + "\n")
    before = {file for file in image.rglob("*") if "var" not in file.relative_to(image).parts}
    done = run(image, ["refresh", "--json"])
    said = done.communicate(timeout=300)[0]
    assert done.returncode == 0, said
    assert list((image / "var" / "warehouse" / "versions").iterdir())
    after = {file for file in image.rglob("*") if "var" not in file.relative_to(image).parts}
    assert {file for file in after - before if "__pycache__" not in file.parts} == set()


def test_it_is_made_with_the_tools_of_the_makefile():
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"uv==[\d.]+", TEXT)) == set(re.findall(r"uv==[\d.]+", make))
    assert all(version in (ROOT / "pyproject.toml").read_text() for version in re.findall(r"python:(3\.\d+)-", TEXT))
    assert set(lines("USER")) == {"10001"} and "USER 10001" in TEXT.rsplit("\nFROM ", 1)[1]
    assert {value for name, value in told().items() if name.endswith(("EXPORTS", "WAREHOUSE", "PRIVATE"))} <= {
        f"{lines('VOLUME')[0]}/{name}" for name in ("exports", "warehouse", "private")
    }
