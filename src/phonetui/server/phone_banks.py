"""Phone banks, the times at which many call together: who signed up for which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from litestar import delete, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, and_, bindparam, func, select
from sqlalchemy import delete as delete_from

from phonetui.core.campaign import Campaign
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.engine import Database, insert
from phonetui.server.problems import RequestRefused
from phonetui.server.stored_campaign import campaign_open_to
from phonetui.server.tables import sign_ups
from phonetui.wire import OpenPhoneBank

_COUNTED = (
    select(sign_ups.c.phone_bank_id, func.count().label("signed_up"))
    .where(sign_ups.c.campaign_id == bindparam("campaign"))
    .group_by(sign_ups.c.phone_bank_id)
)
_MINE = select(sign_ups.c.phone_bank_id).where(
    sign_ups.c.campaign_id == bindparam("campaign"), sign_ups.c.caller_id == bindparam("caller")
)


def open_phone_banks(
    connection: Connection, campaign: Campaign, caller: Caller, now: datetime
) -> tuple[OpenPhoneBank, ...]:
    """The campaign's phone banks that are not over, the next one first."""
    ahead = sorted((each for each in campaign.phone_banks if each.ends > now), key=lambda each: each.starts)
    if not ahead:
        return ()
    of = {"campaign": campaign.campaign_id, "caller": caller.caller_id}
    counted = {row.phone_bank_id: row.signed_up for row in connection.execute(_COUNTED, of)}
    mine = set(connection.scalars(_MINE, of))
    return tuple(OpenPhoneBank(each, counted.get(each.id, 0), each.id in mine) for each in ahead)


class PhoneBanks:
    """Signs callers up, over one database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def sign_up(self, caller: Caller, campaign_id: str, phone_bank_id: str) -> None:
        """Raises `no-such-campaign`, and `no-such-phone-bank` for one that is over, too."""
        async with self._database.write() as connection:
            await connection.run_sync(self._check, caller, campaign_id, phone_bank_id)
            row = insert(connection, sign_ups).values(
                campaign_id=campaign_id, phone_bank_id=phone_bank_id, caller_id=caller.caller_id, at=self._clock()
            )
            await connection.execute(row.on_conflict_do_nothing())

    async def cancel(self, caller: Caller, campaign_id: str, phone_bank_id: str) -> None:
        """The other way; raises the same."""
        this = and_(
            sign_ups.c.campaign_id == campaign_id,
            sign_ups.c.phone_bank_id == phone_bank_id,
            sign_ups.c.caller_id == caller.caller_id,
        )
        async with self._database.write() as connection:
            await connection.run_sync(self._check, caller, campaign_id, phone_bank_id)
            await connection.execute(delete_from(sign_ups).where(this))

    def _check(self, connection: Connection, caller: Caller, campaign_id: str, phone_bank_id: str) -> None:
        campaign = campaign_open_to(connection, caller, campaign_id).campaign
        if not any(each.id == phone_bank_id and each.ends > self._clock() for each in campaign.phone_banks):
            raise RequestRefused("no-such-phone-bank")


# -- routes ------------------------------------------------------------------------------------------------------------

_PATH = "/v1/campaigns/{campaign_id:str}/phone-banks/{phone_bank_id:str}"
_PROBLEMS = problems("signed-out", "no-such-campaign", "no-such-phone-bank")


@put(_PATH, status_code=204, security=WITH_TOKEN, responses=_PROBLEMS)
async def sign_up(
    campaign_id: FromPath[str],
    phone_bank_id: FromPath[str],
    caller: NamedDependency[Caller],
    phone_banks: NamedDependency[PhoneBanks],
) -> None:
    """Signs the caller up for a phone bank."""
    await phone_banks.sign_up(caller, campaign_id, phone_bank_id)


@delete(_PATH, status_code=204, security=WITH_TOKEN, responses=_PROBLEMS)
async def cancel(
    campaign_id: FromPath[str],
    phone_bank_id: FromPath[str],
    caller: NamedDependency[Caller],
    phone_banks: NamedDependency[PhoneBanks],
) -> None:
    """Takes the caller off again."""
    await phone_banks.cancel(caller, campaign_id, phone_bank_id)


ROUTES = [sign_up, cancel]
