"""What a pane has painted again."""

from __future__ import annotations

from datetime import timedelta

from phonetui.client.view import Line
from phonetui.screen.pane import Pane
from phonetui.tui.call_screen import CallScreen
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import NOW
from tests.tui.stage import Stage, play


def test_counting_down_to_the_next_try_paints_the_figure_alone() -> None:
    desk = DeskInMemory()
    desk.line = Line("offline", NOW - timedelta(minutes=31), NOW + timedelta(seconds=22))

    async def story(stage: Stage) -> None:
        await stage.sees("try in 22 s")
        desk.now = NOW + timedelta(seconds=1)
        assert isinstance(stage.app.screen, CallScreen)
        stage.app.screen.view = desk.view
        pieces = stage.app.screen.query_one("#status", Pane).update()
        assert [(piece.x, "".join(span.text for span in piece.spans)) for piece in pieces] == [
            (stage.status.index("22 s"), "21 s")
        ]

    play(story, desk)
