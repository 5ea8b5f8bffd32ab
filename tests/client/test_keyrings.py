"""A keyring goes wrong before a shift, in the middle of a call, or with results unsent: no call is lost by it.

A real campaign server, the real way in, and a real journal; the keyring alone is the test's.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from phonetui.client import account_server, credentials, opening
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SystemKeyring
from phonetui.client.desk import PhoneDesk
from phonetui.client.folders import folders_in
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sign_in import Laptop, SignedIn, join, lock_with_password, resume, unlock
from phonetui.core.call_actions import Result
from phonetui.demo import server
from phonetui.server.engine import database_url, sync_engine
from phonetui.server.tables import attempts
from tests.keyrings import FOR_EVER, VARIABLE, WORKING, WRONG, TurningKeyring, turn

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PASSWORD = "correct horse battery"


class SteppingClock(SystemClock):
    """A second for every look, so that no key is too soon."""

    def __init__(self) -> None:
        super().__init__()
        self._ticks = 0

    def tick(self) -> float:
        self._ticks += 1
        return float(self._ticks)


class Campaign:
    """The sample campaign, whose server can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self._running = ExitStack()

    def start(self) -> None:
        self.url = server.start(self.folder, self.url, self._running)

    def stop(self) -> None:
        self._running.close()

    def attempts_of(self, dana: SignedIn) -> int:
        mine = select(func.count()).where(attempts.c.caller_id == dana.account.caller_id)
        with sync_engine(database_url(self.folder, None)).connect() as connection:
            return connection.scalar(mine) or 0


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign server whose voters nobody has taken yet."""
    campaign = Campaign(tmp_path_factory.mktemp("prepared"))
    campaign.start()
    campaign.stop()
    return campaign.folder


@pytest.fixture
def campaign(prepared: Path, tmp_path: Path) -> Iterator[Campaign]:
    campaign = Campaign(Path(shutil.copytree(prepared, tmp_path / "campaign")))
    campaign.start()
    yield campaign
    campaign.stop()


class Volunteer:
    """Dana, with a laptop whose keyring goes wrong."""

    def __init__(self, home: Path, campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
        self._home = home
        self._keyring = home / "keyring"
        monkeypatch.setenv(VARIABLE, str(self._keyring))
        monkeypatch.setattr(credentials, "_keyring", TurningKeyring)
        self._patch = monkeypatch
        self._servers: list[PhonetuiServer] = []
        monkeypatch.setattr(account_server, "PhonetuiServer", self._server)
        self.campaign = campaign
        self.turn_keyring(WORKING)

    def _server(self, url: str, token: str) -> PhonetuiServer:
        self._servers.append(PhonetuiServer(url, token))
        return self._servers[-1]

    def turn_keyring(self, kind: str) -> None:
        self._patch.setattr(credentials, "LIMIT", 0.2 if kind == "hanging" else FOR_EVER)
        turn(self._keyring, kind)

    def laptop(self) -> Laptop:
        """As a new start of the program finds it."""
        return Laptop(folders_in(self._home), SystemKeyring(), SystemClock().new_id)

    async def joins(self) -> SignedIn:
        link = server.invite(self.campaign.folder, self.campaign.url)
        return await join(self.laptop(), link, f"{self._home.name}@example.org", "Dana", PASSWORD)

    async def comes_back(self, dana: SignedIn) -> SignedIn:
        """Starts the program again; types the password where it is asked for."""
        laptop, began = self.laptop(), time.monotonic()
        known = await resume(laptop, dana.account)
        assert time.monotonic() - began < FOR_EVER
        return known or await unlock(laptop, dana.account, PASSWORD)

    async def sits_down(self, dana: SignedIn) -> Evening:
        desk = await opening.open_desk(self.laptop().folders, dana, server.CAMPAIGN, SteppingClock())
        evening = Evening(desk)
        await desk.start()
        await evening.until(lambda: desk.view.call.voter is not None)
        return evening

    async def leaves(self, evening: Evening) -> None:
        await evening.desk.close()
        for each in self._servers:
            await each.close()


class Evening:
    """A shift at the desk."""

    def __init__(self, desk: PhoneDesk) -> None:
        self.desk = desk
        self._changed = asyncio.Event()
        desk.listen(self._changed.set)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(120):
            while not holds():
                await self._changed.wait()
                self._changed.clear()

    async def calls(self, times: int) -> None:
        for _ in range(times):
            await self.until(lambda: self.desk.view.call.voter is not None)
            before = self.desk.view.tally.attempts
            await self.desk.act(Result("not_home"))
            assert self.desk.view.tally.attempts == before + 1

    async def sends(self) -> None:
        self.desk.try_now()
        await self.until(lambda: not self.desk.view.unsent)


@pytest.fixture
def volunteer(tmp_path: Path, campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> Volunteer:
    return Volunteer(tmp_path, campaign, monkeypatch)


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def told() -> None:
        await story()

    asyncio.run(told())


@pytest.mark.parametrize("kind", WRONG)
def test_at_the_start(volunteer: Volunteer, campaign: Campaign, kind: str) -> None:
    async def story() -> None:
        dana = await volunteer.joins()
        volunteer.turn_keyring(kind)
        again = await volunteer.comes_back(dana)
        assert again.kept == (kind == "wiped")
        assert again.account.password_each_start == (kind != "wiped")
        evening = await volunteer.sits_down(again)
        await evening.calls(2)
        await evening.sends()
        await volunteer.leaves(evening)
        assert campaign.attempts_of(dana) == 2

    run(story)


@pytest.mark.parametrize("kind", WRONG)
def test_while_recording(volunteer: Volunteer, campaign: Campaign, kind: str) -> None:
    async def story() -> None:
        dana = await volunteer.joins()
        evening = await volunteer.sits_down(dana)
        await asyncio.to_thread(campaign.stop)
        await evening.calls(1)
        volunteer.turn_keyring(kind)
        await evening.calls(2)
        await volunteer.leaves(evening)
        await asyncio.to_thread(campaign.start)
        evening = await volunteer.sits_down(await volunteer.comes_back(dana))
        await evening.sends()
        await volunteer.leaves(evening)
        assert campaign.attempts_of(dana) == 3

    run(story)


@pytest.mark.parametrize("kind", WRONG)
def test_while_sending(volunteer: Volunteer, campaign: Campaign, kind: str) -> None:
    async def story() -> None:
        dana = await volunteer.joins()
        evening = await volunteer.sits_down(dana)
        await asyncio.to_thread(campaign.stop)
        await evening.calls(3)
        assert evening.desk.view.unsent == 3
        volunteer.turn_keyring(kind)
        await asyncio.to_thread(campaign.start)
        await evening.sends()
        await volunteer.leaves(evening)
        assert campaign.attempts_of(dana) == 3
        await volunteer.comes_back(dana)

    run(story)


def test_a_start_without_keyring_and_line_signs_in_when_the_line_is_back(
    volunteer: Volunteer, campaign: Campaign
) -> None:
    async def story() -> None:
        volunteer.turn_keyring("absent")
        dana = await volunteer.joins()
        await lock_with_password(volunteer.laptop(), dana, PASSWORD)
        evening = await volunteer.sits_down(dana)
        await volunteer.leaves(evening)
        await asyncio.to_thread(campaign.stop)
        again = await volunteer.comes_back(dana)
        assert again.token == ""
        evening = await volunteer.sits_down(again)
        await evening.calls(2)
        await asyncio.to_thread(campaign.start)
        await evening.sends()
        assert evening.desk.view.line.state in ("online", "slow")  # its clock makes every send take seconds
        await volunteer.leaves(evening)
        assert campaign.attempts_of(dana) == 2

    run(story)


def test_a_keyring_that_works_again_is_used_again(volunteer: Volunteer) -> None:
    async def story() -> None:
        volunteer.turn_keyring("locked")
        dana = await volunteer.joins()
        assert dana.account.password_each_start
        volunteer.turn_keyring(WORKING)
        again = await unlock(volunteer.laptop(), dana.account, PASSWORD)
        assert again.kept
        assert again.account == msgspec.structs.replace(dana.account, password_each_start=False)
        assert await resume(volunteer.laptop(), again.account) is not None

    run(story)
