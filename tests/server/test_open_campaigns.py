"""What callers may choose from: campaigns, phone banks to sign up for, and practice that a campaign wants first."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import msgspec
import pytest

from phonetui.core.campaign import Campaign, PhoneBank
from phonetui.server import open_campaigns
from phonetui.server.choosing import HEARD_OF
from phonetui.server.engine import Database
from phonetui.server.open_campaigns import COUNTS_GOOD_FOR, OpenCampaigns
from phonetui.server.phone_banks import PhoneBanks
from phonetui.server.practice import note_practice
from phonetui.server.problems import RequestRefused
from phonetui.wire import Membership, Role
from tests.server.conftest import Clock
from tests.server.phone_bank import SCHOOLS, TURNOUT, Laptop
from tests.server.phone_bank import PhoneBank as Bank


@pytest.fixture
def bank(database: Database, clock: Clock) -> Bank:
    return Bank(database, clock)


async def listed(laptop: Laptop) -> tuple[Membership, ...]:
    """What this laptop may choose from, counted now."""
    return (await OpenCampaigns(laptop.bank.database, laptop.bank.clock).of(laptop.caller)).campaigns


def at(clock: Clock, days: float, name: str = "saturday") -> PhoneBank:
    """A phone bank of three hours, so many days ahead."""
    starts = clock() + timedelta(days=days)
    return PhoneBank(name, starts, starts + timedelta(hours=3), {"en": name.title()})


def with_banks(*banks: PhoneBank) -> Campaign:
    return msgspec.structs.replace(TURNOUT, phone_banks=banks)


# -- choosing ----------------------------------------------------------------------------------------------------------


def test_a_campaign_says_when_and_how_it_is_called_for(bank: Bank) -> None:
    async def story() -> None:
        campaign = msgspec.structs.replace(TURNOUT, languages=("en", "es"), zone="America/Chicago")
        await bank.add(campaign)
        await bank.households(3)
        dana = await bank.join("dana")
        assert await listed(dana) == (
            Membership(
                campaign_id="turnout",
                name="Weekend turnout",
                organisation="Riverside Votes",
                role="caller",
                state="open",
                languages=("en", "es"),
                zone="America/Chicago",
                starts=TURNOUT.starts,
                ends=TURNOUT.ends,
                hours=TURNOUT.calling.hours,
                left_to_call=3,
            ),
        )

    asyncio.run(story())


def test_only_ones_own_campaigns_are_listed_and_those_to_come_and_none_that_is_over(bank: Bank) -> None:
    async def story() -> None:
        await bank.add(TURNOUT)
        to_come = msgspec.structs.replace(
            TURNOUT, campaign_id="winter", starts=date(2026, 12, 1), ends=date(2026, 12, 9)
        )
        over = msgspec.structs.replace(TURNOUT, campaign_id="spring", starts=date(2026, 3, 1), ends=date(2026, 5, 1))
        closed = msgspec.structs.replace(TURNOUT, campaign_id="closed")
        for campaign in (SCHOOLS, to_come, over, closed):
            await bank.add(campaign)
        await bank.set_campaign(closed, state="closed")
        dana = await bank.join("dana", campaigns=[TURNOUT, to_come, over, closed])
        assert [each.campaign_id for each in await listed(dana)] == ["turnout", "winter"]

    asyncio.run(story())


def test_those_that_are_called_for_come_first_then_those_to_come_by_their_first_day(bank: Bank) -> None:
    async def story() -> None:
        said = ("autumn", date(2026, 12, 20)), ("levee", date(2026, 12, 1)), ("turnout", TURNOUT.starts)
        every = [
            msgspec.structs.replace(TURNOUT, campaign_id=name, starts=starts, ends=date(2026, 12, 31))
            for name, starts in said
        ]
        paused = msgspec.structs.replace(TURNOUT, campaign_id="budget")
        for campaign in (*every, paused):
            await bank.add(campaign)
        await bank.set_campaign(paused, state="paused")
        dana = await bank.join("dana", campaigns=[*every, paused])
        assert [each.campaign_id for each in await listed(dana)] == ["turnout", "budget", "levee", "autumn"]

    asyncio.run(story())


def test_who_calls_now_is_a_count_and_nothing_more(bank: Bank) -> None:
    async def story() -> None:
        await bank.add()
        await bank.households(60)
        dana, ana, ben = [await bank.join(name) for name in ("dana", "ana", "ben")]
        await ana.borrows(3)
        await ben.borrows(25)
        [campaign] = await listed(dana)
        assert (campaign.callers_now, campaign.left_to_call) == (2, 60)
        said = msgspec.json.encode(campaign)
        assert not any(name in said for name in (b"ana", b"ben", b"example.org"))
        bank.clock.passes(seconds=HEARD_OF.total_seconds() + 1)
        await ben.sends()
        [campaign] = await listed(dana)
        assert campaign.callers_now == 1

    asyncio.run(story())


def test_what_is_left_is_told_about_and_counted_no_further_than_need_be(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        await bank.add()
        await bank.households(123)
        dana = await bank.join("dana")
        [campaign] = await listed(dana)
        assert campaign.left_to_call == 120
        voter, *_ = (await dana.sends(want=1)).leases[0].household.voters
        await dana.sends(dana.outcome(voter.voter_id, "wrong-number"))
        monkeypatch.setattr(open_campaigns, "MOST_COUNTED", 100)
        [campaign] = await listed(dana)
        assert campaign.left_to_call == 100

    asyncio.run(story())


def test_counts_are_made_anew_after_a_while(bank: Bank) -> None:
    async def story() -> None:
        await bank.add()
        await bank.households(1)
        dana = await bank.join("dana")
        campaigns = OpenCampaigns(bank.database, bank.clock)

        async def left() -> int:
            return (await campaigns.of(dana.caller)).campaigns[0].left_to_call

        assert await left() == 1
        await bank.households_from(2, 5)
        assert await left() == 1
        bank.clock.passes(seconds=COUNTS_GOOD_FOR.total_seconds())
        assert await left() == 5

    asyncio.run(story())


# -- phone banks -------------------------------------------------------------------------------------------------------


def test_callers_sign_up_for_a_phone_bank_and_off_again(bank: Bank) -> None:
    async def story() -> None:
        await bank.add(with_banks(at(bank.clock, 5, "sunday"), at(bank.clock, 4), at(bank.clock, -1, "yesterday")))
        dana, ana = await bank.join("dana"), await bank.join("ana")
        phone_banks = PhoneBanks(bank.database, bank.clock)

        async def seen(laptop: Laptop) -> list[tuple[str, int, bool]]:
            [campaign] = await listed(laptop)
            return [(each.phone_bank.id, each.signed_up, each.you) for each in campaign.phone_banks]

        assert await seen(dana) == [("saturday", 0, False), ("sunday", 0, False)]
        for _ in range(2):  # a lost answer
            await phone_banks.sign_up(dana.caller, "turnout", "saturday")
        await phone_banks.sign_up(ana.caller, "turnout", "saturday")
        assert await seen(dana) == [("saturday", 2, True), ("sunday", 0, False)]
        for _ in range(2):
            await phone_banks.cancel(dana.caller, "turnout", "saturday")
        assert await seen(dana) == [("saturday", 1, False), ("sunday", 0, False)]
        assert await seen(ana) == [("saturday", 1, True), ("sunday", 0, False)]

    asyncio.run(story())


@pytest.mark.parametrize("name", ["yesterday", "monday", ""])
def test_there_is_no_signing_up_for_what_is_over_or_unknown(bank: Bank, name: str) -> None:
    async def story() -> None:
        await bank.add(with_banks(at(bank.clock, -1, "yesterday")))
        dana = await bank.join("dana")
        with pytest.raises(RequestRefused) as refused:
            await PhoneBanks(bank.database, bank.clock).sign_up(dana.caller, "turnout", name)
        assert refused.value.problem.type == "no-such-phone-bank"
        assert str(refused.value) == "The campaign has no such phone bank ahead."

    asyncio.run(story())


# -- practice ----------------------------------------------------------------------------------------------------------


PRACTICE = msgspec.structs.replace(TURNOUT, practice_first=True)


@pytest.mark.parametrize(("role", "wanted"), [("caller", "wanted"), ("supervisor", ""), ("owner", "")])
def test_practice_is_wanted_of_callers(bank: Bank, role: Role, wanted: str) -> None:
    async def story() -> None:
        await bank.add(PRACTICE)
        await bank.households(1)
        laptop = await bank.join("dana", role=role)
        [campaign] = await listed(laptop)
        reply = await laptop.sends(want=5)
        assert (campaign.practice, reply.out.practice) == (wanted, wanted == "wanted")
        assert len(reply.leases) == (not wanted)

    asyncio.run(story())


def test_nobody_is_lent_before_practice_and_what_is_sent_is_taken_all_the_same(bank: Bank) -> None:
    async def story() -> None:
        await bank.add(TURNOUT)
        await bank.households(3)
        dana = await bank.join("dana")
        await dana.borrows(1)
        held = next(iter(dana.known.values()))
        await bank.set_campaign(body=msgspec.json.encode(PRACTICE), version=2)  # the organiser changed the file
        result = dana.outcome(held.household.voters[0].voter_id, "not-home")
        reply = await dana.sends(result, want=5)
        assert [receipt.status for receipt in reply.receipts] == ["stored"]
        assert (reply.leases, reply.out.practice) == ((), True)

    asyncio.run(story())


def test_who_has_practised_is_lent_voters(bank: Bank) -> None:
    async def story() -> None:
        await bank.add(PRACTICE)
        await bank.households(1)
        dana = await bank.join("dana")
        assert await dana.borrows() == []
        for _ in range(2):  # a lost answer
            await note_practice(bank.database, dana.caller, "turnout", bank.clock())
        assert len(await dana.borrows()) == 1
        [campaign] = await listed(dana)
        assert campaign.practice == "done"

    asyncio.run(story())
