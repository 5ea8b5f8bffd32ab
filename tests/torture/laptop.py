"""A caller's laptop: folders, keyring and voters on hand, the application in a terminal, the journal to look into."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from base64 import b64encode
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlcipher3 import dbapi2

from phonetui.client import journal_key
from phonetui.client.account import Account, journal_path, save_account
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.folders import folders_in
from phonetui.client.journal import Journal
from phonetui.client.outbox import Taken
from phonetui.client.sign_in import Laptop as SignInLaptop
from phonetui.client.sign_in import SignedIn, join
from phonetui.core import event as events
from phonetui.core.call import Call
from phonetui.core.campaign import MIDNIGHT, WEEKDAYS, Campaign, Hours
from phonetui.core.person import about
from phonetui.core.standard_dispositions import USUAL
from phonetui.core.voter import Household, Phone, Voter
from phonetui.demo import server
from phonetui.screen.line import fit
from phonetui.server import tables
from phonetui.server.engine import database_url, sync_engine
from phonetui.wire import ExchangeReply, Lease
from tests.core import example
from tests.terminal import Terminal
from tests.torture.kept_secrets import KEY, TOKEN

REPOSITORY = Path(__file__).parents[2]
CLOCK = SystemClock()
#: Cells in a line of the voter's column, in a window of 80.
COLUMN = 22
#: Nothing answers there.
NO_SERVER = "http://127.0.0.1:9"


def campaign() -> Campaign:
    """A short script, calls at all hours."""
    today = CLOCK.now().date()
    hours = {day: Hours(MIDNIGHT, MIDNIGHT) for day in WEEKDAYS}
    return msgspec.structs.replace(
        example.CAMPAIGN,
        dispositions=USUAL,
        starts=today - timedelta(days=1),
        ends=today + timedelta(days=9),
        calling=msgspec.structs.replace(example.CAMPAIGN.calling, hours=hours, holidays=()),
        version=1,
    )


class Found(Struct, frozen=True):
    """What is in a journal: the call, every attempt and skip ever written down, and what is wrong with its pages."""

    call: Call
    events: tuple[events.AnyEvent, ...]
    complaints: tuple[str, ...]

    def made(self) -> Counter[str]:
        """How many events there are of each kind."""
        return Counter(type(event).__name__ for event in self.events)

    def standing(self) -> dict[str, list[str]]:
        """The dispositions that stand, by voter."""
        standing: dict[str, list[str]] = {}
        for outcome in events.current(each for each in self.events if isinstance(each, events.Attempt)).values():
            standing.setdefault(outcome.voter_id, []).append(outcome.disposition)
        return standing


class Laptop:
    """One caller. `voters` are all who were ever on hand, by `shown`.

    `campaign` is None where there is a campaign server, whose database is `database`.
    """

    def __init__(self, folder: Path, signed_in: SignedIn, campaign: Campaign | None, database: str = "") -> None:
        self.campaign = campaign
        self.database = database
        self._key = signed_in.key
        self._journal = journal_path(folders_in(folder), signed_in.account, signed_in.account.campaign_id)
        self.voters: dict[str, str] = {}
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        save_account(folders_in(folder), signed_in.account)
        self._environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(REPOSITORY),
            "PHONETUI_HOME": str(folder),
            "PYTHON_KEYRING_BACKEND": "tests.torture.kept_secrets.KeptSecrets",
            KEY: b64encode(self._key).decode(),
            TOKEN: signed_in.token,
        }

    def start(self, without: str = "") -> Terminal:
        """The call screen; `without` names a safeguard that it does without."""
        command = ["tests.torture.phonetui_without", without] if without else ["phonetui"]
        return Terminal([sys.executable, "-m", *command], self._environment)

    @property
    def journal_bytes(self) -> int:
        """The bytes in the journal's log, more with every commit."""
        log = self._journal.with_name(f"{self._journal.name}-wal")
        return log.stat().st_size if log.exists() else 0

    @property
    def files(self) -> set[str]:
        """What lies beside the journal and in the folder for temporary files."""
        return {path.name for folder in (self._journal.parent, self.temporary) for path in folder.iterdir()}

    @property
    def at_the_campaign(self) -> list[str]:
        """The ids of the events that the campaign server has."""
        with sync_engine(self.database).connect() as connection:
            return list(connection.scalars(select(tables.events.c.event_id).order_by(tables.events.c.event_id)))

    def found(self) -> Found:
        """What the product finds in a copy of the journal: the next start finds the journal itself as it was left."""
        if not self._journal.exists():
            return Found(Call(), (), ())
        with tempfile.TemporaryDirectory() as copies:
            for file in self._journal.parent.iterdir():
                shutil.copy(file, copies)
            copy = Path(copies) / self._journal.name
            call, complaints = asyncio.run(self._open(copy))
            return Found(call, self._read(copy), complaints)

    async def _open(self, copy: Path) -> tuple[Call, tuple[str, ...]]:
        journal = await Journal.open(copy, self._key)
        try:
            loaded = await journal.load()
            return msgspec.json.decode(loaded.call or b"{}", type=Call), await journal.complaints()
        finally:
            await journal.close()

    def _read(self, copy: Path) -> tuple[events.AnyEvent, ...]:
        connection = dbapi2.connect(str(copy))
        try:
            connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            for (lease,) in connection.execute("SELECT body FROM leases").fetchall():
                self._know(msgspec.json.decode(lease, type=Lease).household)
            rows = connection.execute("SELECT body FROM events ORDER BY seq").fetchall()
        finally:
            connection.close()
        return tuple(events.decode(body) for (body,) in rows)

    def _know(self, household: Household) -> None:
        self.voters |= {shown(voter): voter.voter_id for voter in household.voters}


def shown(voter: Voter) -> str:
    """How the head of the voter's column tells one from all others: the name, perhaps shortened, and the age."""
    return " ".join(fit(text, COLUMN) for text in (voter.full_name, about(voter)) if text)


def offline(folder: Path, households: int) -> Laptop:
    """A laptop without a line, with so many households on hand, every third of two people."""
    key = journal_key.new_key()
    account = Account(
        server_url=NO_SERVER,
        email="dana@example.org",
        caller_id="dana",
        name="Dana",
        device_id="laptop",
        key_id=journal_key.fingerprint(key),
        campaign_id=campaign().campaign_id,
    )
    laptop = Laptop(folder, SignedIn(account=account, key=key, token="none"), campaign())
    asyncio.run(_lend(laptop, [_household(number) for number in range(1, households + 1)]))
    return laptop


async def _lend(laptop: Laptop, households: list[Household]) -> None:
    now = CLOCK.now()
    leases = [
        Lease(household, now + timedelta(days=1), {voter.voter_id: "ticket" for voter in household.voters})
        for household in households
    ]
    journal = await Journal.open(laptop._journal, laptop._key)
    reply = ExchangeReply(leases=tuple(leases), campaign=campaign(), cursor="1", server_time=now)
    await journal.take(Taken(reply=reply))
    await journal.close()


def _household(number: int) -> Household:
    phone = f"+1{200 + number // 50}5550{100 + number % 50}"
    names = ("Ana", "Bo")[: 1 + (number % 3 == 0)]
    voters = [Voter(f"{number}{name}", f"{name}{number}", "Diaz", phones=(Phone(phone),)) for name in names]
    return Household(f"h{number}", phone, tuple(voters))


def online(folder: Path, ending: ExitStack) -> Laptop:
    """A laptop that has joined a real campaign server, which runs until `ending`."""
    at, secrets = folder / "server", SecretsInMemory()
    at.mkdir()
    link = server.invite(at, server.start(at, "", ending))
    laptop = SignInLaptop(folders_in(folder), secrets, CLOCK.new_id)
    signed_in = asyncio.run(join(laptop, link, "dana@example.org", "Dana", "correct horse battery"))
    account = msgspec.structs.replace(signed_in.account, campaign_id=server.CAMPAIGN)
    return Laptop(folder, msgspec.structs.replace(signed_in, account=account), None, database_url(at, None))
