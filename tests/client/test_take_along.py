"""A caller who will be without a line: voters taken along, called by the server's clock, handed back at the end."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from phonetui.client.campaign_server import Offline
from phonetui.client.hand import Hand
from phonetui.client.journal import Journal, Loaded
from phonetui.client.outbox import Taken
from phonetui.core.call_actions import Note, Result
from phonetui.core.when import moment_after
from phonetui.wire import WANT, CampaignState, ExchangeReply, ExchangeRequest
from tests.client.people import KEY, NOON, lease, reply
from tests.client.test_desk import ANA, BEN, CampaignServer, Clock, Evening, Killed, sit_down
from tests.client.test_outbox import Laptop

NINE = NOON + timedelta(hours=9)


# -- what is asked for -------------------------------------------------------------------------------------------------


def test_voters_taken_along_are_asked_for_until_the_server_has_answered() -> None:
    laptop = Laptop().is_online(lease(1))
    laptop.outbox.take_along(100, laptop.tick)
    request = laptop.sends()
    assert (request.along, request.want, request.held) == (100, 99, ("h1",))
    laptop.fails(request)
    request = laptop.passes(10).sends()
    assert request.along == 100
    laptop.hears(request, reply(leases=(lease(2, hours=9),), along_until={"h1": NINE}))
    assert not laptop.outbox.taking_along
    assert {key: held.until for key, held in laptop.outbox.hand.to_call.items()} == {"h1": NINE, "h2": NINE}
    laptop.outbox.poke(laptop.tick)
    request = laptop.passes(10).sends()
    assert (request.along, request.want) == (0, 23)


def test_whoever_thinks_better_of_it_asks_no_more_and_keeps_who_comes_all_the_same() -> None:
    laptop = Laptop().is_online(lease(1))
    laptop.outbox.take_along(100, laptop.tick)
    request = laptop.sends()
    laptop.outbox.take_along(0, laptop.tick)
    assert not laptop.outbox.taking_along
    laptop.hears(request, reply(leases=(lease(2, hours=9),)))  # it was on its way
    assert list(laptop.outbox.hand.to_call) == ["h1", "h2"]
    assert laptop.passes(10).sends().along == 0


def test_a_watch_takes_nobody_along() -> None:
    laptop = Laptop().is_online()
    laptop.outbox.take_along(100, laptop.tick)
    watch = laptop.watches()
    assert watch.along == 0
    laptop.hears(watch, reply())
    assert laptop.sends().along == 100


def test_leases_are_renewed_each_to_its_own_end() -> None:
    hand = Hand([lease(1), lease(2), lease(3)])
    hand.take(reply(renewed_until=NOON + timedelta(hours=4), along_until={"h2": NINE}))
    assert [held.until for held in hand.to_call.values()] == [
        NOON + timedelta(hours=4),
        NINE,
        NOON + timedelta(hours=4),
    ]


def test_many_more_or_longer_than_usual_is_taken_along() -> None:
    assert not Hand([lease(1)]).taken_along(NOON)
    assert Hand([lease(1, hours=3)]).taken_along(NOON)
    many = Hand([lease(number) for number in range(1, 3 * WANT)])
    assert many.taken_along(NOON)
    assert not many.taken_along(NINE)


def test_a_call_taken_back_makes_no_journey_of_a_full_hand() -> None:
    hand = Hand([lease(number) for number in range(1, WANT + 1)], [lease(100)])
    hand.put_back("h100")
    assert len(hand.lent(NOON)) == WANT + 1
    assert not hand.taken_along(NOON)


def test_the_journal_has_each_leases_own_end(tmp_path: Path) -> None:
    async def story() -> Loaded:
        journal = await Journal.open(tmp_path / "fall.journal", KEY)
        await journal.take(Taken(reply=reply(leases=(lease(1), lease(2), lease(3)))))
        await journal.record(finished=["h3"], call=b"")
        ends = {"h2": NINE, "h3": NINE}
        await journal.take(Taken(reply=reply(renewed_until=NOON + timedelta(hours=4), along_until=ends)))
        loaded = await journal.load()
        await journal.close()
        return loaded

    held = asyncio.run(story()).held
    assert [one.lease.until - NOON for one in held] == [timedelta(hours=4), timedelta(hours=9), timedelta(hours=2)]


# -- handing back ------------------------------------------------------------------------------------------------------


def test_those_handed_back_are_named_until_the_server_knows_and_nobody_else_is_asked_for() -> None:
    laptop = Laptop().is_online(lease(1), lease(2))
    watch = laptop.watches()
    laptop.outbox.give_back(["h2"], laptop.tick)
    request = laptop.sends()
    assert (request.given_back, request.held, request.want) == (("h2",), ("h1",), 0)
    laptop.fails(request)
    laptop.hears(watch, reply(leases=(lease(2),)))  # it left before
    assert list(laptop.outbox.hand.to_call) == ["h1"]
    request = laptop.passes(10).sends()
    assert request.given_back == ("h2",)
    laptop.hears(request, reply())
    watch = laptop.watches()
    assert (watch.want, watch.given_back) == (0, ())


# -- at the desk -------------------------------------------------------------------------------------------------------


class Generous(CampaignServer):
    """Lends whatever is taken along to nine in the evening."""

    def __init__(self, households: int) -> None:
        super().__init__(ANA, BEN)
        self.given_back: tuple[str, ...] = ()
        self._households = households

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        self.given_back += request.given_back
        if request.along and self.down is None:
            numbers = range(1, min(request.along, self._households) + 1)
            self.leases = tuple(lease(number, hours=9) for number in numbers)
        return await super().exchange(request)


def test_the_caller_is_told_how_many_are_on_hand_and_until_when(tmp_path: Path) -> None:
    async def story(evening: Evening) -> None:
        await evening.shows("Ana")
        assert not evening.desk.view.taken_along
        evening.desk.take_along(40)
        await evening.until(lambda: evening.desk.view.taken_along)
        assert evening.said() == "40 voters in 40 households are on hand, to be called without a network"
        assert evening.desk.view.on_hand == 40

    sit_down(tmp_path, Generous(100), story)


def test_the_caller_sees_how_many_are_still_asked_for_and_that_no_more_are(tmp_path: Path) -> None:
    server = Generous(100)

    async def story(evening: Evening) -> None:
        await evening.shows("Ana")
        server.down = Offline("It is down.")
        evening.desk.take_along(40)
        assert evening.said() == "Asking the campaign for voters…"
        assert evening.desk.view.asked_along == 40
        evening.desk.take_along(0)
        assert evening.said() == "Nobody more is asked for; who is on hand stays"
        assert evening.desk.view.asked_along == 0
        assert evening.desk.view.on_hand == 2

    sit_down(tmp_path, server, story)


def test_the_caller_is_told_when_the_campaign_has_fewer(tmp_path: Path) -> None:
    async def story(evening: Evening) -> None:
        await evening.shows("Ana")
        evening.desk.take_along(40)
        await evening.until(lambda: evening.desk.view.taken_along)
        assert evening.said() == "30 voters in 30 households are on hand; the campaign has no more for you now"

    sit_down(tmp_path, Generous(30), story)


def test_the_caller_is_told_that_a_campaign_that_is_paused_or_closed_lends_nobody(tmp_path: Path) -> None:
    states: tuple[CampaignState, ...] = ("paused", "closed")
    for state in states:
        server = CampaignServer(ANA, BEN)

        async def story(evening: Evening, server: CampaignServer = server, state: CampaignState = state) -> None:
            await evening.shows("Ana")
            server.state = state
            evening.desk.take_along(2)
            await evening.until(lambda: not evening.said().startswith("Asking"))
            have = "2 voters in 2 households are on hand"
            assert evening.said() == f"{have}; the campaign is {state} and lends nobody now"

        sit_down(tmp_path / state, server, story)


def test_whoever_leaves_with_a_line_hands_all_back_but_the_voter_on_the_screen(tmp_path: Path) -> None:
    server = Generous(30)

    async def story(evening: Evening) -> None:
        await evening.shows("Ana")
        evening.desk.take_along(30)
        await evening.until(lambda: evening.desk.view.taken_along)
        await evening.desk.act(Note("asked for Saturday"))
        await evening.desk.give_back()

    left = sit_down(tmp_path, server, story)
    assert set(server.given_back) == {f"h{number}" for number in range(2, 31)}
    assert [held.lease.household.household_id for held in left.held] == ["h1"]


def test_a_lease_that_has_ended_is_not_on_hand_any_more_and_calling_goes_on_when_the_network_is_back(
    tmp_path: Path,
) -> None:
    server = CampaignServer(ANA, lease(2, names=("Ben", "Cy"), hours=3))

    async def story(evening: Evening) -> None:
        await evening.shows("Ana")
        server.down = Offline("The campaign server does not answer.")
        clock = evening.desk._clock
        assert isinstance(clock, Clock)
        clock.seconds += timedelta(hours=2, minutes=30).total_seconds()
        assert evening.desk.view.on_hand == 2
        clock.seconds += timedelta(hours=1).total_seconds()
        await evening.desk.act(Result("not_home"))
        await evening.until(lambda: evening.desk.view.line.state == "offline")
        view = evening.desk.view
        assert (view.on_hand, view.on_hand_until) == (0, None)
        assert view.waiting is not None
        assert view.waiting.title == "Offline, and no voters on hand"
        until = moment_after((NOON + timedelta(hours=3)).astimezone(), view.now)  # by this laptop's clock
        assert f"Your last voters were lent to you until {until}" in view.waiting.text
        assert (view.today.attempts, view.today.results) == (1, {"not_home": 1})
        server.down, server.leases = None, (lease(3, names=("Di",), hours=9),)
        evening.desk.try_now()
        await evening.until(lambda: evening.on_screen() != "")

    sit_down(tmp_path, server, story)


class SetClock(Clock):
    """A wall clock that can be set while the laptop's own counting goes on."""

    wrong = timedelta()

    def now(self) -> datetime:
        return super().now() + self.wrong


def test_a_wall_clock_set_while_phonetui_runs_does_not_mislead_the_next_start(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def story(evening: Evening) -> None:
        await evening.shows("Ana")
        server.down = Offline("The campaign server does not answer.")
        clock = SetClock()
        clock.__dict__ |= evening.desk._clock.__dict__
        evening.desk._clock = evening.desk._servers_time._clock = clock
        clock.wrong = timedelta(hours=5)
        await evening.desk.act(Result("not_home"))
        raise Killed

    left = sit_down(tmp_path, server, story)
    assert abs(left.server_offset + timedelta(hours=5)) < timedelta(minutes=1)
    assert len(left.unsent) == 1
