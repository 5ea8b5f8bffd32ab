"""The audit log: everything a supervisor does, in one transaction with the deed. It holds ids alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from phonetui.server.supervising_tables import audit
from phonetui.server.tables import accounts
from phonetui.wire_supervisors import AuditEntry, AuditLog

#: Whoever types a command at the server itself.
AT_THE_CONSOLE = ""
#: The campaign of what is done to the whole server.
WHOLE_SERVER = ""
#: Entries on a page.
MOST_ENTRIES = 100
#: What is done to members, with whose ids the subjects begin.
OF_MEMBERS = ("member", "signed-out", "removed")
_LONGEST = 80


def record(
    connection: Connection, campaign_id: str, caller_id: str, action: str, subject: str | int, now: datetime
) -> None:
    """Adds what was done to the log; `subject` is an id, a count or a state, never anybody's words, name or number."""
    row = {"campaign_id": campaign_id, "at": now, "caller_id": caller_id, "action": action}
    connection.execute(audit.insert().values(**row, subject=str(subject)[:_LONGEST]))


def entries(connection: Connection, campaign_id: str, before: int = 0, most: int = MOST_ENTRIES) -> AuditLog:
    """The newest first of what was done to a campaign and to the whole server; those before entry `before` if not 0."""
    of = audit.c.campaign_id.in_((campaign_id, WHOLE_SERVER))
    wanted = (
        select(audit, accounts.c.name)
        .join_from(audit, accounts, accounts.c.caller_id == audit.c.caller_id, isouter=True)
        .where(of, audit.c.entry_id < before if before else of)
        .order_by(audit.c.entry_id.desc())
        .limit(most + 1)
    )
    rows = connection.execute(wanted).all()
    names = _names(connection, {_member(row) for row in rows})
    found = tuple(
        AuditEntry(row.at, row.name or row.caller_id, row.action, row.subject, names.get(_member(row), ""))
        for row in rows[:most]
    )
    return AuditLog(found, rows[most - 1].entry_id if len(rows) > most else 0)


def _member(row: Row[Any]) -> str:
    """Whom it was done to; empty where it was not done to a member."""
    return row.subject.partition(" ")[0] if row.action in OF_MEMBERS else ""


def _names(connection: Connection, caller_ids: Collection[str]) -> dict[str, str]:
    rows = connection.execute(
        select(accounts.c.caller_id, accounts.c.name).where(accounts.c.caller_id.in_(sorted(caller_ids)))
    )
    return {row.caller_id: row.name for row in rows}
