"""The check-up of this computer: keyring, calls kept here, disk, versions."""

from __future__ import annotations

import errno
import os
import platform
import shutil
from collections.abc import Awaitable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from phonetui.client.account import Account, journals
from phonetui.client.checkup import LIMIT, Finding
from phonetui.client.credentials import LIMIT as KEYRING_LIMIT
from phonetui.client.entries import entries
from phonetui.client.folders import Folders
from phonetui.client.journal_refusals import JournalInUse, JournalRefused
from phonetui.client.outbox_file import campaign_of
from phonetui.client.patience import within
from phonetui.core.text import clean
from phonetui.core.translation import later, number, tr

if TYPE_CHECKING:
    from phonetui.client.journal_peek import NotTaken

#: Bytes: a shift writes a few hundred thousand.
LITTLE_ROOM = 100 << 20
NO_ROOM = 10 << 20
#: Characters of a campaign's name.
LONGEST_NAME = 200
TYPED = later("phonetui asks for your password at each start, and no call is lost by that")


# -- keyring -----------------------------------------------------------------------------------------------------------


async def look_at_keyring(holds_keys: Awaitable[bool | None]) -> Finding:
    """The system's keyring; `holds_keys` says whether the accounts' keys came out of it, None without accounts."""
    try:
        name = await within(KEYRING_LIMIT, _keyring_name)
    except TimeoutError:
        return Finding(
            later("Keyring"),
            "note",
            tr("does not answer within {seconds} seconds", seconds=round(KEYRING_LIMIT)),
            tr(TYPED),
        )
    except Exception as error:  # noqa: BLE001 - keyring backends raise anything
        locked = tr("is locked") if "Locked" in type(error).__name__ else tr("cannot be used")
        return Finding(
            later("Keyring"), "note", locked, tr("unlock it; until then {what_happens}", what_happens=tr(TYPED))
        )
    if not name:
        return Finding(later("Keyring"), "note", tr("there is none that keeps anything"), tr(TYPED))
    if await holds_keys is False:
        return Finding(later("Keyring"), "note", tr("{name} does not hold the key to your calls", name=name), tr(TYPED))
    found = (
        tr("{name} holds the key to your calls", name=name) if await holds_keys else tr("{name} is there", name=name)
    )
    return Finding(later("Keyring"), "well", found)


def _keyring_name() -> str:
    """Its name, empty for one that keeps nothing. It is asked for what is not there, so that a lock shows."""
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    if isinstance(backend, fail.Keyring | null.Keyring):
        return ""
    backend.get_password("phonetui", "check-up")
    return str(backend.name)


# -- calls -------------------------------------------------------------------------------------------------------------


async def look_at_calls(folders: Folders, account: Account, where: str, key: bytes | None) -> list[Finding]:
    """What each of the account's journals holds that the campaign lacks, and whether it is sound.

    `where` is what the account is called: nobody's address is told.
    """
    files = journals(folders, account.server_url, account.caller_id)
    if not files:
        return [Finding(later("Calls"), "well", tr("{where}: none are kept here", where=where))]
    if key is None:
        return [
            Finding(
                later("Calls"),
                "note",
                tr("{where}: locked, and not looked at", where=where),
                tr("`phonetui outbox list` asks for the password"),
            )
        ]
    return [await _look_at(file, where, key) for file in files]


async def _look_at(file: Path, where: str, key: bytes) -> Finding:
    try:
        return await within(LIMIT, lambda: _calls(file, where, key))
    except TimeoutError:
        return Finding(
            later("Calls"),
            "mend",
            tr("{where}: the disk does not give {file} back", where=where, file=file),
            tr("restart this computer, or ask somebody"),
        )


def _calls(file: Path, where: str, key: bytes) -> Finding:
    from phonetui.client.journal_peek import read_complaints, read_not_taken  # loading SQLCipher takes 20 ms

    try:
        if read_complaints(file, key):
            return Finding(
                later("Calls"),
                "mend",
                tr("{where}: {file} is damaged", where=where, file=file),
                tr("open the call screen; what can be read is saved"),
            )
        kept = read_not_taken(file, key)
    except JournalInUse:
        return Finding(later("Calls"), "well", tr("{where}: a campaign's are open in another phonetui", where=where))
    except JournalRefused as refused:
        return Finding(later("Calls"), "mend", f"{where}: {refused}")
    found = tr(
        "{campaign} at {where}: {entries} unsent, {rejected} rejected; the file is sound",
        campaign=_name(kept),
        where=where,
        entries=entries(len(kept.unsent)),
        rejected=number(len(kept.rejected)),
    )
    if kept.rejected:
        return Finding(later("Calls"), "note", found, tr("`phonetui outbox list` says why"))
    return Finding(later("Calls"), "well", found)


def _name(kept: NotTaken) -> str:
    """What the campaign is called, as far as the journal tells."""
    if kept.campaign is not None:
        return clean(kept.campaign.name, LONGEST_NAME)
    return next((campaign_of(entry) for entry in kept.unsent), tr("a campaign"))


# -- disk --------------------------------------------------------------------------------------------------------------


def look_at_disk(folders: Folders) -> list[Finding]:
    """Room, rights and locks where phonetui keeps things."""
    folder = next(place for place in (folders.data, *folders.data.parents) if place.exists())
    free = shutil.disk_usage(folder).free
    found = [*_room(folder, free), *_rights(folders, folder), *_locks(folders.accounts_file)]
    kept = later("{gigabytes} GB free; the folder is yours alone, and locks work")
    if not folders.accounts_file.exists():
        kept = later("{gigabytes} GB free; nothing is kept yet")
    return found or [Finding(later("Disk"), "well", tr(kept, gigabytes=number(round(free / 1e9))))]


def _room(folder: Path, free: int) -> Iterator[Finding]:
    if free < LITTLE_ROOM:
        found = tr("{megabytes} MB are free at {folder}", megabytes=number(round(free / 1e6)), folder=folder)
        yield Finding(later("Disk"), "mend" if free < NO_ROOM else "note", found, tr("make some room"))


def _rights(folders: Folders, folder: Path) -> Iterator[Finding]:
    elsewhere = tr("make it writable, or set PHONETUI_HOME to a folder that is")
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        yield Finding(later("Disk"), "mend", tr("{folder} cannot be written", folder=folder), elsewhere)
    if os.name == "posix" and folder == folders.data and any(map(_is_open, _kept(folders))):
        yield Finding(
            later("Disk"),
            "mend",
            tr("files in {folder} are open to other users", folder=folder),
            tr("run chmod -R go= {folder}", folder=folder),
        )


def _kept(folders: Folders) -> Iterable[Path]:
    yield from (folders.accounts_file, folders.data / "journals")
    yield from (folders.data / "journals").rglob("*")


def _is_open(file: Path) -> bool:
    return file.exists() and bool(file.stat().st_mode & 0o077)


def _locks(file: Path) -> Iterator[Finding]:
    """Takes a lock that others may take too, on a file that is there, and gives it back at once."""
    if os.name != "posix" or not file.exists():
        return
    import fcntl

    try:
        with file.open("rb") as open_file:
            for lock in (fcntl.flock, fcntl.lockf):  # the journal's own lock, and SQLite's
                lock(open_file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP):
            do = tr("set PHONETUI_HOME to a folder on this machine's own disk")
            yield Finding(later("Disk"), "mend", tr("files in {parent} cannot be locked", parent=file.parent), do)


# -- versions ----------------------------------------------------------------------------------------------------------


def look_at_versions() -> Finding:
    """Phonetui and what it stands on."""
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(":memory:")
    (cipher,) = connection.execute("PRAGMA cipher_version").fetchone()
    connection.close()
    parts = (
        f"phonetui {metadata.version('phonetui')}",
        f"Python {platform.python_version()}",
        f"Textual {metadata.version('textual')}",
        f"SQLCipher {cipher.split()[0]}",
    )
    return Finding(later("Versions"), "well", ", ".join(parts))
