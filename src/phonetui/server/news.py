"""News: what laptops must hear of once. Whoever writes it tells the servers that hold waiting watches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Connection, Row, bindparam, func, select

from phonetui.server.tables import campaigns, news
from phonetui.wire import Notice

Kind = Literal["withdrawn", "left", "suppressed", "notice"]

#: PostgreSQL's channel on which servers are told that a campaign has news.
CHANNEL = "phonetui_news"
#: A laptop further behind than this is told how things stand instead of all that happened.
MOST_AT_ONCE = 1000
#: A laptop that is new, or far behind, hears this many of the last notices, of no more than so many days.
LAST_NOTICES = 20
LAST_DAYS = timedelta(days=3)

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_OF_CAMPAIGN = news.c.campaign_id == bindparam("campaign")
_FOR_CALLER = news.c.caller_id.in_(("", bindparam("caller")))
_LOCKED = (
    select(campaigns.c.campaign_id)
    .where(campaigns.c.campaign_id.in_(bindparam("campaigns", expanding=True)))
    .order_by(campaigns.c.campaign_id)
    .with_for_update()
)
_ADD = news.insert()
_LATEST = select(func.max(news.c.news_id)).where(_OF_CAMPAIGN)
_NEWER = (
    select(news)
    .where(_OF_CAMPAIGN, _FOR_CALLER, news.c.news_id > bindparam("after"), news.c.news_id <= bindparam("last"))
    .order_by(news.c.news_id)
    .limit(MOST_AT_ONCE + 1)
)
_LAST_NOTICES = (
    select(news)
    .where(_OF_CAMPAIGN, _FOR_CALLER, news.c.kind == "notice", news.c.news_id > bindparam("after"))
    .order_by(news.c.news_id.desc())
    .limit(LAST_NOTICES)
)


class News(Struct, frozen=True):
    """What is new since a cursor. `complete` is false when that cursor says too little to tell.

    `left` has households, each with a voter who went away from it: they are at another number now.
    """

    cursor: int
    complete: bool
    withdrawn: frozenset[str] = frozenset()
    left: frozenset[tuple[int, str]] = frozenset()
    suppressed: frozenset[str] = frozenset()
    notices: tuple[Notice, ...] = ()

    @property
    def any(self) -> bool:
        """Whether a laptop's voters have to be looked at."""
        return not self.complete or bool(self.withdrawn or self.left or self.suppressed)


def publish(
    connection: Connection,
    campaign_ids: Iterable[str],
    kind: Kind,
    subjects: Iterable[str],
    now: datetime,
    *,
    caller_id: str = "",
    answers: str = "",
) -> None:
    """Adds one piece of news a subject to each campaign: voters' ids, places, numbers, or the words of a notice.

    A notice may be for one caller alone, and answer a question. The campaigns stay locked until the transaction ends,
    so that ids become visible in their order.
    """
    whom = {"caller_id": caller_id, "answers": answers}
    told = sorted(set(subjects))
    if not told:
        return
    for campaign_id in connection.scalars(_LOCKED, {"campaigns": sorted(set(campaign_ids))}).all():
        first = max(latest(connection, campaign_id) + 1, (now - _BEGINNING) // _MICROSECOND)
        rows = [
            {"campaign_id": campaign_id, "news_id": first + place, "kind": kind, "subject": subject, "at": now, **whom}
            for place, subject in enumerate(told)
        ]
        connection.execute(_ADD, rows)
        wake(connection, campaign_id)


def place(household_id: int, voter_id: int) -> str:
    """The subject for a voter in a household."""
    return f"{household_id}/{voter_id}"


def wake(connection: Connection, campaign_id: str) -> None:
    """Ends the waiting of the campaign's watches in every server process, once the transaction is committed.

    Processes over SQLite look for themselves.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, campaign_id)))


def latest(connection: Connection, campaign_id: str) -> int:
    """The id of the campaign's last news; 0 before the first."""
    return connection.scalar(_LATEST, {"campaign": campaign_id}) or 0


def since(connection: Connection, campaign_id: str, caller_id: str, cursor: str) -> News:
    """The caller's news after `cursor`, which a server gave out earlier; an unknown or future one is no error."""
    last = latest(connection, campaign_id)
    after = _id_in(cursor)
    if after is None or after > last:
        return News(last, False, notices=_last_notices(connection, campaign_id, caller_id, last))
    if after == last:
        return News(last, True)
    asked = {"campaign": campaign_id, "caller": caller_id, "after": after, "last": last}
    rows = connection.execute(_NEWER, asked).all()
    if len(rows) > MOST_AT_ONCE:
        return News(last, False, notices=_last_notices(connection, campaign_id, caller_id, last))
    return News(
        last,
        True,
        frozenset(row.subject for row in rows if row.kind == "withdrawn"),
        frozenset(_household_and_voter(row.subject) for row in rows if row.kind == "left"),
        frozenset(row.subject for row in rows if row.kind == "suppressed"),
        tuple(_notice(row) for row in rows if row.kind == "notice"),
    )


def _household_and_voter(place: str) -> tuple[int, str]:
    household_id, _, voter_id = place.partition("/")
    return int(household_id), voter_id


def _id_in(cursor: str) -> int | None:
    return int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 19 else None


def _last_notices(connection: Connection, campaign_id: str, caller_id: str, last: int) -> tuple[Notice, ...]:
    after = last - LAST_DAYS // _MICROSECOND
    rows = connection.execute(_LAST_NOTICES, {"campaign": campaign_id, "caller": caller_id, "after": after}).all()
    return tuple(_notice(row) for row in reversed(rows))


def _notice(row: Row[Any]) -> Notice:
    return Notice(str(row.news_id), row.subject, row.answers, row.at)
