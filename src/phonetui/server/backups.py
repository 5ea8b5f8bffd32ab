"""Backups, and the way back: a server restored from one revives no log-in, and lends nobody at first."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, delete, make_url, select, update

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


class Pause(Struct, frozen=True):
    """That of a restored server, and when it ends; None until its first exchange, `LENDS_AFTER` before the end."""

    until: datetime | None


def backup(url: str, to: Path) -> None:
    """Writes a consistent copy of the database to a new file, also while the server runs. The secret is not in it."""
    file = sqlite_file(url)
    if file is None:
        raise Refused(f"PostgreSQL is copied by its own tool: pg_dump --format=custom --file={to} {engine.place(url)}.")
    engine.check(url)
    _make_private(to)
    try:
        _copy(file, to)
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


def restore(url: str, data: Path | None, copy: Path, environment: Mapping[str, str], now: datetime) -> Path | None:
    """Puts a copy that `backup` made in the place of the database; the former one's new name, if there was one.

    Every log-in and every invitation of the copy ends. Raises `Refused`, with nothing changed, while the database is in
    use, and for a file that is no such copy, or another server's.
    """
    file = sqlite_file(url)
    if file is None:
        raise Refused("PostgreSQL is restored by its own tool, pg_restore; after it, leave out the FILE here.")
    keys = read_keys(data, environment)
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    _make_private(new)
    try:
        _take_over(copy, new, make_url(url).set(database=str(new)).render_as_string(), keys.fingerprint, now)
        former = _move_aside(file, now)
        new.replace(file)
    except sqlite3.Error as error:
        raise Refused(f"The copy {copy} cannot be read ({error}); nothing was changed.") from None
    finally:
        new.unlink(missing_ok=True)
    return former


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


def _make_private(file: Path) -> None:
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise Refused(
            f"The file {file} cannot be made ({error.strerror}); name a new file in a folder of yours."
        ) from None


def _copy(file: Path, to: Path) -> None:
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)


def _damaged(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as database:
        return bool(database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))


def _take_over(copy: Path, new: Path, url: str, fingerprint: str, now: datetime) -> None:
    """Makes of the copy the database `new`, which is behind `url`, where nothing is open any more."""
    if not copy.is_file():
        raise Refused(f"There is no file {copy}.")
    _copy(copy, new)
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


def _end_what_was_open(connection: Connection, now: datetime) -> None:
    """No token of a backup can be told from one that was signed out since, no invitation from one that was spent."""
    connection.execute(update(devices).where(devices.c.ended_at.is_(None)).values(ended_at=now))
    connection.execute(update(invitations).values(uses_left=0))
    connection.execute(delete(settings).where(settings.c.name == COPY))
    row = insert(connection, settings).values(name=RESTORED, value="")
    connection.execute(row.on_conflict_do_update(index_elements=[settings.c.name], set_={"value": ""}))


def _move_aside(file: Path, now: datetime) -> Path | None:
    """Renames the database, unless somebody has it open; what damage there may be in it stays as it is."""
    if not file.exists():
        return None
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as database:
        try:
            database.execute("PRAGMA locking_mode = exclusive")
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise Refused(
                    f"The database in {file.parent} is in use; stop the server, and whatever else is at work on it."
                ) from None
    former = file.with_name(f"before-{now:%Y%m%dT%H%M%S.%f}-{file.name}")
    for suffix in ("", "-wal", "-shm"):
        if (part := file.with_name(f"{file.name}{suffix}")).exists():
            part.rename(former.with_name(f"{former.name}{suffix}"))
    return former


def _setting(connection: Connection, name: str) -> str | None:
    value: str | None = connection.scalar(select(settings.c.value).where(settings.c.name == name))
    return value
