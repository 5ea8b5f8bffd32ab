"""A number goes into the clipboard wherever the terminal is, and where it does not, that is said."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from textual.app import App

from phonetui.screen import clipboard
from phonetui.screen.clipboard import can_copy, copied_by_program, copy, sequence, takes_none
from tests.tui.stage import Stage, play

NUMBER = "+18125550166"
ASKS = "\x1b]52;c;KzE4MTI1NTUwMTY2\x07"


def test_the_terminal_is_asked() -> None:
    assert sequence(NUMBER, {"TERM": "xterm-256color"}) == ASKS


def test_tmux_is_asked_itself_and_for_the_terminal_around_it() -> None:
    assert sequence(NUMBER, {"TMUX": "/tmp/tmux-0/default,1,0"}) == (
        f"{ASKS}\x1bPtmux;\x1b\x1b]52;c;KzE4MTI1NTUwMTY2\x07\x1b\\"
    )


def test_screen_is_asked_for_the_terminal_around_it() -> None:
    assert sequence(NUMBER, {"STY": "1.pts-0"}) == f"\x1bP{ASKS}\x1b\\"


@pytest.mark.parametrize("environ", [{"TERM": "linux"}, {"TERM_PROGRAM": "Apple_Terminal"}, {"VTE_VERSION": "7006"}])
def test_a_terminal_that_takes_nothing_is_not_asked(environ: dict[str, str]) -> None:
    assert takes_none(environ)
    assert sequence(NUMBER, environ) == ""
    assert not takes_none(environ | {"TMUX": "/tmp/tmux-0/default,1,0"})


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")
def test_a_program_of_this_computer_copies_in_its_place(tmp_path: Path) -> None:
    copier = tmp_path / "copier"
    copier.write_text(f'#!/bin/sh\ncat > "{tmp_path}/copied"\n')
    copier.chmod(0o755)
    assert copied_by_program(NUMBER, [[str(tmp_path / "missing")], [str(copier)]])
    assert (tmp_path / "copied").read_text() == NUMBER
    assert not copied_by_program(NUMBER, [["false"], [str(tmp_path / "missing")]])


def test_over_ssh_no_program_there_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def takes(text: str, copiers: object = None) -> bool:
        asked.append(text)
        return True

    monkeypatch.setattr(clipboard, "copied_by_program", takes)

    def copies(**environ: str) -> bool:
        return asyncio.run(copy(App[None](), NUMBER, environ))

    assert copies(TERM="linux")
    assert asked == [NUMBER]
    assert not copies(TERM="linux", SSH_CONNECTION="192.0.2.1 5 192.0.2.2 22")
    assert asked == [NUMBER]


@pytest.mark.parametrize("tmux_is_new", [True, False])
def test_tmux_asks_the_terminal_around_it_and_an_old_one_is_asked_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmux_is_new: bool
) -> None:
    app = App[None]()
    asked: list[object] = []

    def takes(text: str, copiers: object = None) -> bool:
        asked.append(copiers)
        return tmux_is_new

    monkeypatch.setattr(clipboard, "copied_by_program", takes)
    assert asyncio.run(copy(app, NUMBER, {"TMUX": "/tmp/tmux-0/default,1,0"}))
    assert asked == [[clipboard.TMUX]]
    assert app.clipboard == ("" if tmux_is_new else NUMBER)


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("tmux"), reason="tmux is needed: apt-get install")
def test_a_number_comes_through_tmux_as_it_is_installed(tmp_path: Path) -> None:
    from tests.terminal import Terminal  # of which there is none on Windows

    tmux = [shutil.which("tmux") or "", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    copies = f"printf {NUMBER} | {shlex.join(clipboard.TMUX)}; sleep 60"
    with Terminal([*tmux, "new-session", copies], {"PATH": os.environ["PATH"]}) as terminal:
        terminal.sees(lambda _: b"KzE4MTI1NTUwMTY2" in terminal.output)
        subprocess.run([*tmux, "kill-server"], check=True)


def test_who_cannot_copy_is_told_what_to_dial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM_PROGRAM", "Apple_Terminal")
    monkeypatch.setattr(clipboard, "COPIERS", ())
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 5 192.0.2.2 22")

    async def story(stage: Stage) -> None:
        await stage.press("y")
        await stage.sees("Your terminal lets nothing be copied; dial (812) 555-0166.")

    play(story)


@pytest.mark.parametrize(
    ("environ", "program", "can"),
    [
        ({"TERM": "xterm-256color"}, None, True),
        ({"TERM": "linux", "TMUX": "/tmp/tmux-0/default,1,0"}, None, True),
        ({"TERM": "linux"}, None, False),
        ({"TERM": "linux"}, "/usr/bin/xclip", True),
        ({"TERM": "linux", "SSH_CONNECTION": "1 2 3 4"}, "/usr/bin/xclip", False),
    ],
)
def test_whether_anything_here_takes_a_copy_is_known_before(
    environ: dict[str, str], program: str | None, can: bool
) -> None:
    assert can_copy(environ, lambda name: program) is can
