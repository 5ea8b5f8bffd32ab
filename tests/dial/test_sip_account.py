"""An account becomes a line for baresip, or it is said what is wrong with it."""

from __future__ import annotations

import msgspec
import pytest

from phonetui.core.refusal import Refused
from phonetui.dial.sip_account import SipAccount

DANA = SipAccount(user="dana", domain="sip.example.org")


def changed(**fields: str) -> SipAccount:
    return msgspec.convert(msgspec.to_builtins(DANA) | fields, SipAccount)


def test_the_plainest_account() -> None:
    DANA.check()
    assert DANA.line("s3cret") == (
        "<sip:dana@sip.example.org;transport=udp>;auth_user=dana;auth_pass=s3cret;regint=600;answermode=manual;"
        "call_transfer=no;mwi=no"
    )


def test_an_account_with_everything() -> None:
    account = changed(auth_user="+1812", proxy="edge.example.org:5061", transport="tls", encryption="srtp")
    account.check()
    assert account.line("p'@<%é") == (
        "<sip:dana@sip.example.org;transport=tls>;auth_user=+1812;auth_pass=p'@<%é;"
        'outbound="sip:edge.example.org:5061;transport=tls";mediaenc=srtp-mand;regint=600;answermode=manual;'
        "call_transfer=no;mwi=no"
    )


def test_a_number_is_found_at_the_provider() -> None:
    assert DANA.uri_of("+18125550166") == "sip:+18125550166@sip.example.org"


@pytest.mark.parametrize("number", ["8125550166", "+1812", "+1812555016a", "", "+18125550166\nhangup", "sip:x@y"])
def test_what_is_no_number_is_not_dialed(number: str) -> None:
    with pytest.raises(Refused, match=r"^This voter's number cannot be dialed as it is; dial it by hand\.$"):
        DANA.uri_of(number)


@pytest.mark.parametrize("field", ["user", "auth_user"])
@pytest.mark.parametrize("user", ["da na", "dana;auth_pass=x", "dana>", "dana@home", "dana\n"])
def test_what_is_no_user(field: str, user: str) -> None:
    with pytest.raises(Refused, match=r"is no user of a SIP provider; write it as in sip:USER@DOMAIN\.$"):
        changed(**{field: user}).check()


@pytest.mark.parametrize("field", ["domain", "proxy", "interface"])
@pytest.mark.parametrize("host", ["sip example", "sip.example.org;x", "sip:example.org", "x>", "a\nb"])
def test_what_is_no_address(field: str, host: str) -> None:
    with pytest.raises(Refused, match=r"is no address of a SIP provider; write it as sip\.example\.org\.$"):
        changed(**{field: host}).check()


def test_a_provider_is_needed() -> None:
    with pytest.raises(Refused, match=r"^The SIP account lacks its provider; write it as sip\.example\.org\.$"):
        changed(domain="").check()


@pytest.mark.parametrize("device", ["alsa", "default", "alsa,", "alsa,x\nmodule y", "../x,y"])
def test_what_is_no_device(device: str) -> None:
    with pytest.raises(Refused, match=r"is no audio device; write DRIVER,DEVICE as in alsa,default\.$"):
        changed(microphone=device).check()


@pytest.mark.parametrize("password", ["", "two words", "semi;colon", 'quo"te', "line\nbreak"])
def test_a_password_that_the_file_cannot_carry(password: str) -> None:
    with pytest.raises(Refused) as refused:
        DANA.line(password)
    assert str(refused.value) == (
        "baresip takes no SIP password with a blank, a semicolon or a quotation mark; have another set."
    )


def test_a_line_longer_than_baresip_reads() -> None:
    with pytest.raises(Refused) as refused:
        DANA.line("x" * 500)
    assert str(refused.value) == "The SIP account is longer than baresip takes: 511 bytes in all."
