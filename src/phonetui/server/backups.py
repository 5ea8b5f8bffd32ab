"""Backups, and the way back: a server restored from one revives no log-in, and lends nobody at first."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, delete, make_url, select, update
from sqlalchemy.exc import DBAPIError

from phonetui.core.refusal import Refused
from phonetui.server import engine
from phonetui.server.engine import insert, plain_engine, sqlite_file, sync_engine
from phonetui.server.keys import read_keys
from phonetui.server.tables import devices, invitations, settings

#: A setting of every copy, which is not to be served as it is: log-ins that have ended since would go on.
COPY = "copy"
#: A setting of a restored server: from when on it lends again, empty before its first exchange.
RESTORED = "restored"
#: A restored server lends nobody for so long, so that laptops can first say whom they called, and who must not be.
LENDS_AFTER = timedelta(minutes=10)

#: Called with how much of a database is copied, in per cent.
Progress = Callable[[int], None]
#: Pages that are copied between two words about how far it is.
_STEP = 1_000
#: Steps of SQLite after which it lets Ctrl-C be heard.
_DEAF_FOR = 10_000
#: What a database has beside it that may hold transactions.
_JOURNALS = ("-wal", "-journal")


class Pause(Struct, frozen=True):
    """That of a restored server, and when it ends; None until its first exchange, `LENDS_AFTER` before the end."""

    until: datetime | None


def backup(url: str, to: Path, *, progress: Progress | None = None) -> None:
    """Writes a consistent copy of the database to a new file, also while the server runs. The secret is not in it.

    A `KeyboardInterrupt` leaves with a sentence, and without the file.
    """
    file = sqlite_file(url)
    if file is None:
        raise Refused(f"PostgreSQL is copied by its own tool: pg_dump --format=custom --file={to} {engine.place(url)}.")
    engine.check(url)
    _make_private(to)
    try:
        _copy(file, to, progress)
        if _damaged(to):
            raise sqlite3.DatabaseError("the database is damaged; put an earlier backup in its place")
        with closing(sqlite3.connect(to)) as copy, copy:
            copy.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, '')", (COPY,))
    except sqlite3.Error as error:
        to.unlink()
        raise Refused(f"The copy {to} could not be finished ({error}); nothing is left of it.") from None
    except KeyboardInterrupt:
        to.unlink()
        raise KeyboardInterrupt(f"Stopped; nothing is left of {to}.") from None


def restore(
    url: str,
    data: Path | None,
    copy: Path,
    environment: Mapping[str, str],
    now: datetime,
    *,
    progress: Progress | None = None,
) -> Path | None:
    """Puts a copy that `backup` made in the place of the database; the former one's new name, if there was one.

    Every log-in and every invitation of the copy ends. Raises `Refused`, with nothing changed, while the database is in
    use, and for a file that is no such copy, or another server's; a `KeyboardInterrupt` likewise leaves with a sentence
    and nothing changed. At any moment one of the two databases is in place, whole.
    """
    file = sqlite_file(url)
    if file is None:
        raise Refused("PostgreSQL is restored by its own tool, pg_restore; after it, leave out the FILE here.")
    keys = read_keys(data, environment)
    new = file.with_name(f"{file.name}.new")
    _remove(new)
    _make_private(new)
    try:
        new_url = make_url(url).set(database=str(new)).render_as_string()
        _take_over(copy, new, new_url, keys.fingerprint, now, progress)
        _bring_to_rest(file)
        return _put_in_place(new, file, file.with_name(f"before-{now:%Y%m%dT%H%M%S.%f}-{file.name}"))
    except (sqlite3.Error, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise Refused(f"The copy {copy} cannot be put in place ({reason}); nothing was changed.") from None
    except KeyboardInterrupt:
        untouched = new.exists()  # else it is in place already
        raise KeyboardInterrupt("Stopped; the database is as it was." if untouched else "") from None
    finally:
        _remove(new)


def end_what_was_open(url: str, now: datetime) -> None:
    """Every log-in and every invitation ends; to be done once a database was restored by its own tool."""
    with sync_engine(url).begin() as connection:
        _end_what_was_open(connection, now)


def check_served(connection: Connection, place: str) -> None:
    """Raises `Refused` for a database that is a copy as `backup` made it."""
    if _setting(connection, COPY) is not None:
        raise Refused(
            f"The database in {place} is a backup as it was made, with log-ins that may have ended since; put it in "
            "place with `phonetui server restore FILE`."
        )


def lends_from(connection: Connection, now: datetime) -> datetime | None:
    """When a restored server lends again, counted from its first exchange; None for one that was not restored."""
    value = _setting(connection, RESTORED)
    if value:
        return datetime.fromisoformat(value)
    if value is None:
        return None
    lends = now + LENDS_AFTER
    connection.execute(update(settings).where(settings.c.name == RESTORED).values(value=lends.isoformat()))
    return lends


def pause(connection: Connection, now: datetime) -> Pause | None:
    """The pause of a restored server, while it goes on; only reads."""
    value = _setting(connection, RESTORED)
    until = datetime.fromisoformat(value) if value else None
    return None if value is None or (until and until <= now) else Pause(until)


def restored_at(connection: Connection, now: datetime) -> datetime | None:
    """Until when what the server did may be missing in its database; None for one that was not restored."""
    value = _setting(connection, RESTORED)
    if value is None:
        return None
    return datetime.fromisoformat(value) - LENDS_AFTER if value else now


def _make_private(file: Path) -> None:
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise Refused(
            f"The file {file} cannot be made ({error.strerror}); name a new file in a folder of yours."
        ) from None


def _remove(file: Path) -> None:
    for suffix in ("", *_JOURNALS, "-shm"):
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)


def _copy(file: Path, to: Path, progress: Progress | None) -> None:
    """Copies step by step, so that it may be stopped; all of one moment, though a server may write meanwhile."""

    def step(_status: int, remaining: int, pages: int) -> None:
        if progress:
            progress(100 * (pages - remaining) // max(pages, 1))

    with closing(sqlite3.connect(file, isolation_level=None)) as source, closing(sqlite3.connect(to)) as copy:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # the moment: a transaction begins by reading
        source.backup(copy, pages=_STEP, progress=step)


def _damaged(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as database:
        database.set_progress_handler(_listen, _DEAF_FOR)
        try:
            return bool(database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:  # it swallows what is raised while it works
                raise KeyboardInterrupt from None
            raise


def _listen() -> None:
    """Called by SQLite while it works: Python hears Ctrl-C only when it has something to do."""


def _take_over(copy: Path, new: Path, url: str, fingerprint: str, now: datetime, progress: Progress | None) -> None:
    """Makes of the copy the database `new`, which is behind `url`, where nothing is open any more."""
    if not copy.is_file():
        raise Refused(f"There is no file {copy}.")
    _copy(copy, new, progress)
    if _damaged(new):
        raise Refused(f"The backup {copy} is damaged; name an earlier one. Nothing was changed.")
    found = engine.schema_of(url)
    if found is None:
        raise Refused(f"The file {copy} is no backup of a campaign server; name one that `server backup` made.")
    if found > engine.SCHEMA:
        raise Refused(f"This phonetui is too old for the backup {copy}; install the newer phonetui.")
    with plain_engine(url).begin() as connection:
        if _setting(connection, "keys") != fingerprint:
            raise Refused(f"The backup {copy} is of a server with another secret; put that secret in place first.")
        _end_what_was_open(connection, now)
    with closing(sqlite3.connect(new)) as database:
        database.execute("PRAGMA journal_mode = delete")  # all of it is in the one file that is put in place


def _end_what_was_open(connection: Connection, now: datetime) -> None:
    """No token of a backup can be told from one that was signed out since, no invitation from one that was spent."""
    connection.execute(update(devices).where(devices.c.ended_at.is_(None)).values(ended_at=now))
    connection.execute(update(invitations).values(uses_left=0))
    connection.execute(delete(settings).where(settings.c.name == COPY))
    row = insert(connection, settings).values(name=RESTORED, value="")
    connection.execute(row.on_conflict_do_update(index_elements=[settings.c.name], set_={"value": ""}))


def _bring_to_rest(file: Path) -> None:
    """Leaves what is in the database in one file, unless it is damaged; raises `Refused` while somebody has it open."""
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as database:
        try:
            for statement in ("PRAGMA locking_mode = exclusive", "BEGIN EXCLUSIVE", "COMMIT"):
                database.execute(statement)
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise Refused(
                    f"The database in {file.parent} is in use; stop the server, and whatever else is at work on it."
                ) from None


def _put_in_place(new: Path, file: Path, former: Path) -> Path | None:
    """Puts `new` in the place of `file` in one step; what was there gets the further name `former` before.

    What a damaged database had beside it goes first: the new one would be taken for the one that it belongs to.
    """
    try:
        there = [suffix for suffix in ("", *_JOURNALS) if file.with_name(f"{file.name}{suffix}").exists()]
        for suffix in there:
            _name_too(file.with_name(f"{file.name}{suffix}"), former.with_name(f"{former.name}{suffix}"))
        for suffix in (*_JOURNALS, "-shm"):
            file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
        new.replace(file)
    except OSError as error:
        raise Refused(
            f"The database in {file.parent} cannot be replaced ({error.strerror}); it is as it was."
        ) from None
    return former if there else None


def _name_too(file: Path, name: Path) -> None:
    """A further name for the file; a copy where the disk knows no such names."""
    try:
        name.hardlink_to(file)
    except OSError:
        shutil.copy2(file, name)


def _setting(connection: Connection, name: str) -> str | None:
    value: str | None = connection.scalar(select(settings.c.value).where(settings.c.name == name))
    return value
