"""The journal's tables.

What is kept of a call, stage by stage:

| stage | in `events` | in `leases` |
|---|---|---|
| unsent | everything | the household |
| acknowledged or rejected, until the shift ends | everything | the household |
| seven days after; a rejected one until the log-out | the event's own bytes | nothing |

then nothing. Notices, answers to the caller's questions, and breaks stay for the same seven days. A household that was
withdrawn, or whose lease ended, stays without its voters until the shift ends: its tickets go with what is still
written down about it. One still to be called stays over the shift's end, and so does one on the screen about which
something was typed that has no result; where no exchange takes it back, seven days after its lease.
"""

from __future__ import annotations

TABLES = (
    """CREATE TABLE journal (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        cursor TEXT NOT NULL DEFAULT '',           -- names the last reply taken
        server_offset REAL NOT NULL DEFAULT 0,     -- the server's clock minus the wall clock, in seconds
        campaign_state TEXT NOT NULL DEFAULT 'open',
        out BLOB NOT NULL DEFAULT x'',             -- wire.Out as JSON
        last_seq INTEGER NOT NULL DEFAULT 0,       -- of the last event ever recorded
        shift_from INTEGER NOT NULL DEFAULT 1      -- seq of the shift's first event
    )""",
    "CREATE TABLE campaign (one INTEGER PRIMARY KEY CHECK (one = 1), body BLOB NOT NULL)",  # core's Campaign as JSON
    "CREATE TABLE call (one INTEGER PRIMARY KEY CHECK (one = 1), body BLOB NOT NULL)",  # as the desk gave it
    """CREATE TABLE leases (
        household_id TEXT PRIMARY KEY,
        place INTEGER NOT NULL,                    -- the calling order
        until TEXT NOT NULL,                       -- UTC
        finished INTEGER NOT NULL DEFAULT 0,
        shift_over INTEGER NOT NULL DEFAULT 0,     -- stays only for what is unsent about it
        body BLOB NOT NULL                         -- wire.Lease as JSON; `until` above is newer
    )""",
    """CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        body BLOB NOT NULL,                        -- the exact bytes
        voter_id TEXT NOT NULL,
        household_id TEXT NOT NULL,
        urgent INTEGER NOT NULL,
        stage TEXT NOT NULL DEFAULT 'unsent' CHECK (stage IN ('unsent', 'stored', 'rejected')),
        reason TEXT NOT NULL DEFAULT '',           -- why it was rejected: client's Reason as JSON
        settled_at TEXT NOT NULL DEFAULT ''        -- when it was stored or rejected, by the server's clock, UTC
    )""",
    "CREATE UNIQUE INDEX events_unsent ON events (id) WHERE stage = 'unsent'",
    "INSERT INTO journal (one) VALUES (1)",
    "INSERT INTO campaign (one, body) VALUES (1, x'')",
    "INSERT INTO call (one, body) VALUES (1, x'')",
)

#: After which seq everything was sent once more; a seq that was lost is a gap for ever, and asked for once.
SENT_AGAIN = ("ALTER TABLE journal ADD COLUMN sent_again_after INTEGER",)

NOTICES = (
    """CREATE TABLE notices (
        notice_id TEXT PRIMARY KEY,
        at TEXT NOT NULL,                          -- by the server's clock, UTC
        text TEXT NOT NULL,
        answers TEXT NOT NULL,                     -- the id of the question, where it answers one
        seen INTEGER NOT NULL DEFAULT 0
    )""",
)

#: A call goes by the script that it was begun with, though the campaign is newer meanwhile.
BEGUN_WITH = (
    "ALTER TABLE call ADD COLUMN version INTEGER",  # of the campaign that it goes by; none before the first
    "CREATE TABLE begun_with (version INTEGER NOT NULL UNIQUE, body BLOB NOT NULL)",  # as in `campaign`
)

BREAKS = (
    """CREATE TABLE breaks (
        since TEXT PRIMARY KEY,                    -- by the laptop's clock, UTC
        until TEXT NOT NULL DEFAULT '',            -- empty while it goes on
        shift_over INTEGER NOT NULL DEFAULT 0
    )""",
)

#: What brings a journal from each version to the next, from none to 1 first; one that was released is never changed.
STEPS: tuple[tuple[str, ...], ...] = (TABLES, SENT_AGAIN, NOTICES, BEGUN_WITH, BREAKS)

#: Kept in the file's `user_version`.
SCHEMA = len(STEPS)

#: The pages of the tables that have one row each: SQLite gives the first pages to the tables in their order.
ONE_ROW = {"journal": 2, "campaign": 3, "call": 4}
