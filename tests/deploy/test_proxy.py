"""The reverse-proxy file that is shipped, run by a real nginx with a certificate, in front of two processes."""

from __future__ import annotations

import http.server
import os
import shutil
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bellwether.settings import ROOT

NGINX = shutil.which("nginx") or next(filter(os.path.exists, ("/usr/sbin/nginx",)), None)
OPENSSL = shutil.which("openssl")
HOW = "No nginx was found, so the reverse-proxy file is not run. Get it: apt-get install nginx"
CONF = ROOT / "docs" / "deploy" / "bellwether.conf"
NAME = "bellwether.example.com"
MAIN = """
daemon off; master_process off; pid {folder}/pid; error_log stderr warn;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    include {folder}/bellwether.conf;
}}
"""


@pytest.fixture(scope="module")
def nginx() -> str:
    if NGINX and OPENSSL:
        return NGINX
    pytest.fail(HOW) if os.environ.get("CI") else pytest.skip(HOW)


class Behind(http.server.BaseHTTPRequestHandler):
    """A process of the app: says who it is and what reached it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.end_headers()
        told = {name: self.headers.get(name) for name in ("Host", "X-Forwarded-For", "Forwarded", "Upgrade")}
        self.wfile.write(f"{self.server.server_address[1]} {self.path} {told}".encode())

    def log_message(self, *_) -> None:
        pass


@dataclass(frozen=True)
class Proxy:
    """nginx on loopback: its port for TLS, the one for plain, where its log is."""

    tls: int
    plain: int
    log: Path

    def get(self, path: str = "/", host: str = NAME, plain: bool = False, **headers: str):
        """(status, headers, text) of one request; redirects are not followed, the certificate is not checked."""
        context = ssl._create_unverified_context()
        opener = urllib.request.build_opener(_Stay, urllib.request.HTTPSHandler(context=context))
        address = f"http://127.0.0.1:{self.plain}{path}" if plain else f"https://127.0.0.1:{self.tls}{path}"
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = urllib.request.Request(address, headers={"Host": host, **told})
        try:
            with opener.open(asked, timeout=60) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, ""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.fixture(scope="module")
def processes() -> Iterator[list[int]]:
    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Behind) for _ in range(2)]
    for one in servers:
        threading.Thread(target=one.serve_forever, daemon=True).start()
    yield [one.server_address[1] for one in servers]
    for one in servers:
        one.shutdown()


@pytest.fixture(scope="module")
def proxy(nginx: str, processes: list[int], tmp_path_factory) -> Iterator[Proxy]:
    yield from _proxied(nginx, processes, tmp_path_factory.mktemp("nginx"))


def _proxied(nginx: str, ports: list[int], folder: Path) -> Iterator[Proxy]:
    """The file as it is shipped, but for what a deployment changes too: ports, certificate, where the log goes."""
    certificate(folder)
    tls, plain = _free(), _free()
    text = CONF.read_text(encoding="utf-8")
    for old, new in (
        ("127.0.0.1:8501", f"127.0.0.1:{ports[0]}"),
        ("127.0.0.1:8502", f"127.0.0.1:{ports[1]}"),
        ("/etc/ssl/bellwether", str(folder)),
        ("/var/log/nginx", str(folder)),
        ("listen 443", f"listen 127.0.0.1:{tls}"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "bellwether.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=30)
    assert tried.returncode == 0, tried.stderr
    assert "[warn]" not in tried.stderr, tried.stderr
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        try:
            found = Proxy(tls, plain, folder / "bellwether.log")
            _up(found)
            yield found
        finally:
            running.terminate()


def certificate(folder: Path) -> None:
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-days", "2", "-nodes"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    subprocess.run([OPENSSL, "req", *kind, *subject, *files], check=True, capture_output=True, timeout=60)


def _free() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _up(proxy: Proxy) -> None:
    for _ in range(100):
        try:
            proxy.get("/_stcore/health")
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise AssertionError("nginx did not start")


def test_a_request_goes_through_tls_under_its_own_name(proxy):
    status, headers, text = proxy.get("/silos?silo=Billing", X_Forwarded_For="6.6.6.6", Forwarded="for=6.6.6.6")
    assert status == 200 and "/silos?silo=Billing" in text and f"'Host': '{NAME}'" in text
    assert "'X-Forwarded-For': '127.0.0.1'" in text and "6.6.6.6" not in text  # what a client claims is not passed on
    assert headers["Content-Security-Policy"] == "default-src 'self'"


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/agent/mcp"])
def test_what_is_closed_is_closed_at_the_proxy_already(proxy, path):
    assert proxy.get(path)[0] == 404


def test_plain_http_is_sent_to_tls_and_another_name_gets_nothing(proxy):
    status, headers, _ = proxy.get("/silos?silo=Billing", plain=True)
    assert status == 308 and headers["Location"] == f"https://{NAME}/silos?silo=Billing"
    with pytest.raises((OSError, http.client.RemoteDisconnected)):
        proxy.get(host="evil.com")


def test_a_viewer_stays_with_one_process_and_viewers_share_them_all(proxy, processes):
    def seat(cookie: str) -> str:
        return proxy.get("/x", Cookie=f"_streamlit_xsrf={cookie}")[2].split(" ")[0]

    seats = {f"2|{n:08x}": seat(f"2|{n:08x}") for n in range(40)}
    assert {str(port) for port in processes} == set(seats.values())
    assert all(seat(cookie) == port for cookie, port in seats.items())


def test_the_socket_is_passed_on(proxy):
    assert "'Upgrade': 'websocket'" in proxy.get("/_stcore/stream", Upgrade="websocket", Connection="upgrade")[2]


def test_the_log_is_json_and_holds_no_filters(proxy):
    import json

    proxy.get("/silos?silo=Billing")
    time.sleep(0.2)
    lines = [json.loads(line) for line in proxy.log.read_text().splitlines()]
    assert any(line["path"] == "/silos" and line["status"] == 200 for line in lines)
    assert "silo=" not in proxy.log.read_text()


def test_the_app_itself_answers_behind_it_with_its_headers(nginx, tmp_path, sample_warehouse):
    """The real server with a sign-in set up: health, headers and the door's rules through TLS."""
    port = _free()
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "https://{NAME}/oauth2callback"\ncookie_secret = "{"s" * 64}"\nclient_id = "b"\n'
        'client_secret = "c"\nserver_metadata_url = "http://127.0.0.1:1/none"\n'
    )
    command = [sys.executable, "-m", "bellwether.views.server", f"--server.port={port}"]
    told = {**os.environ, "BELLWETHER_SECRETS": str(secrets)}
    with subprocess.Popen(command, cwd=ROOT, env=told, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as app:
        try:
            for proxy in _proxied(nginx, [port, port], tmp_path):
                for _ in range(120):
                    if proxy.get("/_stcore/health")[0] == 200:
                        break
                    time.sleep(0.5)
                status, headers, text = proxy.get("/silos")
                assert status == 200 and "<title>" in text
                assert headers["Strict-Transport-Security"].startswith("max-age=")
                assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
                assert headers["X-Content-Type-Options"] == "nosniff" and "uvicorn" not in str(headers)
                assert proxy.get("/media/0123456789abcdef.csv")[0] == 403
                _, headers, _ = proxy.get("/_stcore/health")
                assert "Secure" in headers.get("Set-Cookie", "Secure")
        finally:
            app.terminate()
