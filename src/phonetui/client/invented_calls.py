"""Lines to invented voters, in the demo and in practice: they ring, answer, are busy, and no phone rings anywhere."""

from __future__ import annotations

from collections.abc import Callable

from phonetui.client.clock import Clock
from phonetui.client.phone_line import PhoneLine
from phonetui.core import practice
from phonetui.core.campaign import Campaign
from phonetui.core.phone_call import Pace
from phonetui.dial.fake import Answer, FakeDialer

#: What the demo's voters do, by the last digit of their number: most answer.
BY_LAST_DIGIT: tuple[Answer, ...] = (
    *("answers", "is_out", "answers", "answers", "is_busy"),
    *("answers", "answers", "has_no_service", "answers", "hangs_up"),
)


def demo_line(clock: Clock, pace: Pace, countdown: float) -> PhoneLine:
    """To the demo's voters."""
    return _line(clock, lambda number: BY_LAST_DIGIT[int(number[-1])], pace, countdown)


def practice_line(clock: Clock, campaign: Campaign, pace: Pace, countdown: float) -> PhoneLine:
    """To the voters of a practice with this campaign, who do as their story says."""
    out = practice.numbers_of_those_out(campaign)
    return _line(clock, lambda number: "is_out" if number in out else "answers", pace, countdown)


def _line(clock: Clock, plan: Callable[[str], Answer], pace: Pace, countdown: float) -> PhoneLine:
    return PhoneLine(clock, FakeDialer(plan, clock.new_id), "fake", pace, countdown)
