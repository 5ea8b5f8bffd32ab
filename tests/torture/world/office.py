"""The campaign's machine: the server's own exchange over SQLite in memory, with backups, and a plug to pull."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, time
from functools import cache, partial
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import Connection, Engine, StaticPool, bindparam, create_engine, update

from phonetui.client.campaign_server import Offline
from phonetui.client.interface import JSON, PROBLEM_JSON
from phonetui.client.web import Answer
from phonetui.core.campaign import WEEKDAYS, CallingRules, Campaign, Hours, Question, Step
from phonetui.core.campaign import Answer as Choice
from phonetui.core.standard_dispositions import USUAL
from phonetui.core.voter import Phone, Voter
from phonetui.server import backups, news, tables
from phonetui.server.accounts import caller_of, hash_token
from phonetui.server.engine import Database
from phonetui.server.exchange import Exchange
from phonetui.server.households import rank
from phonetui.server.keys import keys_from
from phonetui.server.problems import RequestRefused
from phonetui.server.results import Figures, tally
from phonetui.server.stored_campaign import known_campaign
from phonetui.server.withdrawals import withdraw
from phonetui.wire import ExchangeRequest
from tests.torture.world.clockwork import NOON, Clockwork

Result = TypeVar("Result")

KEYS = keys_from(b"k" * 32)
NEW_YORK = "America/New_York"
CAMPAIGN = Campaign(
    campaign_id="turnout",
    name="Weekend turnout",
    organisation="Riverside Votes",
    languages=("en",),
    starts=date(2026, 9, 1),
    ends=date(2026, 11, 3),
    calling=CallingRules(hours={day: Hours(time(8), time(21)) for day in WEEKDAYS}, attempts_per_day=3),
    dispositions=USUAL,
    steps=(
        Step("hello", {"en": "Hi!"}, Question("plan", {"en": "?"}, (Choice("yes", {"en": "Y"}), Choice("no", {})))),
        Step("bye", {"en": "Bye!"}, ends=True),
    ),
    version=1,
)
#: The numbers of each household's voters, the household's first. Some share a second number, some a home.
HOUSEHOLDS: dict[int, Sequence[Sequence[int]]] = {
    **{household_id: [[household_id]] for household_id in range(1, 25)},
    2: [[2, 31], [2, 31], [2]],
    3: [[3], [3, 4]],
    6: [[6, 5]],
    9: [[9, 31], [9]],
    12: [[12], [12], [12]],
}
ONE_ADDRESS = (7, 8, 9)
VOTERS = [10 * household_id + place for household_id, people in HOUSEHOLDS.items() for place in range(len(people))]
#: Statements that change a new server before anybody knows it.
EXTRA: Sequence[str] = ()

_SIGN_IN = tables.devices.insert()
_END_TOKEN = update(tables.devices).where(tables.devices.c.device_id == bindparam("device"))


class PulledPlug(Exception):
    """The server stopped in the middle."""


def number(last: int) -> str:
    """An invented number."""
    return f"+1812555{last:04}"


class Office:
    """Answers requests; `dies_in_the_next` pulls the plug in a transaction, so that nothing of it is kept."""

    def __init__(self, clockwork: Clockwork, callers: Sequence[str]) -> None:
        self.clockwork = clockwork
        self.dies_in_the_next = False
        self._rows = _rows()
        _empty(tuple(callers), tuple(EXTRA)).backup(self._rows)
        self._engine = _engine()
        self._handling: set[asyncio.Task[Answer]] = set()
        self._tokens = 0
        self.exchange = self._new_process()

    # -- what laptops see ----------------------------------------------------------------------------------------------

    async def handle(self, body: bytes, token: str) -> Answer:
        """The answer to one exchange; it is worked out whether or not anybody waits for it. Raises `Offline`."""
        work = self.clockwork.begin(self._answer(body, token))
        self._handling.add(work)
        work.add_done_callback(self._handled)
        await asyncio.wait({work})
        if work.cancelled():
            raise Offline("The line broke off.")
        return work.result()

    def _handled(self, work: asyncio.Task[Answer]) -> None:
        self._handling.discard(work)
        failed = None if work.cancelled() else work.exception()
        if failed is not None and not isinstance(failed, Offline):
            self.clockwork.faults.append(f"the server failed: {failed!r}")

    async def _answer(self, body: bytes, token: str) -> Answer:
        try:
            async with self._read() as connection:
                caller = await caller_of(cast("Any", connection), hash_token(token))
            reply = await self.exchange.answer(caller, msgspec.json.decode(body, type=ExchangeRequest))
        except PulledPlug:
            self.pull_the_plug()
            raise Offline("The line broke off.") from None
        except RequestRefused as refused:
            return Answer(refused.problem.status, PROBLEM_JSON, 0.0, msgspec.json.encode(refused.problem))
        return Answer(200, JSON, 0.0, msgspec.json.encode(reply))

    def sign_in(self, caller_id: str, device_id: str) -> str:
        """A token for this device; its former one ends."""
        self._tokens += 1
        token = f"{device_id}-{self._tokens}"
        device = {"token_hash": hash_token(token), "caller_id": caller_id, "device_id": device_id}
        self.end_token(device_id)
        self.write(lambda it: it.execute(_SIGN_IN, {**device, "signed_in_at": self.clockwork.now()}))
        return token

    def end_token(self, device_id: str) -> None:
        """The device is signed out."""
        self.write(lambda it: it.execute(_END_TOKEN, {"device": device_id, "ended_at": self.clockwork.now()}))

    # -- what becomes of the machine -----------------------------------------------------------------------------------

    def pull_the_plug(self) -> None:
        """The process ends, and with it all that it was about to answer; a new one starts."""
        for task in self._handling:
            task.cancel()
        self.exchange = self._new_process()

    def back_up(self) -> sqlite3.Connection:
        """The database as it is now."""
        copy = sqlite3.connect(":memory:")
        self._rows.backup(copy)
        return copy

    def restore(self, backup: sqlite3.Connection, *, revived: bool) -> None:
        """The database as it was then. Unless it is `revived` as it was, all that was open ends, and lending rests."""
        self.pull_the_plug()
        backup.backup(self._rows)
        if not revived:
            self.write(lambda it: backups._end_what_was_open(it, self.clockwork.now()))

    def _new_process(self) -> Exchange:
        return Exchange(cast("Database", _Rooms(self)), KEYS, self.clockwork.now)

    # -- what the organiser does ---------------------------------------------------------------------------------------

    def withdraw(self, voter_id: int) -> None:
        """The voter has voted."""
        self.write(lambda it: withdraw(it, CAMPAIGN, [voter_id], "voted", self.clockwork.now()))
        self.exchange.wake(CAMPAIGN.campaign_id)

    def tell(self, words: str) -> None:
        """A notice to all callers."""
        self.write(lambda it: news.publish(it, [CAMPAIGN.campaign_id], "notice", [words], self.clockwork.now()))
        self.exchange.wake(CAMPAIGN.campaign_id)

    def change_the_script(self) -> None:
        """A new version of the campaign's file."""
        self.write(lambda it: it.execute(update(tables.campaigns).values(version=tables.campaigns.c.version + 1)))
        self.exchange.wake(CAMPAIGN.campaign_id)

    # -- what is written there -----------------------------------------------------------------------------------------

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """One transaction."""
        with self._engine.begin() as connection:
            return work(connection)

    def figures(self) -> Figures:
        """What the server says that the campaign's attempts sum to."""
        return self.write(lambda it: tally(it, known_campaign(it, CAMPAIGN.campaign_id).campaign.campaign_id))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        return self._rows.execute(query).fetchall()

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[_Awaited]:
        with self._engine.begin() as connection:
            yield _Awaited(connection)


class _Rooms:
    """As much of `server.engine.Database` as an exchange asks for, without a thread."""

    kind = "sqlite"

    def __init__(self, office: Office) -> None:
        self._office = office
        self.read = office._read

    async def transact(self, work: Callable[[Connection], Result]) -> Result:
        return self._office.write(partial(self._unless_it_dies, work))

    def _unless_it_dies(self, work: Callable[[Connection], Result], connection: Connection) -> Result:
        result = work(connection)
        if self._office.dies_in_the_next:
            self._office.dies_in_the_next = False
            raise PulledPlug
        return result


class _Awaited:
    """A connection whose statements are awaited, though nothing waits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(self, statement: Any, asked: Any) -> Any:
        return self._connection.execute(statement, asked)

    async def run_sync(self, work: Callable[..., Result], *given: Any) -> Result:
        return work(self._connection, *given)


@cache
def _engine() -> Engine:
    """One connection for all worlds of this process: SQLAlchemy's compiled statements stay with it."""
    return create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


def _rows() -> sqlite3.Connection:
    connection = _engine().raw_connection().driver_connection
    assert isinstance(connection, sqlite3.Connection)
    return connection


@cache
def _empty(callers: tuple[str, ...], extra: tuple[str, ...]) -> sqlite3.Connection:
    """A server with one campaign, its voters and its callers, and nothing called yet."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        _add_campaign(connection, callers)
        for household_id, people in HOUSEHOLDS.items():
            _add_household(connection, household_id, people)
        for statement in extra:
            connection.exec_driver_sql(statement)
    rows = engine.raw_connection().driver_connection
    assert isinstance(rows, sqlite3.Connection)
    return rows


def _add_campaign(connection: Connection, callers: Sequence[str]) -> None:
    row = {"campaign_id": CAMPAIGN.campaign_id, "version": 1, "state": "open", "source": "", "added_at": NOON}
    connection.execute(tables.campaigns.insert(), {**row, "body": msgspec.json.encode(CAMPAIGN)})
    connection.execute(tables.lists.insert(), {"campaign_id": CAMPAIGN.campaign_id, "list_id": 1, "name": "all"})
    for name in callers:
        account = {"caller_id": name, "email": f"{name}@example.org", "name": name, "password_hash": ""}
        connection.execute(tables.accounts.insert(), {**account, "added_at": NOON})
        member = {"campaign_id": CAMPAIGN.campaign_id, "caller_id": name, "role": "caller"}
        connection.execute(tables.members.insert(), member)


def _add_household(connection: Connection, household_id: int, people: Sequence[Sequence[int]]) -> None:
    at = {"campaign_id": CAMPAIGN.campaign_id, "household_id": household_id, "list_id": 1}
    address = "1 Mill Ct" if household_id in ONE_ADDRESS else ""
    home = {"number": number(people[0][0]), "zones": NEW_YORK, "address_key": address, "position": household_id}
    connection.execute(tables.households.insert(), {**at, **home, "rank": rank(0, 0, household_id)})
    for position, numbers in enumerate(people):
        voter_id = 10 * household_id + position
        phones = tuple(Phone(number(one)) for one in numbers)
        body = msgspec.json.encode(Voter(str(voter_id), "Ann", "Doe", phones=phones, zones=(NEW_YORK,)))
        person = {"voter_id": voter_id, "file_key": f"id:{voter_id}", "import_id": 1, "position": position}
        connection.execute(tables.voters.insert(), {**at, **person, "body": body})
