"""What is unsent goes without the call screen, once over, and borrows nobody."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from phonetui.client.account import Account, journal_path
from phonetui.client.campaign_server import NotPhonetui, Offline, SignedOut
from phonetui.client.folders import folders_in
from phonetui.client.journal import Journal
from phonetui.client.journal_key import fingerprint
from phonetui.client.sending import Sent, send_outboxes
from phonetui.client.sign_in import SignedIn
from phonetui.core.refusal import Refused
from phonetui.wire import ExchangeReply, ExchangeRequest
from tests.client.people import KEY, entry, receipts, reply
from tests.client.test_courier import Clock

DANA = Account(
    server_url="https://calls.example.org",
    email="dana@example.org",
    caller_id="dana",
    name="Dana",
    device_id="laptop",
    key_id=fingerprint(KEY),
)


class Server:
    """Stores what it is sent; `fails` is raised by the exchange of that number, `says` is its receipts' status."""

    def __init__(self, fails: dict[int, Refused] | None = None, says: str = "stored") -> None:
        self.requests: list[ExchangeRequest] = []
        self.fails = fails or {}
        self.says = says
        self.stored = 0

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        self.requests.append(request)
        failure = self.fails.get(len(self.requests))
        if failure:
            raise failure
        if self.says == "nothing":
            return reply()
        self.stored += len(request.events)
        found = receipts(request, self.says, "No." if self.says == "rejected" else "")
        return reply(receipts=found, stored_through=self.stored)


async def record(path: Path, *seqs: int) -> None:
    journal = await Journal.open(path, KEY)
    await journal.record(entries=[entry(seq) for seq in seqs], call=b"")
    await journal.close()


async def unsent(path: Path) -> int:
    journal = await Journal.open(path, KEY)
    loaded = await journal.load()
    await journal.close()
    return len(loaded.unsent)


class Laptop:
    """Dana's, with so many results unsent in one campaign; `progress` is what a person was shown."""

    def __init__(self, home: Path, events: int) -> None:
        self.folders = folders_in(home)
        self.path = journal_path(self.folders, DANA, "fall")
        self.progress: list[tuple[int, int]] = []
        asyncio.run(record(self.path, *range(1, events + 1)))

    def told(self, answered: int, total: int) -> None:
        self.progress.append((answered, total))

    def sends(self, server: Server) -> tuple[Sent, ...]:
        signed_in = SignedIn(account=DANA, key=KEY, token="token")
        return asyncio.run(send_outboxes(self.folders, signed_in, server, Clock(), self.told))


def test_everything_goes_in_batches_and_nobody_is_borrowed(tmp_path: Path) -> None:
    laptop, server = Laptop(tmp_path, 250), Server()
    assert laptop.sends(server) == (Sent("fall", 250),)
    assert laptop.progress == [(100, 250), (200, 250), (250, 250)]
    assert [(len(request.events), request.want, request.wait) for request in server.requests] == [
        (100, 0, 0),
        (100, 0, 0),
        (50, 0, 0),
    ]
    assert asyncio.run(unsent(laptop.path)) == 0
    assert laptop.sends(server) == ()


@pytest.mark.parametrize(
    "failure",
    [
        Offline("The line broke off."),
        SignedOut("You are signed out; log in again, nothing is lost."),
        NotPhonetui("What answers is a hotel."),
    ],
)
def test_a_line_that_fails_is_tried_once_and_the_rest_stays(tmp_path: Path, failure: Refused) -> None:
    laptop, server = Laptop(tmp_path, 150), Server({2: failure})
    assert laptop.sends(server) == (Sent("fall", 100, unsent=50, why=str(failure)),)
    assert len(server.requests) == 2
    assert asyncio.run(unsent(laptop.path)) == 50


def test_what_is_rejected_is_told_with_the_reason(tmp_path: Path) -> None:
    assert Laptop(tmp_path, 2).sends(Server(says="rejected")) == (Sent("fall", 0, ("No.", "No.")),)


def test_a_server_that_confirms_nothing_is_not_asked_in_a_loop(tmp_path: Path) -> None:
    laptop, server = Laptop(tmp_path, 2), Server(says="nothing")
    [sent] = laptop.sends(server)
    assert (sent.sent, sent.unsent) == (0, 2)
    assert sent.why == "The campaign server answered, but confirmed nothing; try again later."
    assert len(server.requests) == 1


def test_a_journal_that_cannot_be_opened_keeps_no_other_back(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, 1)
    other = journal_path(laptop.folders, DANA, "spring")

    async def story() -> tuple[Sent, ...]:
        open_elsewhere = await Journal.open(other, KEY)
        signed_in = SignedIn(account=DANA, key=KEY, token="token")
        try:
            return await send_outboxes(laptop.folders, signed_in, Server(), Clock(), lambda answered, total: None)
        finally:
            await open_elsewhere.close()

    sent = {each.campaign: each for each in asyncio.run(story())}
    assert sent["fall"].sent == 1
    assert sent[""].why == f"Another phonetui has the calls in {other.parent} open; go on there, or close it first."
