"""A campaign server's own logic in this process, on a clock that is handed in, and callers without a desk."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Raw
from scripts.benchmarks.campaign_server import CAMPAIGN as CAMPAIGN_ID
from sqlalchemy import insert

from phonetui.client.campaign_server import Offline
from phonetui.core import event as events
from phonetui.core.campaign import WEEKDAYS, Hours
from phonetui.core.standard_dispositions import BY_ID, USUAL
from phonetui.core.voter import Phone, Voter
from phonetui.server import tables
from phonetui.server.accounts import Caller
from phonetui.server.engine import FILE_NAME, create_tables, database_url, open_database, plain_engine
from phonetui.server.exchange import Exchange
from phonetui.server.households import rank
from phonetui.server.keys import keys_from
from phonetui.wire import WANT, ExchangeReply, ExchangeRequest, Lease
from tests.core import example
from tests.torture.callers import Made

KEYS = keys_from(b"k" * 32)
ZONE = "America/New_York"
CAMPAIGN = msgspec.structs.replace(
    example.CAMPAIGN,
    campaign_id=CAMPAIGN_ID,
    starts=date(2026, 10, 1),
    ends=date(2026, 12, 31),
    calling=msgspec.structs.replace(
        example.CAMPAIGN.calling, hours=dict.fromkeys(WEEKDAYS, Hours(time(9), time(21))), holidays=()
    ),
    dispositions=USUAL,
    take_along=500,
    version=1,
)
#: Every so manyth household has two voters.
SHARED = 7
#: Where there is one, a file system in memory: whether a disk keeps what it is given is for other promises.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
BEFORE = datetime(2026, 10, 1, tzinfo=UTC)


class TrueTime:
    """What time it is at the server."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time


class LaptopClock:
    """The laptop's clocks over the true time: one that may be `wrong`, and one that is never set."""

    def __init__(self, true: TrueTime, name: str) -> None:
        self.wrong = timedelta()
        self._true = true
        self._name = name
        self._ids = 0

    def now(self) -> datetime:
        return self._true.now + self.wrong

    def tick(self) -> float:
        return (self._true.now - BEFORE).total_seconds()

    def new_id(self) -> str:
        self._ids += 1
        return f"{self._name}-{self._ids:06}"


class Bank:
    """The server, over a database in `folder` with so many households that nobody has called yet."""

    def __init__(self, folder: Path, households: int, clock: Callable[[], datetime]) -> None:
        (folder / FILE_NAME).write_bytes(database_with(households))
        self.url = database_url(folder, None)
        self.clock = clock
        self._database = open_database(self.url)
        self.exchange = Exchange(self._database, KEYS, clock)

    async def close(self) -> None:
        await self.exchange.close()
        await self._database.close()


class Line:
    """One caller's way to the server. `arrived` are the events' bytes in the order in which they came there."""

    def __init__(self, bank: Bank, name: str) -> None:
        self.up = True
        self.arrived: list[bytes] = []
        self._bank = bank
        self._caller = Caller(name, name, f"{name}@example.org", False, {CAMPAIGN_ID: "caller"}, f"{name}-laptop", "")

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        """The server's answer; a watch hears nothing."""
        if request.wait and self.up:
            await asyncio.Event().wait()
        if not self.up:
            raise Offline("The campaign server does not answer.")
        sent = msgspec.json.decode(msgspec.json.encode(request), type=ExchangeRequest)
        self.arrived += [bytes(memoryview(event)) for event in sent.events]
        reply = await self._bank.exchange.answer(self._caller, sent)
        return msgspec.json.decode(msgspec.json.encode(reply), type=ExchangeReply)


class Colleague:
    """Somebody who calls with a line, a hand at a time; `called` are the numbers of those called."""

    def __init__(self, bank: Bank, name: str) -> None:
        self.made: list[Made] = []
        self.called: set[str] = set()
        self._bank = bank
        self._name = name
        self._line = Line(bank, name)
        self._cursor = ""

    async def call(self, disposition: str = "refused") -> None:
        """Calls whoever is lent, one of each household, until nobody is: all with the same result."""
        while (reply := await self._ask()).leases:
            await self._ask(*(self._outcome(lease, disposition) for lease in reply.leases))

    async def _ask(self, *outcomes: events.Outcome) -> ExchangeReply:
        request = ExchangeRequest(
            campaign_id=CAMPAIGN_ID,
            device_id=f"{self._name}-laptop",
            cursor=self._cursor,
            campaign_version=CAMPAIGN.version,
            events=tuple(Raw(events.encode(outcome)) for outcome in outcomes),
            want=0 if outcomes else WANT,
        )
        reply = await self._line.exchange(request)
        self._cursor = reply.cursor
        return reply

    def _outcome(self, lease: Lease, disposition: str) -> events.Outcome:
        marks, voter_id, seq = BY_ID[disposition], lease.household.voters[0].voter_id, len(self.made) + 1
        note = f"{self._name}-{seq}"
        self.made.append(Made(note, voter_id, disposition, False, marks.contact, marks.contact and marks.talk))
        self.called.add(lease.household.number)
        return events.Outcome(
            id=note,
            seq=seq,
            at=self._bank.clock(),
            campaign_id=CAMPAIGN_ID,
            voter_id=voter_id,
            ticket=lease.tickets[voter_id],
            disposition=disposition,
            number_ending=events.ending(lease.household.number),
            note=note,
        )


def number_of(household_id: int) -> str:
    """An invented number; voters' ids begin with their household's."""
    return f"+1212555{household_id:04}"


@cache
def database_with(count: int) -> bytes:
    """A server's database with the campaign, two callers, and so many households."""
    with tempfile.TemporaryDirectory() as folder:
        url = database_url(Path(folder), None)
        create_tables(url)
        with plain_engine(url).begin() as connection:
            row = {"campaign_id": CAMPAIGN_ID, "version": CAMPAIGN.version, "state": "open", "source": ""}
            body = msgspec.json.encode(CAMPAIGN)
            connection.execute(insert(tables.campaigns).values(**row, body=body, added_at=BEFORE))
            connection.execute(insert(tables.lists).values(campaign_id=CAMPAIGN_ID, list_id=1, name="all"))
            for name in ("dana", "eli"):
                account = {"caller_id": name, "email": f"{name}@example.org", "name": name, "password_hash": ""}
                connection.execute(insert(tables.accounts).values(**account, added_at=BEFORE))
            homes = [_household(household_id) for household_id in range(1, count + 1)]
            connection.execute(insert(tables.households), homes)
            connection.execute(insert(tables.voters), [voter for home in homes for voter in _voters(home)])
        return (Path(folder) / FILE_NAME).read_bytes()


def _household(household_id: int) -> dict[str, object]:
    at = {"campaign_id": CAMPAIGN_ID, "household_id": household_id, "list_id": 1, "position": household_id}
    return {**at, "number": number_of(household_id), "zones": ZONE, "rank": rank(0, 0, household_id)}


def _voters(home: dict[str, object]) -> list[dict[str, object]]:
    number, household_id = str(home["number"]), int(str(home["household_id"]))
    people = []
    for position in range(2 if household_id % SHARED == 0 else 1):
        voter_id = 10 * household_id + position
        voter = Voter(str(voter_id), "Ann", "Doe", phones=(Phone(number),), zones=(ZONE,))
        row = {"campaign_id": CAMPAIGN_ID, "voter_id": voter_id, "file_key": f"id:{voter_id}", "list_id": 1}
        place = {"import_id": 1, "household_id": household_id, "position": position}
        people.append({**row, **place, "body": msgspec.json.encode(voter)})
    return people
