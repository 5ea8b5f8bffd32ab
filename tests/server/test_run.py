"""The server as it listens on a real socket: TLS, who may be trusted with an address, and a stop that is quick."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from phonetui.core.refusal import Refused
from phonetui.server import admin, app, connection, inflate
from phonetui.server.app import CampaignApp, create_app
from phonetui.server.engine import create_tables, database_url, open_database, reading_engine, sync_engine
from phonetui.server.invitations import issue
from phonetui.server.keys import ServerKeys
from phonetui.server.run import HOST, CampaignServer, Running, Tls, serve_in_background
from phonetui.server.sign_in_tables import sign_in_tries

from .conftest import Clock
from .echo import Echo


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = database_url(tmp_path / "server", None)
    create_tables(made)
    return made


@pytest.fixture
def campaign_app(url: str, keys: ServerKeys, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> CampaignApp:
    monkeypatch.setattr(app, "Exchange", Echo)
    return create_app(open_database(url), keys, clock)


@pytest.fixture
def running(campaign_app: CampaignApp) -> Iterator[Running]:
    server = serve_in_background(campaign_app)
    yield server
    server.stop()


# -- serving -----------------------------------------------------------------------------------------------------------


def test_it_answers_until_it_is_stopped_and_leaves_nothing_open(campaign_app: CampaignApp) -> None:
    running = serve_in_background(campaign_app)
    with httpx.Client(base_url=running.url) as laptop:
        assert laptop.get("/healthz").status_code == 200
        running.stop()
        with pytest.raises(httpx.ConnectError):
            laptop.get("/healthz")
    gc.collect()  # a socket or a connection left open would warn here


def test_a_connection_is_kept_longer_than_a_laptop_keeps_it(running: Running) -> None:
    assert running.server.config.timeout_keep_alive > 300


def test_no_reply_waits_for_the_laptops_acknowledgement(running: Running) -> None:
    accepting = running.server.servers[0].sockets[0]
    assert accepting.proto == socket.IPPROTO_TCP  # with which asyncio sets TCP_NODELAY


def test_a_watch_is_answered_at_once_when_the_server_stops(
    campaign_app: CampaignApp, url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sync_engine(url).begin() as connection:
        secret = issue(connection, None, "owner", 1, clock() + timedelta(days=1), clock())
    waiting = threading.Event()
    answer = Echo.answer

    async def answer_later(*arguments: object) -> object:
        waiting.set()
        return await answer(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Echo, "answer", answer_later)
    running = serve_in_background(campaign_app)
    asked = {"secret": secret, "email": "d@example.org", "name": "D", "password": "correct horse", "device_id": "l"}
    token = httpx.post(f"{running.url}/v1/join", json=asked).json()["token"]
    answers: list[httpx.Response] = []

    def watch() -> None:
        body = {"campaign_id": "turnout", "device_id": "l", "wait": 300}
        headers = {"Authorization": f"Bearer {token}"}
        answers.append(httpx.post(f"{running.url}/v1/exchange", json=body, headers=headers, timeout=120))

    watching = threading.Thread(target=watch)
    watching.start()
    assert waiting.wait(120)
    running.stop()
    watching.join()
    assert (answers[0].status_code, answers[0].json()["type"]) == (503, "server-error")
    assert answers[0].json()["detail"] == "The campaign server is stopping; ask again soon."


def test_a_body_that_never_ends_is_given_up(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "SLOWEST", 0.1)
    address = httpx.URL(running.url)
    with socket.create_connection((address.host, address.port or 0), timeout=120) as laptop:
        laptop.sendall(b"POST /v1/sign-in HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n\r\n{")
        assert laptop.recv(4096).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("sent", [b"", b"POST /v1/sign-in HTTP/1.1\r\nHost: h\r\n"])
def test_a_request_that_never_begins_is_given_up(
    running: Running, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connection, "SLOWEST_HEAD", 0.1)
    address = httpx.URL(running.url)
    with socket.create_connection((address.host, address.port or 0), timeout=120) as laptop:
        laptop.sendall(sent)
        assert laptop.recv(4096) == b""


def test_the_second_request_of_a_connection_is_given_up_too(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    address = httpx.URL(running.url)
    with socket.create_connection((address.host, address.port or 0), timeout=120) as laptop:
        laptop.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
        answer = laptop.recv(4096)
        while not answer.endswith(b"}"):  # the body may come on its own
            answer += laptop.recv(4096)
        assert answer.startswith(b"HTTP/1.1 200 ")
        monkeypatch.setattr(connection, "SLOWEST_HEAD", 0.1)
        laptop.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        assert laptop.recv(4096) == b""


SERVE = """
from pathlib import Path
from phonetui.server import admin
from phonetui.server.app import create_app
from phonetui.server.clock import utc_now
from phonetui.server.engine import database_url
from phonetui.server.run import HOST, CampaignServer

data = Path({data!r})
database, keys = admin.open_server(database_url(data, None), data, {{}})
server = CampaignServer(create_app(database, keys, utc_now), HOST, 0, None)
print(server.url, flush=True)
server.serve_until_stopped()
"""


def test_ctrl_c_ends_a_serving_process_in_peace(tmp_path: Path, clock: Clock) -> None:
    data = tmp_path / "data"
    admin.init(database_url(data, None), data, admin.PUBLIC_URL, {}, clock())
    serve = [sys.executable, "-W", "error", "-c", SERVE.format(data=str(data))]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/healthz", timeout=120).status_code == 200
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 0
    assert [json.loads(line)["route"] for line in errors.splitlines()] == ["/healthz"]


# -- whose address counts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("behind_proxy", "origin"), [(False, "127.0.0.1"), (True, "203.0.113.9")])
def test_a_forwarded_address_counts_behind_a_proxy_alone(
    campaign_app: CampaignApp, url: str, behind_proxy: bool, origin: str
) -> None:
    running = Running(CampaignServer(campaign_app, HOST, 0, None, behind_proxy=behind_proxy))
    asked = {"email": "d@example.org", "password": "a guess or so", "device_id": "l"}
    forwarded = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Proto": "https"}
    assert httpx.post(f"{running.url}/v1/sign-in", json=asked, headers=forwarded).status_code == 403
    running.stop()
    with reading_engine(url).connect() as connection:
        assert connection.execute(select(sign_in_tries.c.origin)).scalars().all() == [origin]


@pytest.mark.parametrize(
    ("sender", "origin"),
    [("127.0.0.1", "203.0.113.9"), ("::1", "203.0.113.9"), ("10.0.0.9", "10.0.0.9"), ("192.168.1.9", "192.168.1.9")],
)
def test_a_caller_in_a_private_network_is_no_proxy(campaign_app: CampaignApp, sender: str, origin: str) -> None:
    seen: list[str] = []

    async def note_sender(scope: dict[str, tuple[str, int]], receive: object, send: object) -> None:
        seen.append(scope["client"][0])

    server = CampaignServer(campaign_app, HOST, 0, None, behind_proxy=True)
    with closing(server.socket):
        server.config.app = note_sender
        server.config.load()
        asked = {"type": "http", "client": (sender, 50000), "headers": [(b"x-forwarded-for", b"203.0.113.9")]}
        asyncio.run(server.config.loaded_app(asked, None, None))
    assert seen == [origin]


# -- TLS ---------------------------------------------------------------------------------------------------------------


def certificate(folder: Path, encryption: KeySerializationEncryption | None = None) -> Tls:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a campaign")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    tls = Tls(folder / "certificate.pem", folder / "key.pem")
    folder.mkdir(exist_ok=True)
    tls.certificate.write_bytes(made.public_bytes(Encoding.PEM))
    tls.private_key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()))
    return tls


def test_with_a_certificate_it_serves_https(campaign_app: CampaignApp, tmp_path: Path) -> None:
    tls = certificate(tmp_path)
    running = Running(CampaignServer(campaign_app, HOST, 0, tls))
    assert running.url.startswith("https://")
    trusted = ssl.create_default_context(cafile=tls.certificate)
    assert httpx.get(f"{running.url}/healthz", verify=trusted).status_code == 200
    running.stop()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "calls.example.org"])
def test_off_loopback_it_wants_tls(campaign_app: CampaignApp, host: str) -> None:
    with pytest.raises(Refused) as refused:
        CampaignServer(campaign_app, host, 0, None)
    assert str(refused.value) == (
        f"Serving on {host} without TLS would send passwords and voters in the clear: "
        "give --tls-certificate and --tls-key, or --behind-proxy where a proxy does it."
    )


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8"])
def test_on_loopback_it_does_not(campaign_app: CampaignApp, host: str) -> None:
    with closing(CampaignServer(campaign_app, host, 0, None).socket) as listening:
        assert listening.getsockname()[0].startswith("127.")


def test_a_proxy_may_do_the_tls(campaign_app: CampaignApp) -> None:
    with closing(CampaignServer(campaign_app, "0.0.0.0", 0, None, behind_proxy=True).socket) as listening:
        assert listening.getsockname()[0] == "0.0.0.0"


def test_a_certificate_that_is_not_there_is_named(campaign_app: CampaignApp, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        CampaignServer(campaign_app, HOST, 0, Tls(tmp_path / "none.pem", tmp_path / "key.pem"))
    assert (
        str(refused.value)
        == f"The file {tmp_path}/none.pem cannot be read (No such file or directory); name a file that may be read."
    )


@pytest.mark.parametrize("fault", ["another key", "a passphrase", "not a certificate"])
def test_a_certificate_that_cannot_be_used_is_named(campaign_app: CampaignApp, tmp_path: Path, fault: str) -> None:
    tls = certificate(tmp_path / "one")
    if fault == "another key":
        tls = Tls(tls.certificate, certificate(tmp_path / "other").private_key)
    elif fault == "a passphrase":
        tls = certificate(tmp_path / "one", BestAvailableEncryption(b"open sesame"))
    else:
        tls.certificate.write_text("nonsense")
    with pytest.raises(Refused) as refused:
        CampaignServer(campaign_app, HOST, 0, tls)
    assert str(refused.value) == (
        f"{tls.certificate} and {tls.private_key} cannot be used: "
        "give a PEM certificate chain and its own private key, without a passphrase."
    )


# -- the socket --------------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_named(running: Running, campaign_app: CampaignApp) -> None:
    port = httpx.URL(running.url).port or 0
    with pytest.raises(Refused) as refused:
        CampaignServer(campaign_app, HOST, port, None)
    assert str(refused.value) == (
        f"Port {port} on 127.0.0.1 is in use: stop what uses it, or choose another with --port."
    )


def test_an_address_of_another_machine_is_named(campaign_app: CampaignApp) -> None:
    with pytest.raises(Refused) as refused:
        CampaignServer(campaign_app, "192.0.2.7", 8321, None, behind_proxy=True)
    assert str(refused.value) == (
        f"The server cannot listen on port 8321 of 192.0.2.7 ({os.strerror(errno.EADDRNOTAVAIL)}): "
        "choose another --host or --port."
    )


def test_a_host_that_is_no_address_is_named(campaign_app: CampaignApp) -> None:
    with pytest.raises(Refused) as refused:
        CampaignServer(campaign_app, "not an address", 8321, None, behind_proxy=True)
    assert str(refused.value) == "The --host not an address is not an address of this machine."
