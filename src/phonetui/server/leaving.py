"""Who has left a system's list since it was pulled before."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import exists, select, update

from phonetui.core.refusal import Refused
from phonetui.server.connection_runs import Run
from phonetui.server.connection_tables import connections, remote_ids
from phonetui.server.household_states import WITHDRAWN
from phonetui.server.households import slices
from phonetui.server.identity import id_key
from phonetui.server.list_ids import CAME, LEFT
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.tables import lists, voters
from phonetui.server.withdrawals import REMOVED, withdraw

#: So few may leave at once without a question, though it be most of the list.
FEW = 10


class Leaving(Struct, frozen=True):
    """The voters who have left, of so many who are called since they came from there."""

    voter_ids: Collection[int]
    of: int


def check_not_most(run: Run, keys: Collection[str]) -> None:
    """Raises `Refused` where most of those who are called have left: the wrong list may have come."""
    gone = _leaving(run, keys)
    count, name = len(gone.voter_ids), run.linked.name
    if count > FEW and 2 * count > gone.of:
        raise Refused(
            f"{count:,} of the {gone.of:,} voters whom {name} has brought are not on its list any more, so nothing was "
            f"changed here. Look whether it is the right list; if it is: phonetui server connect {name} pull --yes"
        )


def withdraw_leavers(run: Run, keys: Collection[str]) -> int:
    """Takes out of calling who came before and is not on the list, which has these keys, any more; returns how many."""
    _mark_left(run, keys)
    gone = _leaving(run, keys).voter_ids
    for part in slices(gone):
        campaign = lock_campaign(run.connection, run.linked.campaign_id)
        withdraw(run.connection, campaign, part, REMOVED, run.clock())
        run.commit()
    return len(gone)


def _leaving(run: Run, keys: Collection[str]) -> Leaving:
    """Whom a voter file brought first stays, and so does who is on the list of another connection."""
    mine, others = remote_ids.alias(), remote_ids.alias()
    ours = (mine.c.campaign_id == run.linked.campaign_id) & (mine.c.name == run.linked.name) & (mine.c.kind == CAME)
    same_voter = (voters.c.campaign_id == mine.c.campaign_id) & (voters.c.file_key == id_key("") + mine.c.file_id)
    same_list = (lists.c.campaign_id == voters.c.campaign_id) & (lists.c.list_id == voters.c.list_id)
    of_campaign = select(connections.c.name).where(connections.c.campaign_id == run.linked.campaign_id)
    elsewhere = exists().where(
        others.c.campaign_id == mine.c.campaign_id,
        others.c.name.in_(of_campaign.where(connections.c.removed_at.is_(None))),
        others.c.name != mine.c.name,
        others.c.kind == CAME,
        others.c.file_id == mine.c.file_id,
        others.c.remote_id != LEFT,
    )
    called = voters.c.ended.not_in(WITHDRAWN) & lists.c.name.in_(of_campaign) & ~elsewhere
    found = select(voters.c.voter_id, voters.c.file_key).join_from(mine, voters, same_voter).join(lists, same_list)
    rows = run.connection.execute(found.where(ours, called)).all()
    run.connection.rollback()
    return Leaving([row.voter_id for row in rows if row.file_key not in keys], len(rows))


def _mark_left(run: Run, keys: Collection[str]) -> None:
    came = (
        (remote_ids.c.campaign_id == run.linked.campaign_id)
        & (remote_ids.c.name == run.linked.name)
        & (remote_ids.c.kind == CAME)
    )
    there = run.connection.scalars(select(remote_ids.c.file_id).where(came, remote_ids.c.remote_id != LEFT)).all()
    for part in slices([file_id for file_id in there if id_key(file_id) not in keys]):
        run.connection.execute(update(remote_ids).where(came, remote_ids.c.file_id.in_(part)).values(remote_id=LEFT))
    run.commit()
