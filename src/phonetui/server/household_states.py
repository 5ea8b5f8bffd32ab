"""Households and voters as their attempts leave them: written back as a whole after every change to the attempts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import BindParameter, Connection, and_, bindparam, select, update

from phonetui.core.campaign import Campaign
from phonetui.core.recall import Attempted, Standing, disposition_of, ends_voter, standing
from phonetui.core.voter import decode_voter
from phonetui.server.engine import after_finding
from phonetui.server.households import PRIORITY_BASE, rank
from phonetui.server.moves import numbers_of, unusable
from phonetui.server.past_attempts import OF_CAMPAIGN, Past
from phonetui.server.tables import attempts, events, households, lists, voters

#: Why a voter is not called again when no attempt says so: the campaign did.
WITHDRAWN = ("voted", "do-not-call", "removed", "erased")
#: None of the voter's numbers may be called any more.
NO_NUMBER = "no-number"


class _Skip(Struct, frozen=True):
    caller_id: str
    lent_at: datetime
    round: int


class _Household(Struct, frozen=True):
    """A household's row, as far as its state depends on it, and its list's priority."""

    household_id: int
    number: str
    zones: str
    position: int
    lent_to: str
    lent_at: datetime | None
    priority: int | None


_VOTERS = select(voters.c.voter_id, voters.c.ended, voters.c.body).where(
    voters.c.campaign_id == bindparam("campaign"),
    voters.c.voter_id.in_(bindparam("voters", expanding=True)),
    voters.c.ended.not_in(WITHDRAWN),
)
#: Sets the columns that are named when it is executed.
_END = update(voters).where(voters.c.campaign_id == bindparam("campaign"), voters.c.voter_id == bindparam("voter"))
_SAID = (
    select(attempts.c.voter_id, attempts.c.disposition)
    .where(
        attempts.c.campaign_id == bindparam("campaign"), attempts.c.voter_id.in_(bindparam("voters", expanding=True))
    )
    .order_by(attempts.c.lent_at, attempts.c.at, attempts.c.attempt_id)
)

_THESE: BindParameter[list[int]] = bindparam("households", expanding=True)
_LOCKED = (
    select(*[households.c[name] for name in _Household.__struct_fields__ if name != "priority"])
    .add_columns(lists.c.priority)
    .join_from(
        households,
        lists,
        and_(lists.c.campaign_id == households.c.campaign_id, lists.c.list_id == households.c.list_id),
        isouter=True,
    )
    .where(households.c.campaign_id == bindparam("campaign"), households.c.household_id.in_(_THESE))
    .order_by(households.c.household_id)
    .with_for_update(of=households)
)
_MEMBERS = (
    select(voters.c.household_id, voters.c.voter_id)
    .where(voters.c.campaign_id == bindparam("campaign"), voters.c.household_id.in_(_THESE), voters.c.ended == "")
    .order_by(after_finding(voters.c.voter_id))
)
_ATTEMPTED = OF_CAMPAIGN.where(attempts.c.household_id.in_(_THESE))
_SKIPS = select(events.c.household_id, events.c.caller_id, events.c.lent_at, events.c.round).where(
    events.c.campaign_id == bindparam("campaign"), events.c.household_id.in_(_THESE), events.c.kind == "skip"
)
#: Sets the columns that are named when it is executed.
_WRITE = update(households).where(
    households.c.campaign_id == bindparam("campaign"), households.c.household_id == bindparam("household")
)


def end_voters(connection: Connection, campaign: Campaign, voter_ids: Collection[int]) -> set[int]:
    """Writes down for each voter whether, and why, they are not called again; answers with those newly ended."""
    if not voter_ids:
        return set()
    rows = connection.execute(_VOTERS, {"campaign": campaign.campaign_id, "voters": sorted(voter_ids)}).all()
    numbers = {row.voter_id: numbers_of(decode_voter(row.body)) for row in rows}
    bad = unusable(connection, campaign.campaign_id, {number for mine in numbers.values() for number in mine})
    endings = _endings(connection, campaign, numbers)
    now_ended = {key: endings.get(key, NO_NUMBER if bad.issuperset(mine) else "") for key, mine in numbers.items()}
    changed = [row.voter_id for row in rows if row.ended != now_ended[row.voter_id]]
    if changed:
        of_campaign = {"campaign": campaign.campaign_id}
        connection.execute(_END, [{**of_campaign, "voter": key, "ended": now_ended[key]} for key in changed])
    return {voter_id for voter_id in changed if now_ended[voter_id]}


def _endings(connection: Connection, campaign: Campaign, voter_ids: Collection[int]) -> dict[int, str]:
    """The disposition that ended each voter, where one did."""
    rows = connection.execute(_SAID, {"campaign": campaign.campaign_id, "voters": sorted(voter_ids)})
    said = [(row.voter_id, disposition_of(campaign, row.disposition)) for row in rows]
    return {voter: d.id for voter, d in said if ends_voter(d)}


def settle(connection: Connection, campaign: Campaign, household_ids: Collection[int]) -> None:
    """Writes down for each household when it is called again. An untouched lease goes on; a closed household's is over.

    The rows are locked first, so that no other attempt on them is recorded meanwhile.
    """
    if not household_ids:
        return
    of_campaign = {"campaign": campaign.campaign_id}
    found = connection.execute(_LOCKED, {**of_campaign, "households": sorted(household_ids)})
    rows = [_Household(*row) for row in found]
    facts = _Facts(connection, campaign, rows)
    if rows:
        changes = [{**of_campaign, "household": row.household_id, **facts.written(row)} for row in rows]
        connection.execute(_WRITE, changes)


class _Facts:
    """What decides how these households stand."""

    def __init__(self, connection: Connection, campaign: Campaign, rows: list[_Household]) -> None:
        ids = [row.household_id for row in rows]
        self._campaign = campaign
        self._members = _members(connection, campaign.campaign_id, ids)
        self._attempted = _attempted(connection, campaign, {row.household_id: row.number for row in rows})
        self._skips = _skips(connection, campaign.campaign_id, ids)
        self._unusable = unusable(connection, campaign.campaign_id, {row.number for row in rows})

    def written(self, row: _Household) -> dict[str, object]:
        """The columns that say how the household stands."""
        stands = self._stands(row)
        skips = self._skips[row.household_id]
        position = rank(stands.attempts, row.priority or 0, row.position)
        if any(skip.round >= stands.attempts for skip in skips):
            position = rank(stands.attempts + 1, PRIORITY_BASE, 0) - 1  # behind all others of its round
        state = "lent" if self._untouched(row, skips) and stands.state != "closed" else stands.state
        return {
            "state": state,
            "attempts": stands.attempts,
            "ready_at": stands.ready_at,
            "promised_to": stands.promised_to,
            "promised_at": stands.promised_at,
            "only_to_promiser": stands.to_me,
            "rank": position,
        }

    def _stands(self, row: _Household) -> Standing:
        members = [] if row.number in self._unusable else self._members[row.household_id]
        return standing(self._campaign, row.zones.split(), members, self._attempted[row.household_id])

    def _untouched(self, row: _Household, skips: list[_Skip]) -> bool:
        """Whether the household is lent and nothing has come of that lease yet."""
        came = {(attempt.caller_id, attempt.lent_at) for attempt in self._attempted[row.household_id]}
        came |= {(skip.caller_id, skip.lent_at) for skip in skips}
        return row.lent_to != "" and (row.lent_to, row.lent_at) not in came


def _members(connection: Connection, campaign_id: str, ids: list[int]) -> defaultdict[int, list[str]]:
    """Those who have not ended, by household."""
    members: defaultdict[int, list[str]] = defaultdict(list)
    for row in connection.execute(_MEMBERS, {"campaign": campaign_id, "households": ids}):
        members[row.household_id].append(str(row.voter_id))
    return members


def _attempted(
    connection: Connection, campaign: Campaign, numbers: dict[int, str]
) -> defaultdict[int, list[Attempted]]:
    attempted: defaultdict[int, list[Attempted]] = defaultdict(list)
    for row in connection.execute(_ATTEMPTED, {"campaign": campaign.campaign_id, "households": sorted(numbers)}):
        past = Past(*row)
        attempted[past.household_id].append(past.counts(campaign, numbers[past.household_id]))
    return attempted


def _skips(connection: Connection, campaign_id: str, ids: list[int]) -> defaultdict[int, list[_Skip]]:
    skips: defaultdict[int, list[_Skip]] = defaultdict(list)
    for row in connection.execute(_SKIPS, {"campaign": campaign_id, "households": ids}):
        skips[row.household_id].append(_Skip(row.caller_id, row.lent_at, row.round))
    return skips
