"""Somebody sends far too much: it is refused in a moment and costs no memory."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import timedelta

import httpx
import msgspec
import pytest

from phonetui.server import tables
from phonetui.server.app import create_app
from phonetui.server.engine import open_database, sync_engine
from phonetui.server.inflate import LARGEST_BODY
from phonetui.server.invitations import issue
from phonetui.server.keys import ServerKeys
from phonetui.server.run import Running, serve_in_background

from .conftest import Clock
from .phone_bank import TURNOUT

MEGABYTE = 1 << 20
#: A gigabyte of spaces in a megabyte.
BOMB_PARTS = 1024


@pytest.fixture
def running(url: str, keys: ServerKeys, clock: Clock) -> Iterator[Running]:
    server = serve_in_background(create_app(open_database(url), keys, clock))
    yield server
    server.stop()


@pytest.fixture
def caller(running: Running, url: str, clock: Clock) -> Iterator[httpx.Client]:
    """A caller who is signed in."""
    row = {"campaign_id": "turnout", "version": 1, "state": "open", "source": "", "added_at": clock()}
    with sync_engine(url).begin() as connection:
        connection.execute(tables.campaigns.insert().values(**row, body=msgspec.json.encode(TURNOUT)))
        secret = issue(connection, "turnout", "caller", 1, clock() + timedelta(days=1), clock())
    asked = {"secret": secret, "email": "d@example.org", "name": "D", "password": "correct horse battery"}
    with httpx.Client(base_url=running.url, timeout=120) as client:
        token = client.post("/v1/join", json={**asked, "device_id": "laptop"}).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def bomb() -> bytes:
    """A gigabyte, gzipped."""
    packer = zlib.compressobj(9, wbits=31)
    spaces = b" " * MEGABYTE
    return b"".join(packer.compress(spaces) for _ in range(BOMB_PARTS)) + packer.flush()


def exchange(events: int) -> bytes:
    one = b'{"kind":"skip","id":"%d","seq":%d,"campaign_id":"turnout"}'
    body = b",".join(one % (n, n) for n in range(1, events + 1))
    return b'{"campaign_id":"turnout","device_id":"laptop","events":[' + body + b"]}"


def test_a_gigabyte_that_came_packed_is_never_unpacked(caller: httpx.Client) -> None:
    packed = bomb()
    tracemalloc.start()
    answer = caller.post("/v1/exchange", content=packed, headers={"Content-Encoding": "gzip"})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (answer.status_code, answer.json()["type"]) == (413, "too-large")
    assert most < 4 * LARGEST_BODY  # sender and server are this one process


def test_ten_megabytes_are_refused_before_they_have_all_come(caller: httpx.Client) -> None:
    answer = caller.post("/v1/exchange", content=b" " * (10 * MEGABYTE))
    assert (answer.status_code, answer.json()["type"]) == (413, "too-large")


def test_a_hundred_thousand_events_at_once_are_refused_as_a_whole(caller: httpx.Client) -> None:
    packed = gzip.compress(exchange(100_000))
    answer = caller.post("/v1/exchange", content=packed, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["type"]) == (413, "too-large")


def test_a_thousand_events_that_were_never_lent_are_rejected_one_by_one(caller: httpx.Client) -> None:
    answer = caller.post("/v1/exchange", content=exchange(1_000))
    assert {receipt["status"] for receipt in answer.json()["receipts"]} == {"rejected"}
    assert len(answer.json()["receipts"]) == 1_000


def test_it_serves_on_after_all_of_that(caller: httpx.Client, running: Running) -> None:
    for body in (bomb(), b" " * (10 * MEGABYTE), gzip.compress(exchange(100_000))):
        caller.post("/v1/exchange", content=body, headers={"Content-Encoding": "gzip"})
        assert httpx.get(f"{running.url}/healthz", timeout=120).status_code == 200
