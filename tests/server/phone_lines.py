"""A phone bank whose server places calls through a small Asterisk, and laptops that ask for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec

from phonetui.core.bridge_call import AskedCall, PhoneAsk, PhoneState
from phonetui.server.ari import Ari
from phonetui.server.ari_place import ari_place
from phonetui.server.engine import Database
from phonetui.server.exchange import Exchange
from phonetui.server.phones import Phones
from phonetui.wire import ExchangeReply

from .bridge_people import CAMPAIGN, DANAS_PHONE, settled
from .conftest import Clock
from .phone_bank import KEYS, Laptop, PhoneBank
from .small_ari import APPLICATION, IN_VAIN, SECRET, SmallAri, small_ari


def ari_of(small: SmallAri, longest: float = IN_VAIN) -> Ari:
    place = ari_place(small.url, APPLICATION, "PJSIP/{number}@carrier", CAMPAIGN)
    return Ari(place, SECRET, longest=longest)


class CallingBank(PhoneBank):
    """With a phone system; `ari` is where its calls are seen."""

    def __init__(self, database: Database, clock: Clock, ari: SmallAri) -> None:
        super().__init__(database, clock)
        self.ari = ari
        self.exchange = Exchange(database, KEYS, clock, ari_of(ari))

    @property
    def phones(self) -> Phones:
        assert self.exchange.phones is not None
        return self.exchange.phones

    async def starts(self) -> None:
        self.exchange.start()
        await settled(lambda: self.phones.bridge.reachable)

    async def starts_anew(self) -> None:
        """The server ends, and with it every call; another one takes its place."""
        await self.exchange.close()
        self.exchange = Exchange(self.database, KEYS, self.clock, ari_of(self.ari))
        await self.starts()

    async def caller(self, name: str = "dana", *, device: str = "", own_number: str = DANAS_PHONE) -> LineLaptop:
        laptop = await self.join(name, device=device)
        return LineLaptop(laptop, own_number)

    def answers(self, name: str) -> None:
        """Whoever's phone it is takes the call."""
        self.ari.rings(name)
        self.ari.answers(name)

    async def rings(self, *names: str) -> None:
        """Waits until these channels are there, and no others."""
        await self.ari.until(lambda: self.ari.channels.keys() == set(names))


class LineLaptop:
    """A caller's laptop that asks for a line; `heard` is the last state that came."""

    def __init__(self, laptop: Laptop, own_number: str = DANAS_PHONE) -> None:
        self.laptop = laptop
        self.bank = laptop.bank
        self.ask = PhoneAsk(f"line-{laptop.caller.device_id}", own_number=own_number)
        self.heard = PhoneState()

    def wants(self, **changes: object) -> PhoneAsk:
        """From now on it asks for this."""
        self.ask = msgspec.structs.replace(self.ask, seq=self.ask.seq + 1, **changes)
        return self.ask

    def calls(self, voter_id: str, call_id: str = "a", leg_id: str = "1", ticket: str | None = None) -> PhoneAsk:
        tickets = {key: known for lease in self.laptop.known.values() for key, known in lease.tickets.items()}
        ticket = tickets[voter_id] if ticket is None else ticket
        return self.wants(leg_id=leg_id, call=AskedCall(call_id, voter_id, ticket), muted=False, keys="")

    async def exchanges(self, wait: int = 0, ask: PhoneAsk | None = None) -> PhoneState:
        """One exchange with what is asked, or what was asked before; what it says of the line."""
        ask = ask or msgspec.structs.replace(self.ask, heard=self.heard.seq)
        request = msgspec.structs.replace(self.laptop.request(wait=wait), phone=ask)
        reply: ExchangeReply = await self.laptop.asks(request)
        assert reply.phone is not None
        if reply.phone.seq > self.heard.seq:
            self.heard = reply.phone
        return reply.phone

    async def hears(self, holds: Callable[[PhoneState], object]) -> PhoneState:
        """Watches until the state is as it should be: each answer comes when there is news."""
        async with asyncio.timeout(IN_VAIN):
            while not holds(self.heard):
                await self.exchanges(wait=300)
        return self.heard

    async def refused(self) -> tuple[str, str]:
        """Why nobody was rung, and which asking that was."""
        state = await self.exchanges()
        return state.refused, state.refused_id

    async def talks(self, voter_id: str, call_id: str = "a", leg_id: str = "1") -> None:
        """A call from the asking to the talk."""
        own, voters = f"calls.volunteer.{leg_id}", f"calls.voter.{call_id}"
        self.calls(voter_id, call_id, leg_id)
        await self.exchanges()
        ari = self.bank_with_phones.ari
        if own not in ari.channels or ari.channels[own].state != "Up":
            await ari.until(lambda: own in ari.channels)
            self.bank_with_phones.answers(own)
        await ari.until(lambda: voters in ari.channels)
        self.bank_with_phones.answers(voters)
        await self.hears(lambda state: state.call and state.call.state == "talking")

    @property
    def bank_with_phones(self) -> CallingBank:
        assert isinstance(self.bank, CallingBank)
        return self.bank


@asynccontextmanager
async def calling_bank(database: Database, clock: Clock) -> AsyncIterator[CallingBank]:
    """A campaign of three households of one; when it closes, no call is left."""
    async with small_ari() as ari:
        bank = CallingBank(database, clock, ari)
        await bank.add()
        await bank.households(3)
        await bank.starts()
        try:
            yield bank
        finally:
            await bank.exchange.close()
        assert (ari.channels, ari.bridges) == ({}, {})


def at_the_bank(
    database: Database, clock: Clock, story: Callable[[CallingBank, LineLaptop, str], Awaitable[None]]
) -> None:
    """A story of Dana, to whom the voter of that id is lent, and two more."""

    async def told() -> None:
        async with calling_bank(database, clock) as bank:
            dana = await bank.caller()
            await dana.laptop.borrows(3)
            await story(bank, dana, "1")

    asyncio.run(told())
