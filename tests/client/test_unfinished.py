"""A call without its result: nothing short of the caller's own word discards it, and no script changes under it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from phonetui.client.campaign_server import Offline
from phonetui.core.call_actions import Answer, Dial, Forward, Leave, Note, Result, TakeBack
from phonetui.core.campaign import Campaign
from phonetui.core.correction import Correction
from phonetui.core.event import Outcome, decode
from phonetui.wire import ExchangeReply
from tests.client.people import NOON, lease, reply
from tests.client.test_desk import ANA, BEN, OPEN_NOW, CampaignServer, Evening, Killed, sit_down

LATER = NOON + timedelta(minutes=1)
#: The ways in which a voter on the screen stops being this caller's to call.
WITHDRAWN = reply(at=LATER, withdrawn=("v1a",))
SUPPRESSED = reply(at=LATER, suppressed=("+18125550001",))
LENT_ELSEWHERE = reply(at=LATER, ended=("h1",))


def outcomes(server: CampaignServer) -> list[Outcome]:
    return [event for event in map(decode, server.stored) if isinstance(event, Outcome)]


async def type_about_ana_who_goes(evening: Evening, how: ExchangeReply = WITHDRAWN) -> None:
    await evening.shows("Ana")
    on_hand = evening.desk.view.on_hand
    await evening.desk.act(Forward())
    await evening.desk.act(Answer(1))
    await evening.desk.act(Note("Needs a ride"))
    assert not evening.desk.view.typed_is_lost
    evening.server.leases = (BEN,)
    evening.server.news.put_nowait(how)
    await evening.until(lambda: evening.desk.view.on_hand < on_hand)
    assert evening.on_screen() == "Ana"


# -- whoever is no longer lent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [WITHDRAWN, SUPPRESSED, LENT_ELSEWHERE])
def test_a_result_saves_what_was_typed_about_somebody_who_is_no_longer_lent(tmp_path: Path, how: ExchangeReply) -> None:
    server = CampaignServer(ANA, BEN)

    async def call(evening: Evening) -> None:
        await type_about_ana_who_goes(evening, how)
        assert evening.desk.view.typed_is_lost
        await evening.desk.act(Result("talked"))
        assert (evening.on_screen(), evening.desk.view.typed_is_lost) == ("Ben", False)
        await evening.until(lambda: not evening.desk.view.unsent)

    sit_down(tmp_path, server, call)
    [saved] = outcomes(server)
    assert (saved.voter_id, saved.ticket, saved.note) == ("v1a", "ticket-v1a", "Needs a ride")
    assert saved.answers == {"will_vote": "yes"}


async def killed(evening: Evening) -> None:
    raise Killed


async def closed(evening: Evening) -> None:
    """The window is gone, and nobody was asked."""


@pytest.mark.parametrize("ends", [killed, closed])
def test_a_window_that_is_closed_keeps_it_and_the_next_start_can_save_it(
    tmp_path: Path, ends: Callable[[Evening], Awaitable[None]]
) -> None:
    server = CampaignServer(ANA, BEN)

    async def first_evening(evening: Evening) -> None:
        await type_about_ana_who_goes(evening)
        await ends(evening)

    sit_down(tmp_path, server, first_evening)

    async def second_evening(evening: Evening) -> None:
        assert (evening.on_screen(), evening.desk.view.call.draft.note) == ("Ana", "Needs a ride")
        assert evening.desk.view.typed_is_lost
        await evening.desk.act(Result("talked"))
        await evening.until(lambda: not evening.desk.view.unsent)

    sit_down(tmp_path, server, second_evening)
    assert [(one.voter_id, one.ticket, one.note) for one in outcomes(server)] == [("v1a", "ticket-v1a", "Needs a ride")]


def test_nothing_is_taken_back_before_it_has_its_result(tmp_path: Path) -> None:
    server = CampaignServer(BEN, ANA)

    async def call(evening: Evening) -> None:
        await evening.shows("Ben")
        await evening.desk.act(Result("refused"))
        await type_about_ana_who_goes(evening)
        await evening.desk.act(TakeBack())
        assert (evening.on_screen(), evening.desk.view.call.draft.note) == ("Ana", "Needs a ride")
        assert evening.said() == "Ana is no longer on your list; save a result first, or what you typed is lost."
        await evening.desk.act(Result("talked"))
        await evening.desk.act(TakeBack())
        await evening.desk.act(TakeBack())
        assert evening.on_screen() == "Ben"

    sit_down(tmp_path, server, call)


def test_by_the_callers_own_word_it_goes_with_the_shift(tmp_path: Path) -> None:
    async def leaves_without_it(evening: Evening) -> None:
        await type_about_ana_who_goes(evening)
        await evening.desk.act(Leave())

    loaded = sit_down(tmp_path, CampaignServer(ANA, BEN), leaves_without_it)
    assert b"ride" not in loaded.call
    assert [held.lease.household.household_id for held in loaded.held] == ["h2"]


def test_nothing_of_somebody_no_longer_lent_is_kept_where_nothing_was_typed(tmp_path: Path) -> None:
    async def dialed(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Dial())
        evening.server.leases = (BEN,)
        evening.server.news.put_nowait(WITHDRAWN)
        await evening.until(lambda: evening.desk.view.on_hand == 1)
        assert not evening.desk.view.typed_is_lost

    loaded = sit_down(tmp_path, CampaignServer(ANA, BEN), dialed)
    assert b"Ana" not in loaded.call
    assert [held.lease.household.household_id for held in loaded.held] == ["h2"]


def test_what_was_typed_is_not_lost_where_a_lease_ends_by_the_clock_alone(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def typed(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Note("Needs a ride"))
        server.down = Offline("The campaign server does not answer.")

    sit_down(tmp_path, server, typed)

    async def next_day(evening: Evening) -> None:
        assert (evening.on_screen(), evening.desk.view.typed_is_lost) == ("Ana", False)

    assert b"Needs a ride" in sit_down(tmp_path, server, next_day, later=timedelta(hours=20)).call


def test_what_was_typed_about_somebody_keeps_them_from_being_given_back(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN, lease(3, names=("Cho",)))

    async def gives_back(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Result("not_home"))
        await evening.desk.act(Note("Works at night"))
        await evening.desk.act(TakeBack())
        assert evening.on_screen() == "Ana"
        await evening.desk.give_back()

    loaded = sit_down(tmp_path, server, gives_back)
    assert [held.lease.household.household_id for held in loaded.held if not held.finished] == ["h1", "h2"]
    assert b"Works at night" in loaded.call


# -- the script of a call ----------------------------------------------------------------------------------------------

QUESTION = OPEN_NOW.steps[1].question
assert QUESTION is not None
NEWER = msgspec.structs.replace(
    OPEN_NOW,
    version=4,
    dispositions=tuple(msgspec.structs.replace(one, contact=one.id == "talked") for one in OPEN_NOW.dispositions),
    steps=(
        OPEN_NOW.steps[0],
        msgspec.structs.replace(
            OPEN_NOW.steps[1], question=msgspec.structs.replace(QUESTION, id="how", ask={"en": "How will you vote?"})
        ),
        OPEN_NOW.steps[2],
    ),
)


async def newer_script_comes(evening: Evening, script: Campaign = NEWER) -> None:
    evening.server.script = script
    evening.server.news.put_nowait(reply(at=LATER, campaign=script))
    await evening.until(lambda: evening.desk._coming == script)


def asked(evening: Evening) -> str:
    page = evening.desk.view.page
    assert page is not None
    return page.ask


def test_a_call_goes_on_by_its_own_script_after_a_kill_though_a_newer_one_had_come(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def killed_in_a_call(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Forward())
        await newer_script_comes(evening)
        await evening.desk.act(Note("In a hurry"))
        raise Killed

    sit_down(tmp_path, server, killed_in_a_call)

    async def again(evening: Evening) -> None:
        assert (evening.on_screen(), asked(evening)) == ("Ana", "Do you plan to vote?")
        await evening.desk.act(Answer(1))
        await evening.desk.act(Result("talked"))
        await evening.desk.act(Forward())
        assert (evening.on_screen(), asked(evening)) == ("Ben", "How will you vote?")
        await evening.desk.act(Answer(1))
        await evening.desk.act(Result("talked"))
        await evening.until(lambda: not evening.desk.view.unsent)

    sit_down(tmp_path, server, again)
    assert [(one.answers, one.campaign_version) for one in outcomes(server)] == [
        ({"will_vote": "yes"}, 3),
        ({"how": "yes"}, 4),
    ]


def test_it_does_after_an_orderly_end_and_one_that_is_newer_still(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def first(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Forward())
        await newer_script_comes(evening)

    async def second(evening: Evening) -> None:
        assert asked(evening) == "Do you plan to vote?"
        await newer_script_comes(evening, msgspec.structs.replace(NEWER, version=5))
        assert asked(evening) == "Do you plan to vote?"

    async def third(evening: Evening) -> None:
        assert asked(evening) == "Do you plan to vote?"

    for evening in (first, second, third):
        sit_down(tmp_path, server, evening)


def test_a_call_that_was_not_begun_has_the_newest_script_at_the_next_start(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def looks_at_ana(evening: Evening) -> None:
        await evening.shows("Ana")
        await newer_script_comes(evening)
        raise Killed

    sit_down(tmp_path, server, looks_at_ana)

    async def again(evening: Evening) -> None:
        await evening.desk.act(Forward())
        assert (evening.on_screen(), asked(evening)) == ("Ana", "How will you vote?")

    sit_down(tmp_path, server, again)


def test_answers_name_the_script_that_they_were_given_to_though_their_voter_comes_back_with_a_newer_one(
    tmp_path: Path,
) -> None:
    server = CampaignServer(ANA, BEN)

    async def takes_back(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Forward())
        await evening.desk.act(Answer(1))
        await newer_script_comes(evening)
        await evening.desk.act(Result("refused"))
        await evening.desk.act(TakeBack())
        await evening.desk.act(Result("talked"))
        [ana] = evening.desk.calls_today()
        await evening.desk.correct(ana, Correction("talked", ana.outcome.answers, "By mail"))
        assert evening.desk.view.campaign == NEWER
        await evening.until(lambda: not evening.desk.view.unsent)

    sit_down(tmp_path, server, takes_back)
    assert [(one.disposition, one.answers, one.campaign_version) for one in outcomes(server)] == [
        ("refused", {"will_vote": "yes"}, 3),
        ("talked", {"will_vote": "yes"}, 3),
        ("talked", {"will_vote": "yes"}, 3),
    ]
