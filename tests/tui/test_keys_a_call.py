"""How many keys a call takes where something dials, counted at the keyboard; plain mode's lines are as many."""

from __future__ import annotations

import pytest

from phonetui.core.phone_call import Pace
from tests.plain.dialing import SOO_JIN, VERNON, WIDE, DialingDesk
from tests.tui.stage import Stage, play

FIRST_CALL = ("enter", "n")


@pytest.mark.parametrize(
    ("pace", "keys"), [("preview", ("enter", "n")), ("preview", ("enter", "enter")), ("power", ("n",))]
)
def test_a_call_that_nobody_answers_takes_two_keys_in_preview_and_one_in_power(
    pace: Pace, keys: tuple[str, ...]
) -> None:
    desk = DialingDesk(pace, dict.fromkeys((SOO_JIN, VERNON, WIDE), "is_out"))

    async def story(stage: Stage) -> None:
        for key in (*FIRST_CALL, *keys, *keys):
            await stage.press(key)
            await stage.until(lambda: not desk.phone.view.in_call and desk.phone.view.seconds_left is None)

    play(story, desk)
    assert desk.done == [
        *("dial +18125550166", "not_home Soo-Jin"),
        *("dial +18125550188", "not_home Vernon"),
        *("dial +19105550111", "not_home 金秀珍"),
    ]
