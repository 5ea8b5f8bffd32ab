"""What laptops ask of their callers' lines, over exchanges that are lost, repeated and late, and what comes of it."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import timedelta
from functools import partial
from random import Random

import msgspec
import pytest

from phonetui.core.bridge_call import PhoneState, VolunteerLeg
from phonetui.core.phone_call import CallEvent
from phonetui.server import tables
from phonetui.server.accounts import Accounts
from phonetui.server.backups import RESTORED
from phonetui.server.engine import Database
from phonetui.server.mailed_codes import MailedCodes
from phonetui.server.passwords import Passwords
from phonetui.server.problems import RequestRefused
from phonetui.server.ringing import MOST_RINGS, OWN_NUMBERS, OWN_RINGS

from .bridge_people import CAMPAIGN, DANAS_PHONE, settled
from .conftest import Clock
from .phone_bank import PhoneBank, number
from .phone_lines import CallingBank, LineLaptop, at_the_bank
from .test_exchange import publish

OWN, VOTERS = "calls.volunteer.1", "calls.voter.a"


def is_talking(state: PhoneState) -> bool:
    return state.call is not None and state.call.state == "talking"


def is_over(state: PhoneState) -> bool:
    return state.call is not None and state.call.state == "ended"


# -- the usual evening -------------------------------------------------------------------------------------------------


def test_one_asking_rings_the_callers_phone_and_then_the_voter(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        dana.calls(ann)
        state = await dana.exchanges()
        assert (state.leg, state.call) == (VolunteerLeg("1", "ringing"), None)
        await bank.rings(OWN)
        bank.answers(OWN)
        await bank.rings(OWN, VOTERS)
        bank.answers(VOTERS)
        state = await dana.hears(is_talking)
        assert (state.leg, state.call) == (VolunteerLeg("1", "there"), CallEvent("a", "talking"))
        dialed = {name: (each.endpoint, each.shown) for name, each in bank.ari.channels.items()}
        assert dialed == {
            OWN: (f"PJSIP/{DANAS_PHONE}@carrier", CAMPAIGN),
            VOTERS: (f"PJSIP/{number(1)}@carrier", CAMPAIGN),
        }

    at_the_bank(database, clock, story)


def test_a_watch_tells_at_once_what_the_phones_do(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await dana.talks(ann)
        watch = asyncio.create_task(dana.exchanges(wait=300))
        await asyncio.sleep(0)
        bank.ari.hangs_up(VOTERS)
        state = await asyncio.wait_for(watch, 120)
        assert (state.leg, state.call) == (VolunteerLeg("1", "there"), CallEvent("a", "ended", "completed"))

    at_the_bank(database, clock, story)


def test_a_blocked_call_is_in_the_log_by_its_id_and_told_to_supervisors(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        dana.calls(ann)
        await dana.exchanges()
        await bank.rings(OWN)
        bank.answers(OWN)
        await bank.rings(OWN, VOTERS)
        bank.ari.hangs_up(VOTERS, 127, 607, "CONGESTION")
        state = await dana.hears(is_over)
        assert state.call == CallEvent("a", "ended", "blocked")
        async with asyncio.timeout(120):
            while ("a", "blocked") not in await bank.rows(tables.bridge_calls, "call_id", "ending"):
                pass

    at_the_bank(database, clock, story)
    [line] = [record for record in caplog.records if record.getMessage() == "blocked call"]
    assert line.__dict__["fields"] == {"caller": "dana", "call": "a"}


def test_the_caller_hangs_up_and_calls_the_next_over_the_same_line(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await dana.talks(ann)
        dana.wants(call=None)
        await dana.exchanges()
        await dana.hears(is_over)
        await bank.rings(OWN)
        await dana.talks("2", "b")
        assert bank.ari.asked.count(f"POST /channels/{OWN}") == 1
        assert bank.ari.bridges == {"calls.line.1": {OWN, "calls.voter.b"}}

    at_the_bank(database, clock, story)


def test_the_next_voter_is_rung_only_once_the_last_is_off_the_line(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await dana.talks(ann)
        dana.calls("2", "b")
        await dana.exchanges()
        await bank.rings(OWN, "calls.voter.b")
        asked = bank.ari.asked
        assert asked.index(f"DELETE /channels/{VOTERS}") < asked.index("POST /channels/calls.voter.b")

    at_the_bank(database, clock, story)


def test_mute_and_keys_are_done_once_however_often_they_are_told(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await dana.talks(ann)
        dana.wants(muted=True, keys="12")
        assert (await dana.exchanges()).muted
        await dana.exchanges()
        dana.wants(keys="12#")
        await dana.exchanges()
        assert bank.ari.channels[OWN].muted
        assert bank.ari.channels[VOTERS].keys == "12#"
        dana.wants(muted=False)
        assert not (await dana.exchanges()).muted

    at_the_bank(database, clock, story)


def test_a_volunteer_who_drops_takes_the_voter_along(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await dana.talks(ann)
        bank.ari.hangs_up(OWN)
        state = await dana.hears(is_over)
        assert (state.leg, state.call) == (VolunteerLeg("1", "gone", "completed"), CallEvent("a", "ended", "completed"))
        await dana.exchanges()
        assert bank.ari.channels == {}

    at_the_bank(database, clock, story)


# -- lost, repeated and late -------------------------------------------------------------------------------------------


def test_what_is_asked_again_and_again_rings_once(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        dana.calls(ann)
        await asyncio.gather(*(dana.exchanges() for _ in range(4)))
        await bank.rings(OWN)
        bank.answers(OWN)
        await bank.rings(OWN, VOTERS)
        await asyncio.gather(*(dana.exchanges() for _ in range(4)))
        bank.ari.hangs_up(VOTERS, 17, dialed="BUSY")
        assert (await dana.hears(is_over)).call == CallEvent("a", "ended", "busy")
        await dana.exchanges()
        assert bank.ari.asked.count(f"POST /channels/{OWN}") == 1
        assert bank.ari.asked.count(f"POST /channels/{VOTERS}") == 1

    at_the_bank(database, clock, story)


def test_an_older_asking_that_comes_late_changes_nothing(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        before = dana.wants()
        await dana.talks(ann)
        calling = dana.ask
        await dana.exchanges(ask=before)
        assert bank.ari.channels.keys() == {OWN, VOTERS}
        dana.wants(call=None)
        await dana.exchanges()
        await dana.hears(is_over)
        await dana.exchanges(ask=calling)
        assert bank.ari.channels.keys() == {OWN}

    at_the_bank(database, clock, story)


def test_a_server_that_has_started_anew_rings_nobody_a_second_time(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await dana.talks(ann)
        before = dana.heard.seq
        await bank.starts_anew()
        clock.passes(seconds=1)
        assert await dana.refused() == ("lost", "1")
        assert dana.heard.seq > before
        assert bank.ari.channels == {}
        await dana.talks(ann, "b", "2")

    at_the_bank(database, clock, story)


def test_a_laptop_that_starts_anew_is_rung_anew(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await dana.talks(ann)
        crashed = dana.ask
        again = LineLaptop(dana.laptop)
        again.ask = msgspec.structs.replace(again.ask, line_id="another")
        await again.exchanges()
        await bank.rings()
        await dana.exchanges(ask=crashed)  # it was on its way for long
        assert bank.ari.channels == {}
        await again.talks(ann, "b", "2")

    at_the_bank(database, clock, story)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_lost_repeated_and_late_the_last_asking_holds_and_each_rings_once(
    database: Database, clock: Clock, seed: int
) -> None:
    random = Random(seed)
    changes: list[dict[str, object]] = [{"call": None}, {"muted": True}, {"keys": "1"}, {}]

    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        asks = []
        for turn in range(6):
            asks.append(dana.calls(random.choice("123"), f"call-{turn}"))
            asks.append(dana.wants(**random.choice(changes)))
        arrivals = [
            (place + random.uniform(0, 4), ask)
            for place, ask in enumerate(asks)
            for _ in range(random.choice((0, 1, 3)))
        ]
        for _, ask in sorted(arrivals, key=lambda arrival: arrival[0]):
            await dana.exchanges(ask=ask)
            for name in [name for name, each in bank.ari.channels.items() if each.state == "Down"]:
                if random.random() < 0.5:
                    bank.answers(name)
        dana.calls(ann, "last")
        await dana.exchanges()
        for name in (OWN, "calls.voter.last"):
            await bank.ari.until(partial(bank.ari.channels.__contains__, name))
            if bank.ari.channels[name].state == "Down":
                bank.answers(name)
        await dana.hears(lambda state: state.call == CallEvent("last", "talking"))
        assert bank.ari.channels.keys() == {OWN, "calls.voter.last"}
        rung = Counter(asked for asked in bank.ari.asked if re.fullmatch(r"POST /channels/[^/]+", asked))
        assert set(rung.values()) == {1}

    at_the_bank(database, clock, story)


# -- when the line ends ------------------------------------------------------------------------------------------------


def test_who_has_not_exchanged_for_a_minute_is_let_go(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await dana.talks(ann)
        clock.passes(seconds=60)
        await bank.phones.look()
        assert bank.ari.channels.keys() == {OWN, VOTERS}
        clock.passes(seconds=1)
        await bank.phones.look()
        await bank.rings()
        state = await dana.hears(is_over)
        assert state.leg == VolunteerLeg("1", "gone", "completed")
        assert bank.ari.channels == {}

    at_the_bank(database, clock, story)


def test_who_signs_out_is_let_go(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await dana.talks(ann)
        accounts = Accounts(database, b"", clock, Passwords(), MailedCodes(database, b"", clock, str))
        await accounts.sign_out(dana.laptop.caller)
        await bank.phones.look()
        await bank.rings()

    at_the_bank(database, clock, story)


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_campaign_that_rests_lets_everybody_go_and_rings_nobody(database: Database, clock: Clock, state: str) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await dana.talks(ann)
        await bank.set_campaign(state=state)
        await bank.phones.look()
        await bank.rings()
        dana.calls(ann, "b", "2")
        await dana.hears(lambda state: state.refused)
        assert await dana.refused() == ("not-open", "2")

    at_the_bank(database, clock, story)


def test_a_restored_server_rings_nobody_until_all_have_said_whom_they_called(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        until = clock() + timedelta(minutes=10)
        await bank.insert(tables.settings, {"name": RESTORED, "value": until.isoformat()})
        dana.calls(ann)
        assert await dana.refused() == ("not-open", "1")

    at_the_bank(database, clock, story)


# -- who may be rung ---------------------------------------------------------------------------------------------------


async def has_line(bank: CallingBank, dana: LineLaptop) -> None:
    """Her own phone is connected, and nobody is rung."""
    dana.wants(leg_id="1")
    await dana.exchanges()
    await bank.rings(OWN)
    bank.answers(OWN)
    await dana.hears(lambda state: state.leg.state == "there")


async def rings_nobody(bank: CallingBank, dana: LineLaptop, ann: str, code: str, ticket: str | None = None) -> None:
    dana.calls(ann, ticket=ticket)
    assert await dana.refused() == (code, "a")
    assert bank.ari.channels.keys() == {OWN}
    assert await bank.rows(tables.bridge_calls, "call_id") == [("1",)]


def test_nobody_is_rung_who_is_not_lent(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await has_line(bank, dana)
        ticket = dana.laptop.known["1"].tickets["1"]
        await rings_nobody(bank, dana, "2", "not-lent", ticket)
        await rings_nobody(bank, dana, "1", "not-lent", f"{ticket}x")
        await rings_nobody(bank, dana, "one", "not-lent", ticket)
        clock.passes(hours=2)
        dana.laptop.hand.clear()
        await rings_nobody(bank, dana, "1", "not-lent", ticket)

    at_the_bank(database, clock, story)


def test_nobody_is_rung_who_was_lent_to_this_caller_before(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await has_line(bank, dana)
        ticket = dana.laptop.known["1"].tickets["1"]
        await dana.laptop.sends(dana.laptop.skip("1"))
        clock.passes(minutes=1)
        await dana.exchanges()
        await dana.laptop.borrows(3)
        await rings_nobody(bank, dana, "1", "not-lent", ticket)

    at_the_bank(database, clock, story)


def test_nobody_is_rung_outside_calling_hours(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        at_night = clock.now.replace(hour=0, minute=59) + timedelta(days=1)  # 8:59 pm in New York
        while clock.now < at_night:
            clock.now = min(clock.now + timedelta(hours=1), at_night)
            await dana.laptop.sends()
        await has_line(bank, dana)
        clock.passes(minutes=1)
        await rings_nobody(bank, dana, ann, "outside-hours")

    at_the_bank(database, clock, story)


def test_nobody_is_rung_at_a_number_that_asked_for_peace(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await has_line(bank, dana)
        reason = {"reason": "import", "campaign_id": "turnout", "at": clock()}
        await bank.insert(tables.suppressed_numbers, {"number": number(1), **reason})
        await publish(database, clock, "suppressed", number(1))
        await rings_nobody(bank, dana, ann, "do-not-call")

    at_the_bank(database, clock, story)


def test_nobody_is_rung_who_has_voted(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await has_line(bank, dana)
        await bank.mark_voted(ann)
        await rings_nobody(bank, dana, ann, "not-lent")

    at_the_bank(database, clock, story)


def test_a_household_is_rung_a_few_times_in_one_lease(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await has_line(bank, dana)
        for turn in range(MOST_RINGS):
            dana.calls(ann, f"call-{turn}")
            await dana.exchanges()
            await bank.rings(OWN, f"calls.voter.call-{turn}")
        dana.calls(ann)
        await dana.exchanges()
        await dana.hears(lambda state: state.refused)
        assert await dana.refused() == ("dialed-enough", "a")

    at_the_bank(database, clock, story)


# -- the caller's own phone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "own", ["", "911", "8125550100", "+18005550100", "+19005550100", "+442079460000", "+18765550100", "+1812555010"]
)
def test_no_phone_is_rung_that_no_voter_could_have(database: Database, clock: Clock, own: str) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        dana.wants(leg_id="1", own_number=own)
        assert await dana.refused() == ("own-number", "1")
        assert bank.ari.channels == {}

    at_the_bank(database, clock, story)


def test_a_caller_has_few_phones_in_a_day_and_the_log_names_none(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        for turn in range(OWN_NUMBERS):
            dana.wants(leg_id=f"{turn}", own_number=f"+1812555020{turn}")
            await dana.exchanges()
            await bank.rings(f"calls.volunteer.{turn}")
        dana.wants(leg_id="more", own_number="+18125550209")
        await dana.exchanges()
        await dana.hears(lambda state: state.refused)
        assert await dana.refused() == ("new-numbers", "more")
        dana.wants(leg_id="known", own_number="+18125550200")
        await dana.exchanges()
        await bank.rings("calls.volunteer.known")
        clock.passes(days=1, seconds=1)
        dana.wants(leg_id="next-day", own_number="+18125550209")
        await dana.exchanges()
        await bank.rings("calls.volunteer.next-day")

    with caplog.at_level("INFO", logger="phonetui.server"):
        at_the_bank(database, clock, story)
    told = [vars(record)["fields"] for record in caplog.records if record.getMessage() == "own number"]
    assert told == [{"caller": "dana", "today": turn} for turn in (1, 2, 3, 1)]


def test_a_phone_is_not_rung_over_and_over(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        for turn in range(OWN_RINGS):
            dana.wants(leg_id=f"{turn}")
            await dana.exchanges()
            await bank.rings(f"calls.volunteer.{turn}")
        dana.wants(leg_id="more")
        await dana.exchanges()
        await dana.hears(lambda state: state.refused)
        assert await dana.refused() == ("rung-too-often", "more")
        assert bank.ari.channels == {}

    at_the_bank(database, clock, story)


def test_of_two_laptops_of_a_caller_one_has_the_line(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        at_home = await bank.caller("dana", device="another")
        await at_home.exchanges()
        await dana.talks(ann)
        at_home.wants(leg_id="2")
        assert await at_home.refused() == ("elsewhere", "2")
        assert bank.ari.channels.keys() == {OWN, VOTERS}
        dana.wants(leg_id="", call=None)
        await dana.exchanges()
        await bank.rings()
        at_home.wants(leg_id="3")
        await at_home.exchanges()
        await bank.rings("calls.volunteer.3")

    at_the_bank(database, clock, story)


# -- what fails --------------------------------------------------------------------------------------------------------


def test_while_the_phone_system_is_away_nobody_is_rung(database: Database, clock: Clock) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        await bank.ari.goes_away()
        await settled(lambda: not bank.phones.bridge.reachable)
        dana.calls(ann)
        assert await dana.refused() == ("away", "1")
        assert await bank.rows(tables.bridge_calls, "call_id") == []
        await bank.ari.starts()

    at_the_bank(database, clock, story)


def test_a_server_without_a_phone_system_says_so(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1)
        dana = LineLaptop(await bank.join("dana"))
        await dana.laptop.borrows()
        dana.calls("1")
        assert await dana.refused() == ("no-bridge", "a")

    asyncio.run(story())


@pytest.mark.parametrize("changes", [{"line_id": ""}, {"leg_id": "a/b"}, {"keys": "1a"}, {"leg_id": "x" * 37}])
def test_what_no_laptop_asks_is_a_bad_request(database: Database, clock: Clock, changes: dict[str, str]) -> None:
    async def story(bank: CallingBank, dana: LineLaptop, ann: str) -> None:
        dana.wants(**changes)
        with pytest.raises(RequestRefused) as refused:
            await dana.exchanges()
        assert refused.value.problem.type == "bad-request"

    at_the_bank(database, clock, story)
