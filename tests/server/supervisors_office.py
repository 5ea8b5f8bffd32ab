"""A campaign server with a phone bank, and people who ask it over HTTP: supervisors, owners, callers."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import msgspec
from litestar.testing import TestClient
from sqlalchemy import update

from phonetui.server import tables
from phonetui.server.accounts import hash_token
from phonetui.server.app import CampaignApp, create_app
from phonetui.server.audit import entries
from phonetui.server.engine import open_database
from phonetui.wire import ExchangeReply, Role
from phonetui.wire_supervisors import Evening, decode_evening

from .conftest import Clock
from .phone_bank import KEYS, TURNOUT, Laptop, PhoneBank

Shape = TypeVar("Shape")


class SupervisorsOffice:
    """The campaign's server, asked over HTTP, and its phone bank, asked directly."""

    def __init__(self, client: TestClient[CampaignApp], bank: PhoneBank, runner: asyncio.Runner) -> None:
        self.client = client
        self.bank = bank
        self._runner = runner

    def run(self, story: Coroutine[Any, Any, Shape]) -> Shape:
        """What callers do, as another process of the server answers them."""
        return self._runner.run(story)

    def borrows(self, who: Laptop, want: int) -> None:
        """The laptop asks for voters."""
        self.run(who.borrows(want))

    def calls(self, who: Laptop, disposition: str) -> ExchangeReply:
        """One call to the next voter on hand, and what it came to."""
        voter_id = next(iter(next(iter(who.hand.values())).tickets))
        return self.run(who.sends(who.outcome(voter_id, disposition)))

    def evening(self, who: Laptop, known: str = "", wait: int = 0) -> Evening:
        """The screen as it is now."""
        return decode_evening(self.does(who, "GET", "evening", known=known, wait=wait))

    def audited(self) -> list[tuple[str, str, str]]:
        """Who did what to what, the newest first."""
        return self.run(_audited(self.bank))

    def joins(self, name: str, role: Role = "caller") -> Laptop:
        """Somebody's laptop; the token is the device's id."""
        laptop = self.run(self.bank.join(name, role=role))
        self.run(_has_token(self.bank, laptop))
        return laptop

    def owner(self, name: str = "olga") -> Laptop:
        """The same for an owner."""
        laptop = self.joins(name, "supervisor")
        self.run(_owns(self.bank, name))
        return laptop

    def asks(self, who: Laptop, method: str, path: str, body: object = None, **query: object) -> httpx.Response:
        """The answer about the campaign."""
        url = f"/v1/campaigns/{TURNOUT.campaign_id}/{path}"
        headers = {"Authorization": f"Bearer {who.caller.device_id}"}
        content = None if body is None else msgspec.json.encode(body)
        params = {name: str(value) for name, value in query.items()}
        return self.client.request(method, url, content=content, headers=headers, params=params)

    def does(self, who: Laptop, method: str, path: str, body: object = None, **query: object) -> bytes:
        """The same, of what must not be refused."""
        answer = self.asks(who, method, path, body, **query)
        assert answer.status_code in (200, 204), answer.text
        return answer.content

    def refused(self, who: Laptop, method: str, path: str, body: object = None) -> tuple[str, str]:
        """The problem's type and its sentence."""
        problem = self.asks(who, method, path, body).json()
        return problem["type"], problem["detail"]


async def _has_token(bank: PhoneBank, laptop: Laptop) -> None:
    of = tables.devices.c.token_hash == laptop.caller.device_id
    async with bank.database.write() as connection:
        await connection.execute(
            update(tables.devices).where(of).values(token_hash=hash_token(laptop.caller.device_id))
        )
    laptop.caller = msgspec.structs.replace(laptop.caller, token_hash=hash_token(laptop.caller.device_id))


async def _owns(bank: PhoneBank, caller_id: str) -> None:
    async with bank.database.write() as connection:
        of = tables.accounts.c.caller_id == caller_id
        await connection.execute(update(tables.accounts).where(of).values(owner=True))


async def _audited(bank: PhoneBank) -> list[tuple[str, str, str]]:
    async with bank.database.read() as connection:
        log = await connection.run_sync(entries, TURNOUT.campaign_id)
    return [(entry.by, entry.action, entry.subject) for entry in log.entries]


@contextmanager
def office(url: str, clock: Clock, households: int = 3, *, look_every: float = 0.0) -> Iterator[SupervisorsOffice]:
    """A server with the campaign and so many households of one; its supervisors' screens are always up to date."""
    served = create_app(open_database(url), KEYS, clock, look_every=look_every)
    with asyncio.Runner() as runner, TestClient(served) as client:
        bank = PhoneBank(open_database(url), clock)
        here = SupervisorsOffice(client, bank, runner)
        here.run(bank.add())
        here.run(bank.households(households))
        yield here
        here.run(bank.database.close())
