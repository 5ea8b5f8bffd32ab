"""Links go to the system's own program as one argument, never through a shell; where there is none, it is said why."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.dial import system
from phonetui.dial.system import System

LINK = "sms:+18125550166?body=It%27s%20%24HOME%3B%20touch%20x"


def found(program: str) -> str:
    return f"/usr/bin/{program}"


def opener(folder: Path, name: str, lines: str) -> dict[str, str]:
    """A program of that name, the only one that is found."""
    program = folder / name
    program.write_text(f"#!{sys.executable}\nimport sys, time, pathlib\n{lines}\n")
    program.chmod(0o755)
    return {"DISPLAY": ":0", "PATH": str(folder)}


@pytest.mark.parametrize(
    ("environ", "platform", "sentence"),
    [
        ({"SSH_TTY": "/dev/pts/1", "DISPLAY": ":0"}, "linux", "Over ssh, programs of your own computer cannot be"),
        (
            {"SSH_CONNECTION": "1 2 3 4"},
            "darwin",
            "Over ssh, programs of your own computer cannot be opened from here.",
        ),
        ({}, "linux", "There is no desktop here whose programs could send it."),
        ({"WAYLAND_DISPLAY": "w"}, "linux", ""),
        ({}, "darwin", ""),
        ({}, "win32", ""),
    ],
)
def test_whether_a_program_can_be_there_is_known_before_it_is_offered(
    environ: dict[str, str], platform: str, sentence: str
) -> None:
    why_not = System(environ, platform, found).why_not
    assert why_not.startswith(sentence)
    assert bool(why_not) == bool(sentence)


def test_without_xdg_open_it_is_said_which_program_is_missing() -> None:
    nowhere = System({"DISPLAY": ":0"}, "linux", lambda program: None)
    assert nowhere.why_not == "There is no xdg-open here to hand it to a program that sends it."
    with pytest.raises(Refused, match=r"^There is no xdg-open here"):
        nowhere.open(LINK)


@pytest.mark.parametrize(("platform", "name"), [("linux", "xdg-open"), ("darwin", "open")])
def test_the_link_is_one_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, name: str) -> None:
    environ = opener(tmp_path, name, f"pathlib.Path({str(tmp_path / 'got')!r}).write_text(repr(sys.argv[1:]))")
    monkeypatch.setenv("PATH", environ["PATH"])
    System(environ, platform, found).open(LINK)
    assert (tmp_path / "got").read_text() == repr([LINK])


def test_a_program_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = opener(tmp_path, "xdg-open", "sys.exit(3)")
    monkeypatch.setenv("PATH", environ["PATH"])
    with pytest.raises(Refused) as refused:
        System(environ, "linux", found).open(LINK)
    assert str(refused.value) == "No program here takes sms links; choose the QR code."


def test_one_that_is_the_program_itself_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there, closed = tmp_path / "there", tmp_path / "closed"
    stays = f"while not pathlib.Path({str(closed)!r}).exists(): time.sleep(0.01)"
    environ = opener(tmp_path, "xdg-open", f"{stays}\npathlib.Path({str(there)!r}).touch()")
    monkeypatch.setenv("PATH", environ["PATH"])
    monkeypatch.setattr(system, "PATIENCE", 0.01)
    System(environ, "linux", found).open(LINK)
    assert not there.exists()
    closed.touch()


def test_one_that_is_not_there_after_all_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="No program here takes mailto links"):
        System({"DISPLAY": ":0"}, "linux", found).open("mailto:ann@example.org?body=x")
