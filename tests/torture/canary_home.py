"""A caller's laptop, and the search of every byte that their programs have written to it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from phonetui.client.account import journals
from phonetui.client.folders import Folders
from phonetui.client.journal import Journal
from phonetui.client.sign_in import SignedIn
from phonetui.core.call import Call
from tests.torture import canary, journal_bytes
from tests.torture.canary_caller import PASSWORD


class Home:
    """A caller's home, with the folders for their files and for temporary ones in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder)}
        for variable, name in (("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state")):
            self.environment[variable] = str(folder / name)
        for variable, name in (("XDG_CACHE_HOME", "cache"), ("XDG_RUNTIME_DIR", "run"), ("TMPDIR", "tmp")):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            self.environment[variable] = str(folder / name)
        self.folders = Folders(folder / "config" / "phonetui", folder / "data" / "phonetui")

    def files(self) -> list[Path]:
        """Every file and folder there is."""
        return sorted(self.folder.rglob("*"))

    def damaged(self) -> list[Path]:
        """The journals that were damaged and moved aside."""
        return [path for path in self.files() if path.suffix == ".damaged"]


class Stage(Struct, frozen=True):
    """What may be in a journal: voters who are on hand, and what the caller typed."""

    name: str
    on_hand: frozenset[int] = frozenset()
    notes: bool = False


def look(home: Home, signed_in: SignedIn, stage: Stage) -> Iterator[str]:
    """What is on the laptop and should not be, a sentence each."""
    for path in home.files():
        yield from _wrong_mode(path)
        if path.is_file():
            yield from tells(path.read_bytes(), signed_in, f"{stage.name}: {path.name}")
    account = signed_in.account
    for journal in journals(home.folders, account.server_url, account.caller_id):
        content = journal_bytes.plain(journal, signed_in.key)
        yield from (f"{stage.name}: the journal has {found}" for found in _misplaced(content, stage))
        yield from _secrets(content, signed_in, f"{stage.name}: the journal")
    for damaged in home.damaged():
        content = journal_bytes.readable(damaged, signed_in.key)
        yield from (f"{stage.name}: the damaged journal has {found}" for found in _misplaced(content, stage))


def tells(content: bytes, signed_in: SignedIn, where: str) -> Iterator[str]:
    """Voters and secrets in bytes that should hold neither."""
    yield from (f"{where} has {found}" for found in canary.search(content))
    yield from _secrets(content, signed_in, where)


def _secrets(content: bytes, signed_in: SignedIn, where: str) -> Iterator[str]:
    secrets = {"the key": signed_in.key, "the token": signed_in.token.encode(), "the password": PASSWORD.encode()}
    for what, secret in secrets.items():
        yield from (f"{where} has {what} ({how})" for how in canary.search_secret(content, secret))


def _misplaced(content: bytes, stage: Stage) -> Iterator[canary.Found]:
    for found in canary.search(content):
        if found.what == "note":
            allowed = stage.notes
        else:  # where somebody is on hand, a page's end may cut them
            allowed = found.voter in stage.on_hand or (found.voter is None and bool(stage.on_hand))
        if not allowed or found.how != "UTF-8":
            yield found


def _wrong_mode(path: Path) -> Iterator[str]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode != (0o700 if path.is_dir() else 0o600):
        yield f"{path.name} has the mode {mode:o}"


async def on_hand(home: Home, signed_in: SignedIn) -> frozenset[int]:
    """Those who are still to be called; raises `AssertionError` where something is unsent, or there is no journal."""
    account, voters = signed_in.account, set()
    paths = journals(home.folders, account.server_url, account.caller_id)
    assert paths
    for path in paths:
        journal = await Journal.open(path, signed_in.key)
        loaded = await journal.load()
        await journal.close()
        assert not loaded.unsent
        call = msgspec.json.decode(loaded.call, type=Call)
        households = [held.lease.household for held in loaded.held if not held.finished]
        voters |= {int(household.number[-4:]) for household in (*households, call.household) if household}
    return frozenset(voters)
