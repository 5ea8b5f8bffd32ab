"""A shift opens with what dials in it; a SIP password that no keyring holds is typed before it, once."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable

import pytest

from phonetui.client.desk import PhoneDesk
from phonetui.client.phone_line import PhoneLine
from phonetui.commands import call_screen, shift_line
from phonetui.dial.qr import QrDialer
from tests.commands.conftest import Types
from tests.shell import Shell

pytestmark = pytest.mark.usefixtures("joined")

ASKED = (
    "No keyring here holds the SIP password of dana@sip.example.org; type it, or only Enter to dial by hand. "
    "`phonetui dial password` keeps it.\n"
)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[PhoneLine]:
    """The lines of the shifts from here on, each left at once."""
    opened: list[PhoneLine] = []

    async def leave(open_desk: Callable[[], Awaitable[PhoneDesk]]) -> int:
        desk = await open_desk()
        opened.append(desk.phone)
        await desk.close()
        return 0

    monkeypatch.setattr(shift_line, "_TYPED", {})
    monkeypatch.setattr(call_screen, "show", lambda open_desk, settings: asyncio.run(leave(open_desk)))
    return opened


def has_account(shell: Shell) -> None:
    for name, value in (("dialer", "baresip"), ("sip", "dana@sip.example.org")):
        shell.facts("settings", "set", name, value)


def test_without_a_setting_the_caller_dials(shell: Shell, lines: list[PhoneLine]) -> None:
    assert shell.run() == 0, shell.err
    assert lines[0].view.engine == "hand"


def test_the_phone_that_is_set_has_the_number_at_the_pace_that_is_set(shell: Shell, lines: list[PhoneLine]) -> None:
    for name, value in (("dialer", "qr"), ("pace", "power"), ("countdown", "7")):
        shell.facts("settings", "set", name, value)
    assert shell.run() == 0, shell.err
    assert (lines[0].view.engine, lines[0].wanted, lines[0].countdown) == ("qr", "power", 7)


def test_each_shift_closes_the_line_that_it_opened(
    shell: Shell, lines: list[PhoneLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[QrDialer] = []
    close = QrDialer.close

    async def closes(engine: QrDialer) -> None:
        closed.append(engine)
        await close(engine)

    monkeypatch.setattr(QrDialer, "close", closes)
    shell.facts("settings", "set", "dialer", "qr")
    for shifts in (1, 2):
        assert shell.run() == 0, shell.err
        assert (len({*map(id, lines)}), len({*map(id, closed)})) == (shifts, shifts)


def test_the_keyrings_password_is_not_asked_for(shell: Shell, lines: list[PhoneLine], types: Types) -> None:
    has_account(shell)
    types(passwords=("s3cret",))
    assert shell.run("dial", "password") == 0, shell.err
    assert shell.run() == 0, shell.err
    assert shell.err == ""
    assert "hangup" in lines[0].view.caps


def test_a_password_is_typed_once_where_no_keyring_holds_it(shell: Shell, lines: list[PhoneLine], types: Types) -> None:
    has_account(shell)
    types(passwords=("s3cret",))
    for asked in (ASKED, ""):
        assert shell.run() == 0, shell.err
        assert shell.err == asked
    assert all("hangup" in line.view.caps for line in lines)
    assert len(lines) == 2


@pytest.mark.parametrize("at_a_terminal", [True, False])
def test_who_types_none_dials_by_hand(
    shell: Shell, lines: list[PhoneLine], types: Types, monkeypatch: pytest.MonkeyPatch, at_a_terminal: bool
) -> None:
    has_account(shell)
    types(passwords=("",))
    if not at_a_terminal:
        monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert shell.run() == 0, shell.err
    assert shell.err == ASKED
    assert lines[0].view.caps == frozenset()
