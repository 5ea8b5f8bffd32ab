"""A caller says what dials, at which pace, and by which account."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonetui.client.settings import Settings, fields, in_force, load_settings
from phonetui.client.settings_file import set_setting
from phonetui.core.refusal import Refused


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.yaml"


def test_without_a_word_a_caller_dials_by_hand(file: Path) -> None:
    settings = load_settings(file)
    assert (settings.dialer, settings.pace, settings.countdown) == ("hand", "preview", 3)


def test_an_account_is_set_value_by_value(file: Path) -> None:
    for name, value in (
        ("dialer", "baresip"),
        ("pace", "power"),
        ("countdown", "0"),
        ("sip", "dana@sip.example.org:5080"),
        ("sip_auth_user", "dana-17"),
        ("sip_microphone", "alsa,plughw:1"),
        ("echo", "+18125550199"),
        ("own_number", "+18125550123"),
    ):
        set_setting(file, name, [value])
    assert load_settings(file) == Settings(
        dialer="baresip",
        pace="power",
        countdown=0,
        sip="dana@sip.example.org:5080",
        sip_auth_user="dana-17",
        sip_microphone="alsa,plughw:1",
        echo="+18125550199",
        own_number="+18125550123",
    )
    rows = {row.name: row.value for row in in_force(file, {})}
    assert (rows["countdown"], rows["sip_proxy"]) == ("0", "''")


@pytest.mark.parametrize(
    "name",
    ["sip", "sip_auth_user", "sip_proxy", "sip_microphone", "sip_speaker", "sip_interface", "echo", "own_number"],
)
def test_what_was_set_is_taken_back_by_an_empty_text(file: Path, name: str) -> None:
    set_setting(file, name, [fields()[name].example])
    assert load_settings(file) != Settings()
    set_setting(file, name, [""])
    assert load_settings(file) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("dialer", "sip", "expected one of hand, link, qr, baresip, bridge, such as qr; found `sip`"),
        ("pace", "fast", "expected one of manual, preview, power, such as power; found `fast`"),
        ("countdown", "11", "expected whole seconds from 0 to 10, such as 5; found `11`"),
        ("countdown", "1.5", "expected whole seconds from 0 to 10, such as 5; found `1.5`"),
        ("countdown", "", "expected seconds, such as 5; there is nothing here"),
        ("sip", "dana", "The SIP account lacks its provider; write it as sip.example.org."),
        ("sip", "da na@x.org", "da na is no user of a SIP provider; write it as in sip:USER@DOMAIN."),
        ("sip_auth_user", "<x>", "<x> is no user of a SIP provider; write it as in sip:USER@DOMAIN."),
        ("sip_proxy", "a;b", "a;b is no address of a SIP provider; write it as sip.example.org."),
        ("sip_transport", "sctp", "expected one of udp, tcp, tls, such as tls; found `sctp`"),
        ("sip_encryption", "zrtp", "expected one of none, srtp, dtls, such as srtp; found `zrtp`"),
        ("sip_microphone", "mic", "mic is no audio device; write DRIVER,DEVICE as in alsa,default."),
        ("sip_speaker", "Alsa,x", "Alsa,x is no audio device; write DRIVER,DEVICE as in alsa,default."),
        ("sip_interface", "lo/0", "lo/0 is no address of a SIP provider; write it as sip.example.org."),
        (
            "echo",
            "5550199",
            "expected a number with its country's code, such as echo@sip.example.org; found `5550199`",
        ),
        ("echo", "echo@", "The SIP account lacks its provider; write it as sip.example.org."),
        (
            "own_number",
            "(812) 555-0123",
            "expected a number with its country's code, such as +18125550123; found `(812) 555-0123`",
        ),
    ],
)
def test_what_cannot_be_is_refused(file: Path, name: str, value: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        set_setting(file, name, [value])
    assert str(refused.value) == f"{name}: {says}"
    assert not file.exists()
