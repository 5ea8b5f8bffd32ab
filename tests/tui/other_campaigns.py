"""Campaigns and accounts that a caller on the stage may choose from, at a server that lives in the test."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from phonetui.client.account import Account
from phonetui.client.campaign_server import NoExchange, Offline
from phonetui.client.clock import SystemClock
from phonetui.client.elsewhere import Elsewhere, Place
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.core.campaign import Campaign, PhoneBank
from phonetui.wire import Membership, OpenPhoneBank
from tests.tui.sample import CAMPAIGN, NOW

DANA = Account(
    server_url="https://calls.example.org",
    email="dana@example.org",
    caller_id="1",
    name="Dana Reyes",
    device_id="laptop",
    key_id="",
    campaign_id="weekend-turnout",
)
ELSEWHERE = msgspec.structs.replace(DANA, server_url="https://other.example.org", campaign_id="levee")
SATURDAY = PhoneBank("saturday", NOW + timedelta(days=7), NOW + timedelta(days=7, hours=3), {"en": "Pizza night"})
TURNOUT = Membership(
    "weekend-turnout",
    CAMPAIGN.name,
    CAMPAIGN.organisation,
    "caller",
    "open",
    languages=("en", "es"),
    zone="America/Chicago",
    starts=date(2026, 11, 1),
    hours=CAMPAIGN.calling.hours,
    left_to_call=4300,
    callers_now=3,
    phone_banks=(OpenPhoneBank(SATURDAY, 12),),
)
SCHOOLS = Membership(
    "schools",
    "Fund our schools",
    "Parents of Riverside",
    "caller",
    "open",
    languages=("en",),
    zone="America/Chicago",
    starts=date(2026, 12, 1),
    practice="wanted",
)


class Clock(SystemClock):
    """Stands still."""

    def now(self) -> datetime:
        return NOW


class Server(PhonetuiServer):
    """Signs callers up, unless it is `down`."""

    def __init__(self, *open_to: Membership) -> None:
        super().__init__(DANA.server_url)
        self.open_to = list(open_to)
        self.down = False
        self.says: NoExchange = Offline("Nothing answers at calls.example.org.")

    async def campaigns(self) -> tuple[Membership, ...]:
        self._answer()
        return tuple(self.open_to)

    async def sign_up(self, campaign_id: str, phone_bank_id: str) -> None:
        self._set(campaign_id, you=True)

    async def cancel(self, campaign_id: str, phone_bank_id: str) -> None:
        self._set(campaign_id, you=False)

    def _answer(self) -> None:
        if self.down:
            raise self.says

    def _set(self, campaign_id: str, *, you: bool) -> None:
        self._answer()
        for place, campaign in enumerate(self.open_to):
            if campaign.campaign_id == campaign_id:
                count = 13 if you else 12
                banks = (OpenPhoneBank(SATURDAY, count, you),)
                self.open_to[place] = msgspec.structs.replace(campaign, phone_banks=banks)


def elsewhere(server: Server | None = None, *, others: bool = True, kept: tuple[Campaign, ...] = ()) -> Elsewhere:
    """Dana calls for the first of two campaigns, and has an account at another server."""
    here = Place(DANA, "weekend-turnout")
    return Elsewhere(here, (ELSEWHERE,) if others else (), server or Server(TURNOUT, SCHOOLS), Clock(), lambda: kept)
