"""A server restored from a backup: the laptops bring everything back, and what had ended stays ended.

A real server over HTTP on a clock that is handed in, and real desks on journals of their own. Backup and restore are
those of the commands.
"""

from __future__ import annotations

import asyncio
import gc
import random
import secrets
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import msgspec
from argon2 import PasswordHasher
from sqlalchemy import Connection, select

from phonetui.client.campaign_server import ProblemAnswer, SignedOut
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.desk import PhoneDesk
from phonetui.client.folders import folders_in
from phonetui.client.opening import open_desk
from phonetui.client.outbox import Outbox
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sign_in import Laptop, SignedIn, join, sign_in
from phonetui.core.standard_dispositions import BY_ID
from phonetui.server import accounts, admin, backups, passwords, tables
from phonetui.server.app import create_app
from phonetui.server.backups import backup, restore
from phonetui.server.engine import FILE_NAME, reading_engine
from phonetui.server.keys import make_keys
from phonetui.server.run import HOST, Running, serve_in_background
from phonetui.wire import SignIn
from tests.ports import kept_port
from tests.torture.bank import CAMPAIGN, MEMORY, LaptopClock, TrueTime, database_with, number_of
from tests.torture.callers import RESULTS, Done
from tests.torture.end_to_end import differences
from tests.torture.keyboard import Keyboard
from tests.torture.promise import Control, Findings, Promise, Trials

#: Ten in the morning where the voters live.
MORNING = datetime(2026, 10, 6, 14, 0, tzinfo=UTC)
HOUSEHOLDS = 150
#: How old the backup is, in hours: mostly one, and up to the seven days for which laptops keep what was acknowledged.
AGES = (1, 1, 1, 25, 6 * 24 + 1)
PASSWORD = "correct horse battery"
#: Enough do-not-calls for each trial to have some.
OFTEN_DO_NOT_CALL = {**RESULTS, "do_not_call": 25}
PAUSE = timedelta(seconds=20)
#: Seconds for whatever is waited for.
PATIENCE = 20.0
TOLD = 5


class Broken(Exception):
    """The trial cannot go on; why."""


class Server:
    """Served from a thread on a port that is kept for it."""

    def __init__(self, folder: Path, port: int, true: TrueTime) -> None:
        folder.mkdir()
        self.folder, self.true = folder, true
        (folder / FILE_NAME).write_bytes(database_with(HOUSEHOLDS))
        with closing(sqlite3.connect(folder / FILE_NAME)) as database, database:
            settings = {"url": admin.PUBLIC_URL, "keys": make_keys(folder, {}).fingerprint}
            database.executemany("INSERT INTO settings (name, value) VALUES (?, ?)", settings.items())
        self.database = f"sqlite+aiosqlite:///{folder / FILE_NAME}"
        self._port = port
        self._running: Running
        self.start()

    @property
    def url(self) -> str:
        return self._running.url

    def start(self) -> None:
        app = create_app(*admin.open_server(self.database, self.folder, {}), self.true)
        self._running = serve_in_background(app, HOST, self._port)

    def stop(self) -> None:
        self._running.stop()
        gc.collect()  # connections of requests that were cut short: a process that ends leaves none

    def invite(self, uses: int) -> str:
        """A link by which so many callers join."""
        now = self.true()
        link = admin.invite(self.database, CAMPAIGN.campaign_id, "caller", uses, now + timedelta(days=7), now)
        return f"{self.url}/join/#{link.partition('#')[2]}"


class Caller:
    """One caller with one laptop; `desk` is the call screen while it is open. `tokens` are all that were ever given."""

    def __init__(self, name: str, folder: Path, server: Server, draw: random.Random) -> None:
        self.name = name
        self.server = server
        self.keyboard = Keyboard(name, draw, server.true, self._gets_a_voter, OFTEN_DO_NOT_CALL)
        self.tokens: list[str] = []
        self.desk: PhoneDesk | None = None
        self._email = f"{name}@example.org"
        self._clock = LaptopClock(server.true, name)
        self._laptop = Laptop(folders_in(folder / name), SecretsInMemory(), lambda: f"{name}-laptop")
        self._signed_in: SignedIn

    async def join(self, link: str) -> None:
        """With an invitation, the first time or once more."""
        self._came_in(await join(self._laptop, link, self._email, self.name, PASSWORD))

    async def log_in(self) -> None:
        """With the password."""
        self._came_in(await sign_in(self._laptop, self.server.url, self._email, PASSWORD))

    def _came_in(self, signed_in: SignedIn) -> None:
        self._signed_in = signed_in
        self.tokens.append(signed_in.token)

    async def open(self) -> None:
        """The call screen."""
        self.desk = await open_desk(self._laptop.folders, self._signed_in, CAMPAIGN.campaign_id, self._clock)
        await self.desk.start()

    async def close(self) -> None:
        """The end of the shift."""
        desk, self.desk = self.desk, None
        if desk is not None:
            await desk.close()

    async def call(self, outcomes: int) -> None:
        """So many, with a line or without."""
        assert self.desk is not None
        await self.keyboard.call(self.desk, outcomes, PAUSE)

    async def sends_all(self) -> None:
        """Until an answer has come and nothing is unsent."""
        desk = self.desk
        assert desk is not None
        await self._until(lambda: desk.view.line.state in ("online", "slow") and not desk.view.unsent)

    async def asks_for_voters(self) -> None:
        """More than once: the first answer says who of those on hand is not lent any more."""
        assert self.desk is not None
        for _ in range(5):
            self.desk.try_now()
            await asyncio.sleep(0.03)

    def not_to_call(self) -> Iterator[str]:
        """The numbers of those who have asked this caller not to be called."""
        for made in self.keyboard.made:
            if not made.taken_back and BY_ID[made.disposition].suppresses:
                yield number_of(int(made.voter_id) // 10)

    async def is_signed_out(self) -> None:
        """Until the server has said that it does not know the token."""
        desk = self.desk
        assert desk is not None
        await self._until(lambda: desk.view.line.state == "signed_out")

    async def _gets_a_voter(self, desk: PhoneDesk) -> None:
        await self._until(lambda: desk.view.call.voter is not None)

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Waits, and presses the key that tries now."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds():
                    if self.desk is not None:
                        self.desk.try_now()
                    await asyncio.sleep(0.01)
        except TimeoutError:
            view = self.desk.view if self.desk else None
            raise Broken(f"{self.name} waits for ever: {view and (view.line, view.unsent, view.waiting)}") from None


# -- a trial -----------------------------------------------------------------------------------------------------------


class Trial:
    """Three callers before the backup and one after; `wrong` is what is wrong, a sentence each."""

    def __init__(self, folder: Path, port: int, seed: int, ages: Sequence[int]) -> None:
        self._restored_at = datetime.max.replace(tzinfo=UTC)
        self._not_to_call: set[str] = set()
        self.random = random.Random(seed)
        self.server = Server(folder / "server", port, TrueTime(MORNING))
        self.backup = folder / "backup.sqlite3"
        self.wrong: list[str] = []
        self._folder = folder
        self._seed = seed
        self._ages = ages
        self.callers = [self._caller(name) for name in ("ana", "ben", "cleo")]
        self._ended: list[str] = []

    def _caller(self, name: str) -> Caller:
        return Caller(name, self._folder, self.server, random.Random(f"{self._seed} {name}"))

    async def run(self) -> list[str]:
        """A day before the backup, one after it, the restore, and what comes of it."""
        try:
            await self._before_the_backup()
            backup(self.server.database, self.backup)
            await self._after_the_backup()
            await self._is_restored()
            await self._everybody_comes_back()
        except Broken as broken:
            self.wrong.append(str(broken))
        finally:
            for caller in self.callers:
                await caller.close()
            self.server.stop()
        return [*self.wrong, *self._differences()]

    async def _before_the_backup(self) -> None:
        self._link = self.server.invite(len(self.callers) + 1)
        for caller in self.callers:
            await caller.join(self._link)
            await self._calls(caller)
        self._tablet = await self._signs_in_elsewhere("ben@example.org")

    async def _after_the_backup(self) -> None:
        """Calls that are acknowledged, a log-in that ends, another that takes its place, somebody new."""
        true = self.server.true
        true.passes(timedelta(hours=self.random.choice(self._ages) - 0.5))
        tablet = PhonetuiServer(self.server.url, self._tablet)
        await tablet.sign_out()
        await tablet.close()
        nora = self._caller("nora")
        await nora.join(self._link)  # its last use
        await self.callers[0].log_in()
        self.callers.append(nora)
        for caller in self.callers:
            await self._calls(caller, stays=self.random.random() < 0.5)
        true.passes(timedelta(minutes=15))

    async def _calls(self, caller: Caller, *, stays: bool = False) -> None:
        await caller.open()
        await caller.call(self.random.randint(4, 8))
        await caller.sends_all()
        if not stays:
            await caller.close()

    async def _is_restored(self) -> None:
        """The server stops, those who are at it call on, and the server is what it was at the backup."""
        self.server.stop()
        for caller in self.callers:
            if caller.desk is not None:
                await caller.call(self.random.randint(1, 3))
        self._restored_at = self.server.true.now
        self._not_to_call = {number for caller in self.callers for number in caller.not_to_call()}
        restore(self.server.database, self.server.folder, self.backup, {}, self._restored_at)
        self.server.true.passes(timedelta(minutes=1))
        self.server.start()
        for token in (self._tablet, *(token for caller in self.callers for token in caller.tokens)):
            if await self._is_known(token):
                raise Broken("a log-in from before the restore is good again")
        with suppress(ProblemAnswer):
            await self._caller("eve").join(self._link)
            self.wrong.append("an invitation that was spent is good again")

    async def _everybody_comes_back(self) -> None:
        """In any order; those who come early want voters before the others have reported."""
        nora = self.callers[-1]
        self.random.shuffle(self.callers)
        for caller in self.callers:
            if caller.desk is not None:
                await caller.is_signed_out()
                await caller.close()
            await (caller.join(self.server.invite(1)) if caller is nora else caller.log_in())
            await caller.open()
            await caller.sends_all()
            await caller.asks_for_voters()
        self.server.true.passes(backups.LENDS_AFTER)
        for caller in self.callers:
            await caller.call(2)
            await caller.sends_all()

    async def _signs_in_elsewhere(self, email: str) -> str:
        server = PhonetuiServer(self.server.url)
        try:
            return (await server.sign_in(SignIn(email, PASSWORD, "tablet"))).token
        finally:
            await server.close()

    async def _is_known(self, token: str) -> bool:
        server = PhonetuiServer(self.server.url, token)
        try:
            await server.session()
        except SignedOut:
            return False
        finally:
            await server.close()
        return True

    def _differences(self) -> Iterator[str]:
        """Between what was done and what the server has; and who was lent though they asked not to be called."""
        made = [made for caller in self.callers for made in caller.keyboard.made]
        others = sum((caller.keyboard.others for caller in self.callers), Counter[str]())
        with reading_engine(self.server.database).connect() as connection:
            yield from differences(connection, Done(made, dict(others)))
            homes = tables.households
            lent = connection.scalars(select(homes.c.number).where(homes.c.lent_at >= self._restored_at))
            if again := self._not_to_call & set(lent):
                yield f"{len(again)} who asked not to be called were lent after the restore"


def prove(ages: Sequence[int], seeds: Sequence[int]) -> Findings:
    """A restore a seed, of a backup of one of these ages in hours."""
    found = Findings()
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for seed in seeds:
        folders = tempfile.TemporaryDirectory(dir=MEMORY)
        with folders as folder, kept_port() as port, patch.object(passwords, "_hasher", cheap):
            wrong = asyncio.run(Trial(Path(folder), port, seed, ages).run())
        found += Findings(1, 1, tuple(f"seed {seed}: {sentence}" for sentence in wrong[:TOLD]))
    return found


# -- without a safeguard -----------------------------------------------------------------------------------------------


def _never(*_: object) -> None:
    return None


def _log_ins_go_on(connection: Connection, now: datetime) -> None:
    connection.execute(tables.settings.delete().where(tables.settings.c.name == backups.COPY))


def _without(owner: object, name: str, other: object, sign: str, age: int, seeds: Sequence[int]) -> Findings:
    """Of the failures only those count that show the `sign` of what is lacking."""
    with patch.object(owner, name, other):
        found = prove([age], seeds)
    return msgspec.structs.replace(found, failures=tuple(each for each in found.failures if sign in each))


#: In place of the module that makes a caller's id of an e-mail: another one each time.
BY_CHANCE = SimpleNamespace(digest=lambda *_: secrets.token_bytes(32))

PROMISE = Promise(
    10,
    "A server that forgets",
    "Restored from a backup, it gets everything back from the laptops; no log-in and no invitation is revived.",
    (Trials("restores", partial(prove, AGES), quick=5, full=50),),
    (
        Control(
            "the laptops' notice that the server has lost events",
            partial(_without, Outbox, "_forgotten_after", _never, "is stored 0 times", 1),
            within=1,
        ),
        Control(
            "the end of every log-in",
            partial(_without, backups, "_end_what_was_open", _log_ins_go_on, "is good again", 1),
            within=1,
        ),
        Control(
            "the wait before anybody is lent voters",
            partial(_without, backups, "LENDS_AFTER", timedelta(0), "asked not to be called", 25),
            within=4,
        ),
        Control(
            "ids that stay when a caller joins again",
            partial(_without, accounts, "hmac", BY_CHANCE, "the outcome nora-1 is stored 0 times", 1),
            within=1,
        ),
    ),
)
