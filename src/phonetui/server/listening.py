"""Hearing of news that another process wrote: told by PostgreSQL, looked up every second in SQLite."""

from __future__ import annotations

import asyncio

import psycopg
from sqlalchemy import Connection, func, make_url, select
from sqlalchemy.exc import DBAPIError

from phonetui.server.bells import Bells
from phonetui.server.engine import Database
from phonetui.server.news import CHANNEL
from phonetui.server.tables import campaigns, news

#: Seconds between two looks into SQLite.
LOOK_EVERY = 1.0
#: Seconds after which a lost connection to PostgreSQL is tried again.
AGAIN_AFTER = 5.0


async def listen(database: Database, bells: Bells) -> None:
    """Rings the bells of campaigns that have news, for as long as it runs."""
    if database.kind == "postgresql":
        await _listen_to_postgresql(database.url, bells)
    else:
        await _look_into_sqlite(database, bells)


async def _listen_to_postgresql(url: str, bells: Bells) -> None:
    server = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(server, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                bells.ring()  # what was said before is asked for
                async for notification in connection.notifies():
                    bells.ring(notification.payload)
        except psycopg.OperationalError:
            await asyncio.sleep(AGAIN_AFTER)


async def _look_into_sqlite(database: Database, bells: Bells) -> None:
    seen: dict[str, object] | None = None
    while True:
        if bells:
            try:
                async with database.read() as connection:
                    now = await connection.run_sync(_marks)
            except DBAPIError:
                now = seen or {}
            for campaign_id, mark in now.items():
                if seen is not None and seen.get(campaign_id) != mark:
                    bells.ring(campaign_id)
            seen = now
        await asyncio.sleep(LOOK_EVERY)


def _marks(connection: Connection) -> dict[str, object]:
    """What changes, by campaign, when a laptop must hear of something."""
    last = select(func.max(news.c.news_id)).where(news.c.campaign_id == campaigns.c.campaign_id).scalar_subquery()
    rows = connection.execute(select(campaigns.c.campaign_id, campaigns.c.version, campaigns.c.state, last))
    return {campaign_id: tuple(mark) for campaign_id, *mark in rows}
