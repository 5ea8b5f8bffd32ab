"""The tables behind supervising: who is there now, and what supervisors did."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Connection, Index, Integer, String, Table, event, false, text

from phonetui.server.either_database import Utc
from phonetui.server.tables import metadata

#: What each laptop said of itself when it was last heard of.
presences = Table(
    "presences",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("caller_id", String(36), primary_key=True),
    Column("device_id", String(36), primary_key=True),
    Column("heard_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),  # by when it is heard of again, unless it is offline
    Column("came_at", Utc, nullable=False),  # since when it has been heard of without a long silence
    Column("household_id", Integer),  # on the screen; none: nobody
    Column("shown_at", Utc, nullable=False),  # since when that or the break has been so, by the server's clock
    Column("unsent", Integer, nullable=False, server_default="0"),
    Column("on_break", Boolean, nullable=False, server_default=false()),
    Column("leaves", Boolean, nullable=False, server_default=false()),  # it said that it goes
    Column("rejected", Integer, nullable=False, server_default="0"),  # events that were not taken since it came
    Column("rejected_for", String(20), nullable=False, server_default=text("''")),  # the last one's code
)

#: Roles that supervisors took from somebody: an invitation issued earlier does not give one back.
taken_roles = Table(
    "taken_roles",
    metadata,
    Column("campaign_id", String(64), primary_key=True, server_default=text("''")),  # empty: the whole server's, owner
    Column("caller_id", String(36), primary_key=True),
    Column("at", Utc, nullable=False),
)

#: Everything a supervisor did. It holds ids alone, and rows are only ever added.
audit = Table(
    "audit",
    metadata,
    Column("entry_id", Integer, primary_key=True, autoincrement=True),
    Column("campaign_id", String(64), nullable=False, server_default=text("''")),  # empty: the whole server
    Column("at", Utc, nullable=False),
    Column("caller_id", String(36), nullable=False, server_default=text("''")),  # empty: at the server's own console
    Column("action", String(40), nullable=False),
    Column("subject", String(80), nullable=False, server_default=text("''")),  # an id, a count or a state; no words
    Index("audit_by_campaign", "campaign_id", "entry_id"),
)

#: What keeps the rows as they were written, by dialect.
APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END",
        "CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only ever added to'; END $$",
        "CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_kept()",
    ),
}


@event.listens_for(audit, "after_create")
def _keep(_audit: object, connection: Connection, **_: object) -> None:
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)
