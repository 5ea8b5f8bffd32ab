"""The board: how many calls and talks each caller has today who wants to be seen, where the campaign has one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, bindparam, case, func, select

from phonetui.core.calling_name import calling_name
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.clock import midnight
from phonetui.server.engine import Database
from phonetui.server.stored_campaign import campaign_open_to
from phonetui.server.tables import accounts, attempts
from phonetui.wire import Board, OnBoard

#: So many callers are on the board.
MOST_SEEN = 20

_DIALED = func.sum(case((attempts.c.same_call.is_(False), 1), else_=0))
_TALKED_TO = func.count(case((attempts.c.talk, attempts.c.voter_id)).distinct())
_SEEN = (
    select(accounts.c.name, accounts.c.calling_name, _DIALED.label("dialed"), _TALKED_TO.label("talked_to"))
    .join_from(attempts, accounts, accounts.c.caller_id == attempts.c.caller_id)
    .where(
        attempts.c.campaign_id == bindparam("campaign"),
        attempts.c.at >= bindparam("since"),
        accounts.c.on_board,
    )
    .group_by(accounts.c.caller_id, accounts.c.name, accounts.c.calling_name)
    .order_by(_TALKED_TO.desc(), _DIALED.desc(), accounts.c.name)
    .limit(MOST_SEEN)
)
_WANTS_IT = select(accounts.c.on_board).where(accounts.c.caller_id == bindparam("caller"))


def board(connection: Connection, caller: Caller, campaign_id: str, now: datetime) -> Board:
    """The day's board in the campaign's zone, empty where it has none; raises `no-such-campaign`."""
    campaign = campaign_open_to(connection, caller, campaign_id).campaign
    if not campaign.board:
        return Board(())
    rows = connection.execute(_SEEN, {"campaign": campaign_id, "since": midnight(now, campaign.zone)})
    seen = (OnBoard(calling_name(row.calling_name, row.name), row.dialed, row.talked_to) for row in rows.all())
    you = connection.execute(_WANTS_IT, {"caller": caller.caller_id}).scalar_one()
    return Board(tuple(seen), bool(you))


@get(
    "/v1/campaigns/{campaign_id:str}/board",
    security=WITH_TOKEN,
    responses=problems("signed-out", "no-such-campaign"),
)
async def see_board(
    campaign_id: FromPath[str],
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    clock: NamedDependency[Callable[[], datetime]],
) -> Board:
    """Says how the callers do today who want to be seen."""
    async with database.read() as connection:
        return await connection.run_sync(board, caller, campaign_id, clock())


ROUTES = [see_board]
