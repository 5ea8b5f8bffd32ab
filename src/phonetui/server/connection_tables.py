"""The tables behind connections to other systems: which there are, what waits to go there, and their own ids."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, false, text

from phonetui.server.either_database import Utc
from phonetui.server.tables import metadata

#: A campaign's way to another system. Its secrets are kept outside the database.
connections = Table(
    "connections",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("system", String(20), nullable=False),
    Column("source", Text, nullable=False),  # the YAML as the organiser wrote it
    Column("every", Integer, nullable=False, default=0),  # minutes between the server's own runs; 0: by hand alone
    Column("ids_are_theirs", Boolean, nullable=False, server_default=false()),  # those of voter files, too
    Column("added_at", Utc, nullable=False),
    Column("removed_at", Utc),  # what was told there is remembered, for the day that it is added again
    Column("ran_at", Utc),  # the end of the last push, whatever came of it
    Column("pulled_at", Utc),
    Column("pushed_at", Utc),
    Column("looked_at", Utc),  # events stored up to then, and up to that id, have been put in `pushes`
    Column("looked_through", String(36), nullable=False, server_default=text("''")),
    Column("busy_until", Utc),  # a push is under way, which has not ended by then only if it was killed
    Column("rests_until", Utc),  # the system asked to be left alone so long
    Column("tries", Integer, nullable=False, server_default="0"),  # pushes in a row without an answer
    Column("said", Text, nullable=False, server_default=text("''")),  # why the last push failed; empty after a success
    # Pulls go on beside pushes: the five of theirs.
    Column("pull_ran_at", Utc),
    Column("pull_busy_until", Utc),
    Column("pull_rests_until", Utc),
    Column("pull_tries", Integer, nullable=False, server_default="0"),
    Column("pull_said", Text, nullable=False, server_default=text("''")),
    # What the last pull that came through said, beside its count.
    Column("pull_left_out", Integer, nullable=False, server_default="0"),
    Column("pull_remarks", Text, nullable=False, server_default=text("''")),  # JSON: sentences, each with how often
    Index("connections_by_name", "name", unique=True),
)

#: The outbox of each connection: one row an outcome, correction or undo that has to be said there.
pushes = Table(
    "pushes",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("name", String(40), primary_key=True),  # the connection's
    Column("event_id", String(36), primary_key=True),  # of the outcome that stands, or of the undo
    Column("attempt_id", String(36), nullable=False),
    Column("corrects", String(36), nullable=False, server_default=text("''")),  # the event pushed before, if any
    Column("state", String(10), nullable=False),  # core.push.State
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("first_tried_at", Utc),  # while the system has it perhaps
    Column("done_at", Utc),
    Column("is_there", Boolean, nullable=False, server_default=false()),  # the system has it, at least in part
    Column("remote_id", String(100), nullable=False, server_default=text("''")),  # what the system calls it, if it says
    Column("said", Text, nullable=False, server_default=text("''")),  # the system's own words, or what was lost
    Index("pushes_by_attempt", "campaign_id", "name", "attempt_id"),
    Index("pushes_by_state", "campaign_id", "name", "state", "event_id"),
)

#: What a system calls a thing of ours; a number's phone id, say.
remote_ids = Table(
    "remote_ids",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("name", String(40), primary_key=True),  # the connection's
    Column("kind", String(10), primary_key=True),
    Column("file_id", String(80), primary_key=True),  # the voter's id in that system
    Column("ours", String(80), primary_key=True, server_default=text("''")),  # a number in E.164, where it is of one
    Column("remote_id", Text, nullable=False),
)
