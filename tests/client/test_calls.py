"""Who comes next after this shift's calls: promises that fall due, numbers that rest, voters who want quiet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import count

import msgspec
import pytest

from phonetui.client.calls import NO_CALLS, Calls, calls_before
from phonetui.client.hand import Hand
from phonetui.client.turn import Moment, Turn
from phonetui.core import call_actions
from phonetui.core.call import Call
from phonetui.core.call_actions import Dial, Result, Skip, TakeBack
from phonetui.core.campaign import WEEKDAYS, CallingRules, Hours
from phonetui.core.eligibility import Verdict, sentence
from phonetui.core.event import AnyEvent, Attempt, Outcome
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import QUIET, USUAL
from phonetui.core.voter import Household, PastAttempt
from phonetui.wire import ExchangeReply, Lease
from tests.client.people import household
from tests.core.test_call import CAMPAIGN

#: A Saturday, noon in New York, the campaign's zone.
NOON = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
RULES = msgspec.structs.replace(
    CAMPAIGN,
    dispositions=(*USUAL, QUIET),
    calling=CallingRules(hours=dict.fromkeys(WEEKDAYS, Hours(time(9), time(21)))),
)
ANA, BEN, CHO = household(1), household(2, names=("Ben",)), household(3, names=("Cho",))


def lease(lent: Household, hours: float = 2, promised_at: datetime | None = None) -> Lease:
    tickets = {voter.voter_id: f"ticket-{voter.voter_id}" for voter in lent.voters}
    return Lease(lent, NOON + timedelta(hours=hours), tickets, promised_at, promised_at is not None)


def minutes(after_noon: float) -> datetime:
    return NOON + timedelta(minutes=after_noon)


class Laptop:
    """Carries out keys at a minute after noon; nothing is sent until `sends`."""

    def __init__(self, *leases: Lease) -> None:
        self.hand = Hand(leases)
        self.call = Call()
        self.calls: Calls = NO_CALLS
        self.unsent: list[tuple[AnyEvent, str]] = []
        self.sent: list[tuple[AnyEvent, str]] = []
        self.said = ""
        self._ids: Iterator[str] = (f"event-{number:03}" for number in count(1))
        self.looks(0)

    def turn(self, at: float) -> Turn:
        return Turn(
            RULES,
            self.call,
            self.hand,
            Moment(minutes(at), at * 60, minutes(at)),
            new_id=lambda: next(self._ids),
            next_seq=len(self.unsent) + len(self.sent) + 1,
            calls=self.calls,
            unsettled={household_id for _, household_id in self.unsent},
        )

    def press(self, at: float, *actions: call_actions.Action) -> str:
        """The keys; who is on the screen then."""
        for nth, action in enumerate(actions):
            turn = self.turn(at + nth / 60)
            turn.act(action)
            self._keep(turn)
        return self.on_screen

    def looks(self, at: float) -> str:
        """The desk looks whether somebody may be called; who is on the screen then."""
        turn = self.turn(at)
        if self.call.household is None:
            turn.show_next()
        self._keep(turn)
        return self.on_screen

    def sends(self) -> None:
        """The campaign server has everything."""
        self.sent += self.unsent
        self.unsent.clear()

    def _keep(self, turn: Turn) -> None:
        self.call, self.hand, self.calls = turn.call, turn.hand, turn.calls
        self.unsent += turn.events
        self.said = turn.said.text if turn.said else ""

    @property
    def on_screen(self) -> str:
        return self.call.voter.first_name if self.call.voter else ""

    def verdict(self, at: float) -> Verdict:
        return self.hand.verdict_on_screen(RULES, self.call, minutes(at), self.calls)

    @property
    def events(self) -> list[AnyEvent]:
        return [event for event, _ in (*self.sent, *self.unsent)]


def promise(after_noon: float) -> Result:
    return Result("call_back", minutes(after_noon), to_me=True)


# -- promises ----------------------------------------------------------------------------------------------------------


def test_a_call_back_promised_without_a_line_comes_when_due_before_those_on_hand() -> None:
    laptop = Laptop(lease(ANA), lease(BEN), lease(CHO))
    assert laptop.press(5, promise(30)) == "Ben"
    outcome = laptop.events[0]
    assert isinstance(outcome, Outcome)
    assert (outcome.call_at, outcome.to_me) == (minutes(30), True)
    assert laptop.press(31, Result("not_home")) == "Ana"
    promised_at, by_you = laptop.hand.promise_on_screen(RULES, laptop.call, laptop.calls)
    assert (promised_at, by_you) == (minutes(30), True)
    assert laptop.press(32, Dial(), Result("talked")) == "Cho"


def test_the_line_for_the_caller_says_which_time_and_day_were_understood() -> None:
    laptop = Laptop(lease(ANA), lease(BEN), lease(CHO))
    laptop.press(5, promise(30))
    assert laptop.said == "Call back saved for Ana, today at 12:30 pm there"
    laptop.press(6, promise(2 * 24 * 60))
    assert laptop.said == "Call back saved for Ben, Monday at 12:00 pm there"
    laptop.press(7, Result("quiet", minutes(9 * 24 * 60)))
    assert laptop.said.endswith(" saved for Cho, until Monday, November 30")


def test_what_was_said_then_is_there_when_it_comes() -> None:
    laptop = Laptop(lease(ANA))
    laptop.press(5, call_actions.Note("After the game"), promise(30))
    laptop.looks(31)
    voter = laptop.call.voter
    assert voter is not None
    assert [(past.disposition, past.note) for past in voter.attempts] == [("call_back", "After the game")]


def test_who_has_the_call_after_the_one_who_was_promised_it_was_promised_nothing() -> None:
    laptop = Laptop(lease(household(1, names=("Ana", "Eva"))))
    assert laptop.press(5, promise(30)) == "Eva"
    assert laptop.hand.promise_on_screen(RULES, laptop.call, laptop.calls) == (None, False)


def test_a_call_that_the_server_lends_back_with_its_household_is_there_once_as_it_reads_here() -> None:
    laptop = Laptop(lease(ANA))
    laptop.press(5, call_actions.Note("After the game"), promise(30))
    laptop.sends()
    of_others = PastAttempt(minutes(-60), "not_home")
    of_the_server = PastAttempt(minutes(6), "call_back", "After the", laptop.events[0].id)
    asked = msgspec.structs.replace(ANA.voters[0], attempts=(of_others, of_the_server))
    lent = lease(msgspec.structs.replace(ANA, voters=(asked,)), promised_at=minutes(30))
    laptop.hand.take(ExchangeReply(cursor="2", server_time=minutes(30), leases=(lent,)))
    assert laptop.looks(30) == "Ana"
    assert laptop.call.voter is not None
    told = [(past.disposition, past.note) for past in laptop.call.voter.attempts]
    assert told == [("not_home", ""), ("call_back", "After the game")]


def test_what_came_of_a_number_for_a_housemate_stays_among_the_earlier_calls() -> None:
    laptop = Laptop(lease(household(1, names=("Ana", "Eva"))))
    laptop.press(5, Result("not_home"))
    away = PastAttempt(minutes(5), "not_home", "", laptop.events[0].id)
    both = household(1, names=("Ana", "Eva"))
    lent = msgspec.structs.replace(
        both, voters=tuple(msgspec.structs.replace(voter, attempts=(away,)) for voter in both.voters)
    )
    asked = laptop.calls.to_ask(RULES, lent, minutes(60))
    assert [voter.attempts for voter in asked.voters] == [(away,), (away,)]


def test_before_it_is_due_nobody_is_there_and_the_hand_says_when() -> None:
    laptop = Laptop(lease(ANA))
    assert laptop.press(5, promise(30)) == ""
    assert laptop.looks(29) == ""
    ours = {household_id for _, household_id in laptop.unsent}
    assert laptop.hand.soonest(RULES, minutes(29), laptop.calls, ours) == Verdict("promised", minutes(30))
    assert laptop.looks(30) == "Ana"


def test_once_the_server_has_heard_of_it_the_server_lends_it() -> None:
    laptop = Laptop(lease(ANA), lease(BEN))
    laptop.press(5, promise(30))
    laptop.sends()
    assert laptop.press(31, Result("not_home")) == ""
    laptop.hand.take(ExchangeReply(cursor="c", server_time=NOON, leases=(lease(ANA, 3, minutes(30)),)))
    assert laptop.looks(32) == "Ana"


def test_when_it_is_due_the_laptop_asks_for_it_at_once() -> None:
    laptop = Laptop(lease(ANA))
    laptop.press(5, promise(30))
    assert laptop.hand.falls_due(RULES, minutes(29.9), minutes(30), laptop.calls)
    assert not laptop.hand.falls_due(RULES, minutes(30), minutes(31), laptop.calls)


def test_no_promise_outlasts_the_lease() -> None:
    laptop = Laptop(lease(ANA, hours=0.5))
    laptop.press(5, promise(30))
    assert laptop.looks(31) == ""


def test_a_promise_taken_back_is_none() -> None:
    laptop = Laptop(lease(ANA), lease(BEN))
    laptop.press(5, promise(30))
    assert laptop.press(6, TakeBack()) == "Ana"
    assert laptop.press(7, Result("not_home")) == "Ben"
    assert laptop.press(31, Result("not_home")) == ""


def test_a_promise_is_kept_once() -> None:
    laptop = Laptop(lease(ANA), lease(BEN))
    laptop.press(5, promise(30))
    assert laptop.press(31, Result("not_home"), Result("not_home")) == ""
    assert laptop.looks(90) == ""


def test_a_promise_that_was_skipped_is_not_offered_again() -> None:
    laptop = Laptop(lease(ANA, promised_at=minutes(-5)), lease(BEN))
    assert laptop.press(5, Skip()) == "Ben"
    assert laptop.press(6, Result("not_home")) == ""


def test_at_a_call_back_the_one_who_asked_for_it_is_there_and_nobody_who_said_no() -> None:
    home = household(1, names=("Ana", "Bob", "Eve"))
    laptop = Laptop(lease(home))
    assert laptop.press(5, Result("refused")) == "Bob"
    assert laptop.press(6, Result("language")) == "Eve"
    assert laptop.press(7, promise(30)) == ""
    laptop.looks(31)
    assert laptop.call.household is not None
    assert [voter.first_name for voter in laptop.call.household.voters] == ["Eve", "Bob"]


def test_who_said_no_is_off_the_hand_for_good_when_a_housemate_is_called_back() -> None:
    laptop = Laptop(lease(household(1, names=("Ana", "Bob"))))
    laptop.press(5, Result("refused"))
    laptop.press(6, promise(30))
    before = laptop.hand.copy()
    laptop.looks(31)
    [changed] = laptop.hand.changed_since(before)
    assert [voter.first_name for voter in changed.household.voters] == ["Bob"]
    before.put_back("h1")
    before.change([changed])
    assert before.to_call == laptop.hand.to_call


def test_one_taken_along_is_not_offered_before_it_is_due() -> None:
    laptop = Laptop(lease(ANA, promised_at=minutes(30)), lease(BEN))
    assert laptop.on_screen == "Ben"
    assert laptop.press(31, Result("not_home")) == "Ana"


def test_after_a_restart_in_the_same_shift_it_still_comes() -> None:
    laptop = Laptop(lease(ANA), lease(BEN))
    laptop.press(5, promise(30))
    attempts = [event for event in laptop.events if isinstance(event, Attempt)]
    leases = (*laptop.hand.to_call.values(), *laptop.hand.finished.values())
    laptop.calls = calls_before(attempts, leases, timedelta(0))
    assert laptop.press(31, Result("not_home")) == "Ana"


# -- quiet -------------------------------------------------------------------------------------------------------------


def test_who_wants_quiet_is_not_asked_for_though_a_housemate_was_promised_a_call() -> None:
    laptop = Laptop(lease(household(1, names=("Ana", "Bob"))))
    assert laptop.press(5, Result("quiet", NOON + timedelta(days=9))) == "Bob"
    laptop.press(6, promise(30))
    laptop.looks(31)
    assert laptop.call.household is not None
    assert [voter.first_name for voter in laptop.call.household.voters] == ["Bob"]


# -- never the same number twice by accident ---------------------------------------------------------------------------


def test_a_number_that_others_have_too_is_not_called_twice_in_a_shift() -> None:
    laptop = Laptop(lease(ANA), lease(household(4, names=("Dan",), phone=ANA.number)))
    assert laptop.press(5, Result("not_home")) == ""
    assert laptop.hand.soonest(RULES, minutes(6), laptop.calls) == Verdict("resting", minutes(21 * 60))


def test_it_is_called_again_when_the_results_own_rest_is_over() -> None:
    laptop = Laptop(lease(ANA), lease(household(4, names=("Dan",), phone=ANA.number)))
    assert laptop.press(5, Result("busy")) == ""
    assert laptop.looks(64) == ""
    assert laptop.looks(65) == "Dan"


def test_a_number_that_two_have_rests_as_long_as_the_longer_of_their_results() -> None:
    laptop = Laptop(lease(ANA, hours=9), lease(household(4, names=("Dan",), phone=ANA.number), hours=9))
    laptop.press(5, Result("busy"))
    assert laptop.looks(65) == "Dan"
    laptop.press(66, Result("not_home"))
    assert laptop.calls.rests_until(RULES, ANA.number) == minutes(66 + 20 * 60)


def test_after_a_restart_it_rests_by_the_servers_clock() -> None:
    laptop = Laptop(lease(ANA))
    laptop.press(5, Result("busy"))
    attempts = [event for event in laptop.events if isinstance(event, Attempt)]
    calls = calls_before(attempts, laptop.hand.finished.values(), timedelta(hours=2))
    assert calls.rests_until(RULES, ANA.number) == minutes(5 + 60 + 120)


def test_a_number_called_for_another_campaign_in_the_shift_rests_as_long_and_the_screen_says_why() -> None:
    turnout = msgspec.structs.replace(RULES, campaign_id="schools", name="Fund our schools")
    before = Laptop(lease(ANA))
    before.press(5, Result("busy"))
    laptop = Laptop(lease(household(7, names=("Eva",), phone=ANA.number)), lease(BEN))
    laptop.call, laptop.calls = Call(), Calls(elsewhere=before.calls.rests(turnout))
    assert laptop.looks(6) == "Ben"
    assert laptop.press(7, Result("not_home")) == ""
    verdict = laptop.hand.soonest(RULES, minutes(8), laptop.calls)
    assert verdict == Verdict("resting", minutes(65), "Fund our schools")
    assert sentence(verdict, minutes(8)) == (
        "You have called this number today for Fund our schools; it may be called again today at 1:05 pm, their time."
    )
    assert laptop.looks(66) == "Eva"


def test_the_same_campaign_goes_by_its_own_results_and_a_hidden_number_by_none() -> None:
    laptop = Laptop(lease(ANA), lease(hidden(BEN)))
    laptop.press(5, Result("busy"), Result("busy"))
    rests = laptop.calls.rests(RULES)
    assert list(rests) == [ANA.number]
    assert Calls(elsewhere=rests).rests_until(RULES, ANA.number) is None


def test_it_is_called_again_when_the_call_was_taken_back() -> None:
    laptop = Laptop(lease(ANA), lease(household(4, names=("Dan",), phone=ANA.number)))
    laptop.press(5, Result("busy"))
    assert laptop.press(6, TakeBack()) == "Ana"
    assert laptop.press(7, Dial()) == "Ana"


# -- where the campaign hides its numbers ------------------------------------------------------------------------------


def hidden(shown: Household) -> Household:
    voters = tuple(msgspec.structs.replace(voter, phones=()) for voter in shown.voters)
    return msgspec.structs.replace(shown, number="", voters=voters)


def test_hidden_numbers_are_told_apart() -> None:
    laptop = Laptop(lease(hidden(ANA)), lease(hidden(BEN)), lease(hidden(CHO)))
    assert laptop.press(5, Result("not_home")) == "Ben"
    assert laptop.press(6, Result("do_not_call"), Result("do_not_call")) == "Cho"
    assert [event.number_ending for event in laptop.events if isinstance(event, Outcome)] == ["", ""]
    assert laptop.press(8, TakeBack()) == "Ben"
    assert laptop.press(9, Result("busy"), Result("busy")) == ""


def test_a_hidden_numbers_promise_is_kept_and_what_was_said_is_there() -> None:
    laptop = Laptop(lease(hidden(ANA)), lease(hidden(BEN)))
    laptop.press(5, promise(30))
    assert laptop.press(31, Result("not_home")) == "Ana"
    assert laptop.call.voter is not None
    assert [attempt.disposition for attempt in laptop.call.voter.attempts] == ["call_back"]


# -- asked again at the moment of dialing ------------------------------------------------------------------------------


def refusal(laptop: Laptop, at: float) -> str:
    before = list(laptop.events)
    with pytest.raises(Refused) as refused:
        laptop.press(at, Dial())
    assert laptop.events == before
    return str(refused.value)


def test_nobody_is_dialed_whose_hours_have_ended_meanwhile() -> None:
    laptop = Laptop(lease(ANA, hours=12))
    assert refusal(laptop, 9 * 60) == (
        "It is outside calling hours where this voter lives; they begin tomorrow at 9:00 am, their time."
    )
    assert laptop.verdict(9 * 60).reason == "outside_hours"


def test_nobody_is_dialed_whose_lease_is_over() -> None:
    laptop = Laptop(lease(ANA))
    assert refusal(laptop, 121) == (
        "This voter was lent to you for a time that is over; new voters come when you are online."
    )
    laptop.hand.drop(["h1"])
    assert (laptop.verdict(1).reason, laptop.verdict(121).reason) == ("taken_back", "lease_ended")


def test_nobody_is_dialed_whose_number_was_put_on_the_do_not_call_list_meanwhile() -> None:
    laptop = Laptop(lease(ANA))
    laptop.hand.suppress([ANA.number])
    assert refusal(laptop, 1) == "This number is on the do-not-call list; nobody calls it again."


def test_nobody_is_dialed_whom_the_campaign_has_withdrawn_meanwhile() -> None:
    laptop = Laptop(lease(ANA))
    laptop.hand.withdraw(["v1a"])
    assert refusal(laptop, 1) == "This voter is not called again in this campaign."


def test_who_is_on_the_line_already_may_be_spoken_with() -> None:
    laptop = Laptop(lease(household(1, names=("Ana", "Bob"))))
    laptop.press(1, Result("refused"))
    laptop.hand.drop(["h1"])
    assert (laptop.on_screen, laptop.verdict(300)) == ("Bob", Verdict())


def test_do_not_call_taken_back_was_a_mistake_and_the_number_may_be_dialed() -> None:
    laptop = Laptop(lease(ANA), lease(BEN))
    assert laptop.press(1, Result("do_not_call"), Result("do_not_call")) == "Ben"
    assert laptop.press(2, TakeBack()) == "Ana"
    assert laptop.verdict(2) == Verdict()


def test_do_not_call_takes_a_second_number_from_everybody_on_the_laptop_at_once() -> None:
    both = msgspec.structs.replace(BEN.voters[0], phones=(*BEN.voters[0].phones, *ANA.voters[0].phones))
    laptop = Laptop(lease(ANA), lease(msgspec.structs.replace(BEN, voters=(both,))))
    laptop.press(1, Result("do_not_call"), Result("do_not_call"))
    voter = laptop.call.voter
    assert voter is not None
    assert [phone.number for phone in voter.phones] == [BEN.number]


def test_after_the_campaigns_last_day_nobody_is_dialed() -> None:
    laptop = Laptop(lease(ANA, hours=24 * 30))
    assert refusal(laptop, 24 * 60 * 20) == "The campaign is over; no more calls are made."
