"""The server's tables, in SQLAlchemy Core. `campaign_id` leads every key that belongs to a campaign.

Households carry all that decides who may be lent next, so that a lease is one look into one index, however long the
list.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from phonetui.server.either_database import Utc, index_where

metadata = MetaData()


#: What holds for the whole server: its public URL, the fingerprint of its keys.
settings = Table(
    "settings",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", Text, nullable=False),
)

# -- campaigns and people ----------------------------------------------------------------------------------------------

campaigns = Table(
    "campaigns",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", String(8), nullable=False, default="open"),  # wire.CampaignState
    Column("source", Text, nullable=False),  # the YAML as the organiser wrote it
    Column("body", LargeBinary, nullable=False),  # core.campaign.Campaign as JSON
    Column("added_at", Utc, nullable=False),
    Column("keep_until", Date),  # the last day on which voters are kept; none: until somebody erases them
)

accounts = Table(
    "accounts",
    metadata,
    Column("caller_id", String(36), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),  # lower case
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),  # Argon2id
    Column("owner", Boolean, nullable=False, default=False),
    Column("added_at", Utc, nullable=False),
    Column("calling_name", Text, nullable=False, server_default=text("''")),  # what voters are told
    Column("on_board", Boolean, nullable=False, server_default=false()),
)

members = Table(
    "members",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("caller_id", String(36), primary_key=True),
    Column("role", String(10), nullable=False),  # wire.Role
    Column("practised_at", Utc),
    Column("languages", Text, nullable=False, server_default=text("''")),  # that they call in; joined by a space
    Column("tags", Text, nullable=False, server_default=text("''")),  # what lists may ask of a caller; likewise
)

#: Who comes to which of a campaign's phone banks.
sign_ups = Table(
    "sign_ups",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("phone_bank_id", String(40), primary_key=True),
    Column("caller_id", String(36), primary_key=True),
    Column("at", Utc, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # SHA-256, hex
    Column("caller_id", String(36), nullable=False, index=True),
    Column("device_id", String(36), nullable=False),
    Column("device_name", Text, nullable=False, default=""),
    Column("signed_in_at", Utc, nullable=False),
    Column("ended_at", Utc),
)

invitations = Table(
    "invitations",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("campaign_id", String(64)),  # none: the owner's, for the whole server
    Column("role", String(10), nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("issued_at", Utc),  # none: before this was kept
    Column("issued_by", String(36), nullable=False, server_default=text("''")),  # empty: at the server's own console
)

journal_keys = Table(
    "journal_keys",
    metadata,
    Column("caller_id", String(36), primary_key=True),
    Column("journal_id", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("withheld", Boolean, nullable=False, server_default=false()),  # until an owner allows its release
)

# -- voters ------------------------------------------------------------------------------------------------------------

lists = Table(
    "lists",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("list_id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("priority", Integer, nullable=False, default=0),  # higher is called first
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("languages", Text, nullable=False, server_default=text("''")),  # one of them a caller must have, if any
    Column("tags", Text, nullable=False, server_default=text("''")),  # likewise
)

imports = Table(
    "imports",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("import_id", Integer, primary_key=True, autoincrement=False),
    Column("list_id", Integer, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("rows_read", Integer, nullable=False),
    Column("imported", Integer, nullable=False),
    Column("merged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("undone_at", Utc),
)

voters = Table(
    "voters",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("voter_id", Integer, primary_key=True, autoincrement=False),
    Column("file_key", String(80), nullable=False),  # the file's own id, else a hash of name and number
    Column("list_id", Integer, nullable=False),
    Column("import_id", Integer, nullable=False),  # that added the voter
    Column("household_id", Integer),  # none: nobody to call
    Column("position", Integer, nullable=False, default=0),  # within the household
    Column("body", LargeBinary, nullable=False),  # core.voter.Voter as JSON, without attempts and polling place
    Column("ended", String(40), nullable=False, default=""),  # why not called again: a disposition's id, voted, removed
    Index("voters_by_file_key", "campaign_id", "file_key", unique=True),
    Index("voters_by_household", "campaign_id", "household_id", "position"),
    Index("voters_by_import", "campaign_id", "import_id", "voter_id"),
)

#: What a merge replaced, so that an import can be undone.
replaced_voters = Table(
    "replaced_voters",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("import_id", Integer, primary_key=True, autoincrement=False),
    Column("voter_id", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

households = Table(
    "households",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("household_id", Integer, primary_key=True, autoincrement=False),
    Column("list_id", Integer, nullable=False),
    Column("number", String(16), nullable=False),  # E.164
    Column("address_key", Text, nullable=False, default=""),
    Column("zones", Text, nullable=False, default=""),  # all members' IANA names, sorted, joined by a space
    Column("state", String(8), nullable=False, default="ready"),  # ready, lent, resting, closed
    Column("position", Integer, nullable=False, default=0),  # in its list's order
    Column("rank", BigInteger, nullable=False, default=0),  # who is next: round and priority first, then position
    Column("attempts", Integer, nullable=False, default=0),  # visits so far, and so the round that is next
    Column("ready_at", Utc),  # when a resting household is ready again
    Column("promised_to", String(36), nullable=False, default=""),  # the caller of a call back
    Column("promised_at", Utc),  # when the voter was promised to be called
    Column("only_to_promiser", Boolean, nullable=False, server_default=false()),  # the call back is for that caller
    Column("lent_to", String(36), nullable=False, default=""),  # caller
    Column("lent_device", String(36), nullable=False, default=""),
    Column("lent_at", Utc),  # the last lease's beginning, in whole seconds; stays when the lease has ended
    Column("lent_until", Utc),
    Index("households_next", "campaign_id", "state", "zones", "rank", "household_id"),
    index_where(
        "households_of_list", "campaign_id", "list_id", "zones", "rank", "household_id", where="state = 'ready'"
    ),
    index_where("households_resting", "campaign_id", "ready_at", where="state = 'resting'"),
    index_where("households_lent", "campaign_id", "lent_until", where="state = 'lent'"),
    index_where("households_promised", "campaign_id", "ready_at", where="promised_to <> ''"),
    index_where("households_by_borrower", "campaign_id", "lent_to", "lent_device", where="lent_to <> ''"),
    index_where("households_by_address", "campaign_id", "address_key", where="address_key <> ''"),
    Index("households_by_number", "number", "campaign_id"),
)

#: Numbers at which voters are not called because they ended, so that they can come back; and where they were there.
moved_voters = Table(
    "moved_voters",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("number", String(16), primary_key=True),
    Column("voter_id", Integer, primary_key=True, autoincrement=False),
    Column("household_id", Integer),
    Column("position", Integer),
    Index("moved_voters_by_voter", "campaign_id", "voter_id"),
)

#: How many households each reply lent, for the hourly limit, and how many were taken along, for the daily one.
lendings = Table(
    "lendings",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("caller_id", String(36), primary_key=True),
    Column("at", Utc, primary_key=True),
    Column("households", Integer, nullable=False),
    Column("along", Integer, nullable=False, server_default="0"),
)

#: One number is lent once, whichever campaigns hold it.
number_locks = Table(
    "number_locks",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("campaign_id", String(64), nullable=False),
    Column("household_id", Integer, nullable=False),
    Column("until", Utc, nullable=False),
)

#: Do-not-call, by number, for every campaign of the server; suppressed as long as one reason stands.
suppressed_numbers = Table(
    "suppressed_numbers",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("reason", String(40), primary_key=True),  # an attempt's id, or import
    Column("campaign_id", String(64), nullable=False),  # that asked for it
    Column("at", Utc, nullable=False),
    Index("suppressed_numbers_by_reason", "reason"),
)

#: Numbers that ended within a campaign: wrong, disconnected.
ended_numbers = Table(
    "ended_numbers",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("number", String(16), primary_key=True),
    Column("attempt_id", String(36), primary_key=True),
    Index("ended_numbers_by_attempt", "campaign_id", "attempt_id"),
)

#: Keyed hashes of those erased, so that the next import leaves them out.
erased_voters = Table(
    "erased_voters",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("keyed_hash", String(64), primary_key=True),
)

places = Table(
    "places",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("precinct", String(120), primary_key=True),
    Column("body", LargeBinary, nullable=False),  # core.voter.PollingPlace as JSON
)

# -- what callers did --------------------------------------------------------------------------------------------------

events = Table(
    "events",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("caller_id", String(36), primary_key=True),
    Column("event_id", String(36), primary_key=True),
    Column("device_id", String(36), nullable=False),  # that sent it; empty where it came in a file
    Column("role", String(10), nullable=False),  # wire.Role of the caller when it was stored
    Column("seq", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("voter_id", Integer),
    Column("household_id", Integer),
    Column("lent_at", Utc),  # with caller and household it names the visit; from the ticket, as is the round
    Column("round", Integer, nullable=False, default=0),
    Column("attempt_id", String(36), nullable=False, default=""),  # the attempt it is about: core.event.root
    Column("digest", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),  # the laptop's exact bytes
    Column("stored_at", Utc, nullable=False),
    Column("late", Boolean, nullable=False, default=False),
    Index("events_by_id", "campaign_id", "event_id", unique=True),
    Index("events_by_device", "campaign_id", "caller_id", "device_id", "seq"),
    Index("events_by_caller", "campaign_id", "caller_id", "stored_at"),
    Index("events_by_attempt", "campaign_id", "attempt_id"),
    Index("events_by_household", "campaign_id", "household_id"),
    Index("events_by_time", "campaign_id", "stored_at", "event_id"),
    Index("events_by_voter", "campaign_id", "voter_id"),
    index_where("events_told", "campaign_id", "stored_at", where="kind IN ('report', 'remark')"),
)

#: How far each device's outbox has arrived without a gap.
outboxes = Table(
    "outboxes",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("caller_id", String(36), primary_key=True),
    Column("device_id", String(36), primary_key=True),
    Column("stored_through", Integer, nullable=False),
)

#: Rejected events leave no gap: they are answered, though not stored. Kept until the outbox has passed them.
rejected_seqs = Table(
    "rejected_seqs",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("caller_id", String(36), primary_key=True),
    Column("device_id", String(36), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
)

#: What stands after undo and correction: one row per attempt, made from `events` and replaced as a whole.
attempts = Table(
    "attempts",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("attempt_id", String(36), primary_key=True),
    Column("caller_id", String(36), nullable=False),
    Column("voter_id", Integer, nullable=False),
    Column("household_id", Integer, nullable=False),
    Column("number", String(16), nullable=False),  # that was called; empty where voter and household no longer have it
    Column("disposition", String(40), nullable=False),
    Column("contact", Boolean, nullable=False),
    Column("talk", Boolean, nullable=False),
    Column("same_call", Boolean, nullable=False),
    Column("round", Integer, nullable=False, default=0),
    Column("lent_at", Utc, nullable=False),  # with caller and household it names the visit
    Column("at", Utc, nullable=False),  # the device's clock, held between the lease's beginning and the event's arrival
    Column("late", Boolean, nullable=False, default=False),  # the household had been lent again by then
    Column("body", LargeBinary, nullable=False),  # the outcome that stands, as JSON
    Index("attempts_by_voter", "campaign_id", "voter_id"),
    Index("attempts_by_household", "campaign_id", "household_id"),
    Index("attempts_by_caller", "campaign_id", "caller_id", "at"),
)

#: What callers asked the supervisor; the words are in the event of the same id.
questions = Table(
    "questions",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("event_id", String(36), primary_key=True),
    Column("caller_id", String(36), nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("answered_at", Utc),
    Column("answered_by", String(36), nullable=False, server_default=text("''")),
    index_where("questions_open", "campaign_id", "asked_at", where="answered_at IS NULL"),
)

#: Whom callers had rung over the bridge, so that each asking rings once.
bridge_calls = Table(
    "bridge_calls",
    metadata,
    Column("caller_id", String(36), primary_key=True),
    Column("call_id", String(36), primary_key=True),
    Column("campaign_id", String(64), nullable=False),
    Column("household_id", Integer),  # none: the caller's own phone
    Column("number_hash", String(64), nullable=False, server_default=text("''")),  # keyed, of the caller's own number
    Column("at", Utc, nullable=False),
    Column(
        "ending", String(12), nullable=False, server_default=text("''")
    ),  # how it failed, if by our own line's fault
    index_where("bridge_calls_failed", "campaign_id", "at", where="ending <> ''"),
)

#: What every laptop must hear of once: voters withdrawn, numbers suppressed, notices. `news_id` is the cursor.
#: It counts microseconds since 1970, so that a database restored from a backup never gives an id out again.
news = Table(
    "news",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("news_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(10), nullable=False),  # withdrawn, left, suppressed, notice
    Column("subject", Text, nullable=False),  # a voter's id, a number, a notice's words
    Column("at", Utc, nullable=False),
    Column("caller_id", String(36), nullable=False, server_default=text("''")),  # whom alone it is for, else everybody
    Column("answers", String(36), nullable=False, server_default=text("''")),  # the question that a notice answers
)
