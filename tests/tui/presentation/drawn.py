"""Views to draw, and lines as the text that stands on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from phonetui.client.view import Line as Connection
from phonetui.client.view import View
from phonetui.core import call_flow
from phonetui.core.call import Call
from phonetui.core.call_actions import Action, Show
from phonetui.core.campaign import Campaign
from phonetui.core.keymap import keymap
from phonetui.core.tally import Tally
from phonetui.core.voter import Household, Voter
from phonetui.screen.line import Line
from tests.tui.sample import CAMPAIGN, HOUSEHOLDS, NOW

KEYS = keymap(CAMPAIGN, {})


def view(household: Household | None = HOUSEHOLDS[0], campaign: Campaign = CAMPAIGN, **changes: Any) -> View:
    """A view of this household's first voter, with these attributes changed."""
    call = Call()
    if household is not None:
        call, _ = call_flow.act(campaign, call, Show(household, NOW), tick=0)
    shown = View(
        campaign=campaign,
        caller_name="Dana",
        call=call,
        tally=Tally(attempts=12, talked_to=frozenset("abc")),
        on_hand=24,
        unsent=0,
        rejected=0,
        line=Connection("online"),
        now=NOW,
    )
    return msgspec.structs.replace(shown, **changes)


def alone(voter: Voter, **changes: Any) -> View:
    """A view of a voter who shares the number with nobody."""
    return view(Household(household_id="h", number=voter.number, voters=(voter,)), **changes)


def after(shown: View, *actions: Action) -> View:
    """The view once these have been carried out, a second apart."""
    call = shown.call
    for tick, action in enumerate(actions, start=1):
        assert shown.campaign is not None
        call, _ = call_flow.act(shown.campaign, call, action, tick)
    return msgspec.structs.replace(shown, call=call)


def text(lines: Sequence[Line]) -> list[str]:
    """The lines as they stand on the screen, trailing blanks apart."""
    return ["".join(span.text for span in line).rstrip() for line in lines]


def of_role(lines: Sequence[Line], role: str) -> list[str]:
    """What is drawn in that style."""
    return [span.text for line in lines for span in line if span.role == role]
