"""What supervisors do for a voter who asks: find them, show all that is held, erase it."""

from __future__ import annotations

from functools import partial

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.engine import Database
from phonetui.server.erasing import erase
from phonetui.server.finding import find as found
from phonetui.server.finding import wanted
from phonetui.server.held_records import held, unknown, voter_key
from phonetui.server.keys import ServerKeys
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, WITH_BODY, Deed, Office
from phonetui.wire_supervisors import Erased, FoundVoters, HeldOfVoter, Sought

_VOTER = f"{OF_CAMPAIGN}/voters/{{voter_id:str}}"
_PROBLEMS = problems(*TO_SUPERVISORS, "refused")


def _search(at: Deed, text: str) -> None:
    """Raises `Refused` for nothing to look for; whom somebody looked for, the log does not say."""
    wanted(text)
    at.record("searched")


def _show(at: Deed, voter_id: str, *, exported: bool) -> HeldOfVoter:
    shown = held(at.connection, at.campaign_id, voter_key(voter_id))
    at.record("exported" if exported else "shown", voter_id)
    return shown


def _erase(at: Deed, voter_id: str, keys: ServerKeys) -> Erased:
    key = voter_key(voter_id)
    done = erase(at.connection, at.campaign_id, [key], at.now, erasing_key=keys.erasing, ticket_key=keys.ticket)
    if not done.voters:
        raise unknown()
    at.record("erased", key)
    return Erased(str(key), done.records, done.still)


@post(f"{OF_CAMPAIGN}/voters/find", status_code=200, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def find_voters(
    campaign_id: FromPath[str],
    data: JSONBody[Sought],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> FoundVoters:
    """Finds voters by name, number, or the file's id."""
    await office.do(caller, campaign_id, partial(_search, text=data.text), quietly=True)
    async with office.one_search:
        return await office.read(caller, campaign_id, lambda at: found(at.connection, at.campaign_id, data.text))


@get(_VOTER, security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS, "refused", "bad-request"))
async def show_voter(
    campaign_id: FromPath[str],
    voter_id: FromPath[str],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
    exported: FromQuery[bool] = False,
) -> HeldOfVoter:
    """Shows all that is held of a voter; whether it is written to a file is in the log."""
    return await office.do(caller, campaign_id, partial(_show, voter_id=voter_id, exported=exported), quietly=True)


@delete(_VOTER, status_code=200, security=WITH_TOKEN, responses=_PROBLEMS)
async def erase_voter(
    campaign_id: FromPath[str],
    voter_id: FromPath[str],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
    keys: NamedDependency[ServerKeys],
    database: NamedDependency[Database],
) -> Erased:
    """Erases a voter; what was counted stays counted."""
    erased = await office.do(caller, campaign_id, partial(_erase, voter_id=voter_id, keys=keys))
    await database.forget_overwritten()
    return erased


ROUTES = [find_voters, show_voter, erase_voter]
