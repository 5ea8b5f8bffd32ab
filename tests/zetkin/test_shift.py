"""A volunteer's shift at Zetkin: what they do is there in the end, once and with the right meaning."""

from __future__ import annotations

import asyncio
from pathlib import Path

from phonetui.core.call_actions import Answer, Forward, Note, Result, Typed
from tests.zetkin.shift import Clock, Shift
from tests.zetkin.stand_in import StandIn, zetkin
from tests.zetkin.world import EVENT, SURVEY


def test_a_call_with_answers_and_a_sign_up(tmp_path: Path) -> None:
    async def story(stand_in: StandIn) -> None:
        shift = await Shift.begin(stand_in, tmp_path, Clock())
        voter = await shift.shows_somebody()
        page = shift.desk.view.page
        assert page is not None
        assert "hello to {first_name}" in page.say
        assert "alert" not in page.say
        household = shift.desk.view.call.household
        assert household is not None
        assert household.number == "+46701234001"
        assert household.voters[0].tags == ("Member",)
        assert [(each.disposition, each.note) for each in household.voters[0].attempts] == [("not_home", "dog barks")]
        await shift.press(Forward(), Answer(1), Answer(2), Answer(3), Forward())
        await shift.press(Typed("s61-t603", "my sister, too"), Answer(1), Note("glad of the call"), Result("talked"))
        await shift.sent()
        assert int(voter) == 1001
        await shift.end()

    with zetkin() as stand_in:
        asyncio.run(story(stand_in))
        world = stand_in.world
        assert world.complaints == []
        assert [(survey, person) for survey, person, _ in world.submissions] == [(SURVEY, 1001)]
        assert world.submissions[0][2] == [
            {"question_id": 601, "options": [1]},
            {"question_id": 602, "options": [4, 5]},
            {"question_id": 603, "response": "my sister, too"},
        ]
        assert world.sign_ups == [(EVENT, 1001)]
        [report] = world.reported().values()
        assert (report["state"], report["notes"], report["message_to_organizer"]) == (1, "glad of the call", None)
