"""A phone bank for stories: campaigns with households, and laptops that borrow and call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

import msgspec
from msgspec import Raw
from sqlalchemy import Table, func, select, update

from phonetui.core.campaign import WEEKDAYS, CallingRules, Campaign, Hours
from phonetui.core.event import AnyEvent, Outcome, Skip, Undo, encode, ending
from phonetui.core.standard_dispositions import USUAL
from phonetui.core.voter import Phone, Voter
from phonetui.server import news, tables
from phonetui.server.accounts import Caller
from phonetui.server.engine import Database
from phonetui.server.exchange import Exchange
from phonetui.server.households import rank
from phonetui.server.keys import keys_from
from phonetui.server.results import Figures, tally
from phonetui.wire import ExchangeReply, ExchangeRequest, Lease, Receipt, Role

from .conftest import Clock

KEYS = keys_from(b"k" * 32)
NEW_YORK = "America/New_York"
CHICAGO = "America/Chicago"
HONOLULU = "Pacific/Honolulu"

TURNOUT = Campaign(
    campaign_id="turnout",
    name="Weekend turnout",
    organisation="Riverside Votes",
    languages=("en",),
    starts=date(2026, 9, 1),
    ends=date(2026, 11, 3),
    calling=CallingRules(hours={day: Hours(time(9), time(21)) for day in WEEKDAYS}),
    dispositions=USUAL,
    steps=(),
    version=1,
)
SCHOOLS = msgspec.structs.replace(TURNOUT, campaign_id="schools", name="Fund our schools")


def number(last: int) -> str:
    """An invented number."""
    return f"+1212555{last:04}"


class PhoneBank:
    """A campaign server with campaigns and households; callers join it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.exchange = Exchange(database, KEYS, clock)
        self._voters = 0

    async def add(self, campaign: Campaign = TURNOUT, *, priority: int = 0) -> None:
        """A campaign with one list."""
        row = {"campaign_id": campaign.campaign_id, "version": campaign.version, "state": "open", "source": ""}
        body = msgspec.json.encode(campaign)
        await self.insert(tables.campaigns, {**row, "body": body, "added_at": self.clock()})
        one_list = {"campaign_id": campaign.campaign_id, "list_id": 1, "name": "all", "priority": priority}
        await self.insert(tables.lists, one_list)

    async def household(
        self,
        household_id: int,
        *names: str,
        phones: Sequence[str] = (),
        zones: str = NEW_YORK,
        address_key: str = "",
        campaign: Campaign = TURNOUT,
        precinct: str = "",
    ) -> list[str]:
        """A household; its voters' ids. `phones` are numbers that all of them have, the household's first."""
        numbers = list(phones) or [number(household_id)]
        at = {"campaign_id": campaign.campaign_id, "household_id": household_id, "list_id": 1}
        row = {**at, "number": numbers[0], "zones": zones, "address_key": address_key, "position": household_id}
        await self.insert(tables.households, {**row, "rank": rank(0, 0, household_id)})
        voter_ids = []
        for position, name in enumerate(names or ["Ann"]):
            self._voters += 1
            voter_ids.append(str(self._voters))
            phones_of = tuple(Phone(one) for one in numbers)
            voter = Voter(str(self._voters), name, "Doe", phones=phones_of, zones=(zones,), precinct=precinct)
            person = {**at, "voter_id": self._voters, "file_key": f"id:{self._voters}", "import_id": 1}
            await self.insert(tables.voters, {**person, "position": position, "body": msgspec.json.encode(voter)})
        return voter_ids

    async def households(self, count: int, campaign: Campaign = TURNOUT) -> None:
        """So many households of one, with the ids and numbers from 1 up."""
        await self.households_from(1, count, campaign)

    async def households_from(self, first: int, last: int, campaign: Campaign = TURNOUT) -> None:
        """Households of one, with the ids and numbers from `first` to `last`."""
        for household_id in range(first, last + 1):
            await self.household(household_id, campaign=campaign)

    async def join(
        self, name: str, *, device: str = "", role: Role = "caller", campaigns: Iterable[Campaign] = (TURNOUT,)
    ) -> Laptop:
        """A caller's laptop, signed in."""
        device_id = device or f"{name}-laptop"
        roles = {campaign.campaign_id: role for campaign in campaigns}
        caller = Caller(name, name, f"{name}@example.org", False, roles, device_id, device_id)
        async with self.database.write() as connection:
            known = await connection.scalar(select(tables.accounts).where(tables.accounts.c.caller_id == name))
        if known is None:
            account = {"caller_id": name, "email": caller.email, "name": name, "password_hash": ""}
            await self.insert(tables.accounts, {**account, "added_at": self.clock()})
            for campaign_id in roles:
                member = {"campaign_id": campaign_id, "caller_id": name, "role": role}
                await self.insert(tables.members, member)
        signed_in = {"token_hash": device_id, "caller_id": name, "device_id": device_id}
        await self.insert(tables.devices, {**signed_in, "signed_in_at": self.clock()})
        return Laptop(self, caller)

    async def insert(self, table: Table, row: Mapping[str, object]) -> None:
        async with self.database.write() as connection:
            await connection.execute(table.insert().values(dict(row)))

    async def set_campaign(self, campaign: Campaign = TURNOUT, **values: object) -> None:
        """Changes the campaign's row."""
        of = tables.campaigns.c.campaign_id == campaign.campaign_id
        async with self.database.write() as connection:
            await connection.execute(update(tables.campaigns).where(of).values(**values))

    async def mark_voted(self, voter_id: str, campaign: Campaign = TURNOUT) -> None:
        """The voter has voted, and every laptop is to hear of it."""
        of = (tables.voters.c.campaign_id == campaign.campaign_id) & (tables.voters.c.voter_id == int(voter_id))
        async with self.database.write() as connection:
            await connection.execute(update(tables.voters).where(of).values(ended="voted"))
            await connection.run_sync(
                lambda it: news.publish(it, [campaign.campaign_id], "withdrawn", [voter_id], self.clock())
            )

    async def rows(self, table: Table, *names: str) -> list[tuple[object, ...]]:
        """The table's rows, in order."""
        columns = [table.c[name] for name in names]
        async with self.database.read() as connection:
            return [tuple(row) for row in await connection.execute(select(*columns).order_by(*columns))]

    async def figures(self, campaign: Campaign = TURNOUT) -> Figures:
        async with self.database.read() as connection:
            return await connection.run_sync(tally, campaign.campaign_id)

    async def count(self, table: Table) -> int:
        async with self.database.read() as connection:
            return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


class Laptop:
    """One caller's device. It keeps what replies bring, as the real one does in its journal."""

    def __init__(self, bank: PhoneBank, caller: Caller) -> None:
        self.bank = bank
        self.caller = caller
        self.hand: dict[str, Lease] = {}
        self.known: dict[str, Lease] = {}
        self.cursor = ""
        self.seq = 0

    def request(
        self,
        *events: AnyEvent | bytes,
        want: int = 0,
        wait: int = 0,
        held: Iterable[str] | None = None,
        campaign: Campaign = TURNOUT,
    ) -> ExchangeRequest:
        """What the laptop would send now."""
        return ExchangeRequest(
            campaign_id=campaign.campaign_id,
            device_id=self.caller.device_id,
            cursor=self.cursor,
            campaign_version=campaign.version,
            held=tuple(self.hand if held is None else held),
            events=tuple(Raw(event if isinstance(event, bytes) else encode(event)) for event in events),
            want=want,
            wait=wait,
        )

    async def asks(self, request: ExchangeRequest) -> ExchangeReply:
        """The server's reply, of which the laptop takes no notice: it was lost."""
        return await self.bank.exchange.answer(self.caller, request)

    async def sends(
        self, *events: AnyEvent | bytes, want: int = 0, wait: int = 0, campaign: Campaign = TURNOUT
    ) -> ExchangeReply:
        """The server's reply, which the laptop has taken in."""
        reply = await self.asks(self.request(*events, want=want, wait=wait, campaign=campaign))
        for household_id in reply.ended:
            self.hand.pop(household_id, None)
        for lease in reply.leases:
            self.hand[lease.household.household_id] = self.known[lease.household.household_id] = lease
        self.cursor = reply.cursor
        return reply

    async def borrows(self, want: int = 1, campaign: Campaign = TURNOUT) -> list[str]:
        """Asks for voters; the numbers of the households that came."""
        reply = await self.sends(want=want, campaign=campaign)
        return [lease.household.number for lease in reply.leases]

    def outcome(
        self,
        voter_id: str,
        disposition: str,
        *,
        done: bool = True,
        at: datetime | None = None,
        campaign: Campaign = TURNOUT,
        **more: object,
    ) -> Outcome:
        """What came of an attempt; `done` takes the household off the hand."""
        lease = self._lease(voter_id)
        if done:
            self.hand.pop(lease.household.household_id, None)
        self.seq += 1
        said = {
            "id": f"{self.caller.device_id}-{self.seq}",
            "seq": self.seq,
            "at": at or self.bank.clock() + timedelta(seconds=self.seq % 60),
            "campaign_id": campaign.campaign_id,
            "voter_id": voter_id,
            "ticket": lease.tickets[voter_id],
            "disposition": disposition,
            "number_ending": ending(lease.household.number),
        }
        return msgspec.convert({**said, **more}, Outcome)

    def undo(self, outcome: Outcome, *, back: bool = True) -> Undo:
        """Takes an outcome back; its household is on the hand again."""
        lease = self._lease(outcome.voter_id)
        if back:
            self.hand[lease.household.household_id] = lease
        self.seq += 1
        return Undo(
            id=f"{self.caller.device_id}-{self.seq}",
            seq=self.seq,
            at=self.bank.clock(),
            campaign_id=outcome.campaign_id,
            voter_id=outcome.voter_id,
            ticket=outcome.ticket,
            supersedes=outcome.id,
        )

    def skip(self, voter_id: str, campaign: Campaign = TURNOUT) -> Skip:
        """Gives the voter's household back."""
        lease = self._lease(voter_id)
        self.hand.pop(lease.household.household_id, None)
        self.seq += 1
        return Skip(
            id=f"{self.caller.device_id}-{self.seq}",
            seq=self.seq,
            at=self.bank.clock(),
            campaign_id=campaign.campaign_id,
            voter_id=voter_id,
            ticket=lease.tickets[voter_id],
        )

    def _lease(self, voter_id: str) -> Lease:
        return next(lease for lease in self.known.values() if voter_id in lease.tickets)


def statuses(receipts: Iterable[Receipt]) -> list[str]:
    """What became of each event."""
    return [receipt.status for receipt in receipts]


async def dana_calls_ann(database: Database, clock: Clock) -> tuple[PhoneBank, Laptop, str]:
    """A campaign of one household, Ann's, and Dana's laptop, to which it is lent; with Ann's id."""
    bank = PhoneBank(database, clock)
    await bank.add()
    [ann] = await bank.household(1)
    dana = await bank.join("dana")
    await dana.borrows()
    return bank, dana, ann
