from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest
from textual.worker import WorkerFailed

from phonetui.client.view import View
from phonetui.core.refusal import Refused
from phonetui.core.word import Word
from phonetui.tui.app import PhonetuiApp, show
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import SOO_JIN
from tests.tui.stage import Stage, play


def run(app: PhonetuiApp) -> None:
    """Show the desk without a window until it ends by itself."""
    asyncio.run(asyncio.wait_for(show(app, headless=True), 120))


def test_a_desk_that_cannot_be_opened_is_refused_with_its_own_words() -> None:
    async def open_desk() -> DeskInMemory:
        raise Refused("Another window has this journal open; close it first.")

    with pytest.raises(Refused, match="Another window has this journal open; close it first"):
        run(PhonetuiApp(open_desk))


def test_keys_that_cannot_be_are_refused_and_the_desk_is_closed() -> None:
    desk = DeskInMemory()

    async def open_desk() -> DeskInMemory:
        return desk

    with pytest.raises(Refused, match="Your keys name an action “notes” that does not exist"):
        run(PhonetuiApp(open_desk, own_keys={"notes": ["o"]}))
    assert desk.closed


def test_leaving_closes_the_desk() -> None:
    class Leaving(DeskInMemory):
        async def start(self) -> None:
            await super().start()
            asyncio.get_running_loop().call_later(0.1, lambda: app.exit())

    desk = Leaving()

    async def open_desk() -> DeskInMemory:
        return desk

    app = PhonetuiApp(open_desk)
    run(app)
    assert desk.closed


def test_leaving_while_the_desk_is_being_opened_closes_it_too() -> None:
    desk = DeskInMemory()

    async def open_desk() -> DeskInMemory:
        app.exit()
        await asyncio.sleep(0.2)
        return desk

    app = PhonetuiApp(open_desk)
    run(app)
    assert desk.closed


def test_a_crash_shows_nobody_and_comes_to_whoever_called() -> None:
    class Broken(DeskInMemory):
        @property
        def view(self) -> View:
            raise ZeroDivisionError(f"while {SOO_JIN.full_name} was on the screen")

    desk = Broken()

    async def open_desk() -> DeskInMemory:
        return desk

    printed = io.StringIO()
    with pytest.raises(ZeroDivisionError), redirect_stdout(printed), redirect_stderr(printed):
        run(PhonetuiApp(open_desk))
    assert printed.getvalue() == ""
    assert desk.closed


def test_a_task_that_fails_unnoticed_is_a_crash_too() -> None:
    desk = DeskInMemory()

    async def fail() -> None:
        raise ZeroDivisionError(f"while {SOO_JIN.full_name} was on the screen")

    async def open_desk() -> DeskInMemory:
        asyncio.get_running_loop().call_later(0.1, lambda: asyncio.ensure_future(fail()))
        return desk

    printed = io.StringIO()
    with pytest.raises(ZeroDivisionError), redirect_stdout(printed), redirect_stderr(printed):
        run(PhonetuiApp(open_desk))
    assert printed.getvalue() == ""
    assert desk.closed


def test_a_crash_while_something_is_asked_comes_to_whoever_called() -> None:
    class Broken(DeskInMemory):
        async def write_down(self, word: Word) -> None:
            raise ZeroDivisionError

    async def story(stage: Stage) -> None:
        await stage.press("g", "x", "enter")
        await stage.until(lambda: stage.app.crash is not None)
        assert isinstance(stage.app.crash, ZeroDivisionError)

    with pytest.raises(WorkerFailed):  # as the test pilot tells it
        play(story, Broken())


def test_while_the_desk_opens_the_caller_can_leave() -> None:
    async def open_desk() -> DeskInMemory:
        await asyncio.Event().wait()
        raise AssertionError

    async def story() -> None:
        app = PhonetuiApp(open_desk)
        async with app.run_test() as pilot:
            assert "phonetui" in app.screen._compositor.render_strips()[0].text
            await pilot.press("q")
        assert app.return_code == 0

    asyncio.run(story())


def test_nothing_but_textual_is_loaded_before_the_first_frame() -> None:
    code = "import sys, phonetui.tui.app; print(*sorted(n for n in sys.modules if n.startswith('phonetui.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == [
        "phonetui.core",
        "phonetui.core.refusal",
        "phonetui.screen",
        "phonetui.screen.clipboard",
        "phonetui.screen.opening_screen",
        "phonetui.screen.sizes",
        "phonetui.screen.steady",
        "phonetui.screen.styles",
        "phonetui.screen.terminal",
        "phonetui.screen.themes",
        "phonetui.tui",
        "phonetui.tui.app",
        "phonetui.tui.messages",
    ]
