"""`phonetui dial`: a caller finds out what dials here, and keeps the password that it takes."""

from __future__ import annotations

import io
import re
import signal
import sys
from pathlib import Path

import msgspec
import pytest

from phonetui.client import echo_call
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.settings_file import set_setting
from phonetui.commands import call_screen, dial
from phonetui.core.phone_call import CallEvent
from phonetui.dial.qr import can_draw
from tests.commands.conftest import Types
from tests.dial.caller import account, processes_about
from tests.dial.fake_baresip import FakeBaresip, transcript
from tests.dial.sip_provider import RINGS, Provider, answers, needs_sip, takes, waits
from tests.shell import Shell

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="baresip is not driven on Windows")

HAND = "✓ ok    hand      the number is on the screen, and you dial it, or copy it with a key"
CODE = "✓ ok    qr        your phone reads the number off the screen"
FAKE = "✓ ok    fake      in the demo and in practice invented voters are rung"
NO_BRIDGE = "! note  bridge    No phone of yours is set; type phonetui settings set own_number NUMBER, or dial by hand."


class Home:
    """A caller's, with what is installed there."""

    def __init__(self, folder: Path, secrets: SecretsInMemory) -> None:
        self.folder = folder
        self.secrets = secrets

    def sets(self, **settings: str) -> None:
        for name, value in settings.items():
            set_setting(self.folder / "settings.yaml", name, [value])

    def has_account(self) -> None:
        self.sets(dialer="baresip", sip="dana@sip.example.org")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keyring: SecretsInMemory) -> Home:
    monkeypatch.setenv("PHONETUI_HOME", str(tmp_path / "home"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("NO_COLOR", "TMUX", "STY", "VTE_VERSION", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return Home(tmp_path / "home", keyring)


@pytest.fixture
def baresip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeBaresip:
    """Installed first in the path."""
    fake = FakeBaresip(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(fake.program).parent}:/usr/bin:/bin")
    return fake


def plays(baresip: FakeBaresip, *names: str, echo: str) -> None:
    """The transcripts, with the echo in the place of a voter."""
    lines = [line for name in names for line in transcript("4", name)]
    baresip.plays(*(line.replace("+18125550166@sip.example.org", echo) for line in lines))


# -- the password ------------------------------------------------------------------------------------------------------


def test_the_password_goes_into_the_keyring(home: Home, shell: Shell, types: Types) -> None:
    home.has_account()
    types(passwords=("s3cret",))
    assert shell.run("dial", "password") == 0, shell.err
    assert shell.out == ("The SIP password of dana@sip.example.org is in the keyring; phonetui dial check tries it.\n")
    assert list(home.secrets._secrets.values()) == ["s3cret"]
    assert "s3cret" not in "".join(file.read_text() for file in home.folder.rglob("*") if file.is_file())


def test_the_password_is_a_line_of_standard_input(home: Home, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    home.has_account()
    monkeypatch.setattr(sys, "stdin", io.StringIO("s3cret\n"))
    assert shell.facts("dial", "password", "--password-stdin") == {"sip": "dana@sip.example.org"}
    assert list(home.secrets._secrets.values()) == ["s3cret"]


def test_a_password_that_is_not_kept(home: Home, shell: Shell, types: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell.refusal("dial", "password") == (
        "No SIP account is set; type phonetui settings set sip USER@DOMAIN, or dial by hand."
    )
    home.has_account()
    types(passwords=("", "two words", "s3cret"))
    assert shell.refusal("dial", "password") == "No password was typed, so nothing was done."
    assert shell.refusal("dial", "password") == (
        "baresip takes no SIP password with a blank, a semicolon or a quotation mark; have another set."
    )

    async def keeps_nothing(name: str, secret: str) -> bool:
        return False

    monkeypatch.setattr(call_screen.this_laptop().secrets, "put", keeps_nothing)
    assert shell.refusal("dial", "password") == (
        "This computer has no keyring that keeps the SIP password; it is asked for before each shift instead."
    )


# -- the check ---------------------------------------------------------------------------------------------------------


def test_every_engine_says_what_it_lacks(home: Home, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert shell.run("dial", "check") == 0, shell.err
    assert shell.out.splitlines() == [
        HAND,
        "! note  link      There is no desktop here whose programs could dial. "
        "Choose the QR code: phonetui settings set dialer qr; or dial by hand.",
        CODE,
        "! note  baresip   baresip is not installed here; install it with your package manager, or dial by hand.",
        NO_BRIDGE,
        FAKE,
        "You have chosen hand; phonetui settings set dialer NAME changes that.",
    ]


def test_what_is_chosen_and_does_not_work_is_to_be_mended(home: Home, shell: Shell, baresip: FakeBaresip) -> None:
    home.sets(dialer="baresip", own_number="+18125550123")
    assert shell.run("dial", "check", "--json") == 1
    facts = msgspec.json.decode(shell.out)
    assert (facts["well"], facts["dialer"], facts["call"]) == (False, "baresip", None)
    *_, sip, bridge, _ = facts["engines"]
    assert (sip["state"], sip["found"]) == (
        "mend",
        "No SIP account is set; type phonetui settings set sip USER@DOMAIN, or dial by hand.",
    )
    assert (bridge["state"], bridge["found"]) == (
        "note",
        "+18125550123 is rung once a shift where the campaign has a bridge; its server is asked when the shift opens",
    )
    home.has_account()
    assert shell.run("dial", "check") == 1
    assert shell.out.splitlines()[3] == (
        "✗ mend  baresip   There is no password of dana@sip.example.org here; type phonetui dial password, "
        "or dial by hand."
    )


def has_password(home: Home, shell: Shell, types: Types) -> None:
    home.has_account()
    types(passwords=("s3cret",))
    assert shell.run("dial", "password") == 0, shell.err


def test_the_account_is_signed_in_and_a_call_tries_it(
    home: Home, shell: Shell, types: Types, baresip: FakeBaresip
) -> None:
    has_password(home, shell, types)
    home.sets(echo="echo@sip.example.org", sip_microphone="alsa,plughw:1")
    plays(baresip, "start", "they_hang_up", echo="echo@sip.example.org")
    assert shell.run("dial", "check") == 0, shell.err
    lines = shell.out.splitlines()
    assert lines[3].startswith("✓ ok    baresip   baresip 4.")
    assert lines[3].endswith("; dana@sip.example.org is signed in; microphone alsa,plughw:1, headphones alsa,default")
    assert re.fullmatch(
        r"✓ ok    test call echo@sip\.example\.org answered after \d+\.\d s, and you talked for \d+ s", lines[6]
    )
    assert shell.err.splitlines() == [
        "The test call is dialed.",
        "It rings.",
        "It is answered: speak, and hear yourself. It ends by itself, or with Ctrl-C.",
        "The call has ended",
    ]
    assert nothing_left(home)


def test_a_provider_that_is_lost_during_the_check_is_told(
    home: Home, shell: Shell, types: Types, baresip: FakeBaresip
) -> None:
    has_password(home, shell, types)
    home.sets(echo="+18125550166")
    *rings, ends = transcript("4", "busy")
    fails = '< {"event":true,"type":"REGISTER_FAIL","class":"register","param":"Connection timed out"}'
    baresip.plays(*transcript("4", "start"), *rings, fails, ends)
    assert shell.run("dial", "check") == 1
    assert (
        "The SIP provider sip.example.org does not answer just now; "
        "you hear when it is back, and can dial by hand meanwhile."
    ) in shell.err


def test_nobody_takes_the_test_call(home: Home, shell: Shell, types: Types, baresip: FakeBaresip) -> None:
    has_password(home, shell, types)
    home.sets(echo="+18125550166")
    plays(baresip, "start", "busy", echo="+18125550166@sip.example.org")
    assert shell.run("dial", "check") == 1
    assert shell.out.splitlines()[6] == "✗ mend  test call Busy"


def test_a_provider_that_refuses_the_password(home: Home, shell: Shell, types: Types, baresip: FakeBaresip) -> None:
    has_password(home, shell, types)
    plays(baresip, "wrong_password", echo="")
    assert shell.run("dial", "check") == 1
    assert shell.out.splitlines()[3].startswith(
        "✗ mend  baresip   The SIP provider refuses dana@sip.example.org with this password"
    )
    assert nothing_left(home)


def test_without_a_keyring_the_password_is_typed_or_read(
    home: Home, shell: Shell, types: Types, baresip: FakeBaresip, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.has_account()
    plays(baresip, "start", echo="")
    types(passwords=("s3cret",))
    assert shell.run("dial", "check") == 0, shell.out
    assert "; dana@sip.example.org is signed in; " in shell.out
    assert "auth_pass=s3cret" in baresip.left("accounts")
    monkeypatch.setattr(sys, "stdin", io.StringIO("an0ther\n"))
    plays(baresip, "start", echo="")
    assert shell.run("dial", "check", "--password-stdin") == 0, shell.out
    assert "auth_pass=an0ther" in baresip.left("accounts")
    assert nothing_left(home)


def test_no_password_is_asked_for_where_there_is_no_baresip_to_take_it(
    home: Home, shell: Shell, types: Types, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.has_account()
    types(passwords=())
    monkeypatch.setenv("PATH", "/nowhere")
    assert shell.run("dial", "check") == 1
    assert "✗ mend  baresip   baresip is not installed here" in shell.out


@pytest.mark.parametrize("lacks", ["colours", "UTF-8", "its theme's colours"])
def test_a_terminal_that_draws_no_code_and_copies_nothing_is_told(
    home: Home, shell: Shell, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("TERM", "linux")
    if lacks == "colours":
        monkeypatch.setenv("NO_COLOR", "1")
    elif lacks == "UTF-8":
        monkeypatch.setattr(dial, "can_draw", lambda environ, encoding: can_draw(environ, "ascii"))
    else:
        home.sets(theme="plain")
    shell.run("dial", "check")
    assert shell.out.splitlines()[0] == (
        "✓ ok    hand      the number is on the screen, and you dial it; this terminal copies nothing"
    )
    assert shell.out.splitlines()[2] == (
        "! note  qr        No code can be drawn in this terminal, which has no colours or no UTF-8; dial by hand."
    )


def test_an_echo_that_nothing_here_can_call_is_told(home: Home, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    home.sets(dialer="qr", echo="+18125550166")
    assert shell.run("dial", "check") == 0
    assert shell.out.splitlines()[6] == (
        "! note  test call +18125550166 was not called: baresip alone places test calls, and cannot here"
    )


def nothing_left(home: Home) -> bool:
    return list((home.folder / "sip").iterdir()) == [] and processes_about(str(home.folder)) == []


def real(home: Home, folder: Path, provider: Provider) -> None:
    """An account at a provider on loopback, with a recorded voice for a microphone."""
    there = account(folder, provider.port)
    home.sets(
        dialer="baresip",
        sip=there.address,
        sip_interface=there.interface,
        sip_microphone=there.microphone,
        sip_speaker=there.speaker,
        echo=f"echo@{there.domain}",
    )


def interrupts_once_answered(event: CallEvent) -> str:
    """Ctrl-C, in place of a word to the answer."""
    if event.state == "talking":
        signal.raise_signal(signal.SIGINT)
    return event.state


# -- in earnest --------------------------------------------------------------------------------------------------------


@needs_sip
def test_a_real_call_to_an_echo_ends_by_itself(
    home: Home, shell: Shell, types: Types, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echo_call, "STANDS", 0.3)
    with Provider(tmp_path, RINGS, waits(0.05), answers(), takes("BYE")) as provider:
        real(home, tmp_path, provider)
        types(passwords=("s3cret",))
        assert shell.run("dial", "password") == 0, shell.err
        assert shell.run("dial", "check") == 0, shell.out
        assert provider.hears("BYE")
    assert "echo@127.0.0.1" in shell.out
    assert "The call has ended" in shell.err
    assert nothing_left(home)


@needs_sip
def test_an_interrupt_hangs_up_and_leaves_nothing(
    home: Home, shell: Shell, types: Types, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Provider(tmp_path, RINGS, answers(), takes("BYE")) as provider:
        real(home, tmp_path, provider)
        types(passwords=("s3cret",))
        assert shell.run("dial", "password") == 0, shell.err
        monkeypatch.setattr(echo_call, "_words", interrupts_once_answered)
        assert shell.run("dial", "check") == 130
        assert provider.hears("BYE")
    assert shell.err.endswith("Stopped; no call is left.\n")
    assert nothing_left(home)
