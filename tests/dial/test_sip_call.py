"""A call by its events: which are its own, what its timers do, and how it ended."""

from __future__ import annotations

import pytest

from phonetui.core.phone_call import BY_CAUSE, BY_SIP, Ending, State
from phonetui.dial.sip_call import FIRST_ANSWER, NEXT, PUTTING_DOWN, Heard, SipCall, ending_of
from phonetui.dial.sip_trace import SipAnswer

URI = "sip:+18125550166@sip.example.org"
PEER = f"{URI};transport=udp"


def called(ring_timeout: float = 25) -> SipCall:
    call = SipCall("call-1", URI, ring_timeout)
    call.place(now=100.0)
    return call


def told(type_: str, param: str = "", sip_id: str = "a1") -> Heard:
    return Heard(type_, sip_id, PEER, "outgoing", param)


def test_a_call_from_dialing_to_its_end() -> None:
    call = called()
    assert call.hear(told("CALL_OUTGOING"), 100.1) is None
    assert call.hear(told("CALL_RINGING"), 101) == "ringing"
    assert call.hear(told("CALL_PROGRESS"), 102) is None
    assert call.talked(103) is None
    assert call.hear(told("CALL_ESTABLISHED"), 110) == "talking"
    assert call.due() is None
    assert call.talked(115) == 5
    assert call.hear(told("CALL_CLOSED", "Connection reset by peer"), 130) == "ended"
    assert (call.ending, call.talked(200)) == ("completed", 20)
    assert call.hear(told("CALL_CLOSED"), 131) is None


@pytest.mark.parametrize(("state", "event"), NEXT)
def test_each_row_of_the_table(state: State, event: str) -> None:
    call = called()
    call.state = state
    assert call.hear(told(event), 101) == NEXT[state, event] == call.state


def test_before_an_id_is_known_a_call_is_known_by_who_is_called() -> None:
    call = called()
    assert call.is_about(Heard("CALL_LOCAL_SDP", "", PEER, "outgoing", "offer"))
    assert not call.is_about(Heard("CALL_RINGING", "a1", PEER.replace("66", "67"), "outgoing"))
    assert not call.is_about(Heard("CALL_INCOMING", "a1", PEER, "incoming"))
    call.hear(told("CALL_RINGING"), 101)
    assert call.is_about(told("CALL_CLOSED"))
    assert not call.is_about(told("CALL_CLOSED", sip_id="b2"))
    assert not call.is_about(told("CALL_CLOSED", sip_id=""))


@pytest.mark.parametrize(("status", "ending"), BY_SIP.items())
def test_a_refusal_by_its_status(status: int, ending: Ending) -> None:
    call = called()
    call.hear(told("CALL_CLOSED", f"{status} Some Words"), 101)
    assert call.ending == ending == ending_of(status)


@pytest.mark.parametrize(("cause", "ending"), BY_CAUSE.items())
def test_a_vague_status_yields_to_the_networks_cause(cause: int, ending: Ending) -> None:
    assert ending_of(500, cause) == (ending if ending != "completed" else "trunk_error")
    assert ending_of(499, cause) == (ending if ending != "completed" else "unknown")
    assert ending_of(486, cause) == "busy"
    assert ending_of(608, cause) == "blocked"


def test_the_cause_comes_from_what_was_printed() -> None:
    call = called()
    call.hear_answer(SipAnswer("a1", 503, 1), 101)
    call.hear(told("CALL_CLOSED", "503 Service Unavailable"), 101)
    assert call.ending == "bad_number"


def test_the_cause_of_another_call_is_not_taken() -> None:
    call = called()
    call.hear(told("CALL_RINGING"), 101)
    call.hear_answer(SipAnswer("b2", 503, 1), 101)
    call.hear(told("CALL_CLOSED", "503 Service Unavailable"), 101)
    assert call.ending == "trunk_error"


@pytest.mark.parametrize(
    ("before", "param", "ending"),
    [
        ((), "Connection refused", "trunk_error"),
        ((), "Destination address required", "trunk_error"),
        ((), "", "trunk_error"),
        (("CALL_RINGING",), "Connection timed out", "unknown"),
        (("CALL_RINGING",), "699 Whatever", "unknown"),
        (("CALL_RINGING", "CALL_REMOTE_SDP"), "No such file or directory", "media_error"),
        (("CALL_RINGING", "CALL_REMOTE_SDP"), "486 Busy Here", "busy"),
        (("CALL_ESTABLISHED",), "Connection timed out", "completed"),
    ],
)
def test_an_end_without_a_status(before: tuple[str, ...], param: str, ending: Ending) -> None:
    call = called()
    for event in before:
        call.hear(told(event), 101)
    call.hear(told("CALL_CLOSED", param), 102)
    assert call.ending == ending


def test_a_provider_that_says_nothing_is_given_six_seconds() -> None:
    call = called()
    assert call.due() == 100 + FIRST_ANSWER == 106
    assert call.tick(105.9) is None
    assert call.tick(106) == "put down"
    assert call.hear(told("CALL_CLOSED", "Connection reset by user"), 106.1) == "ended"
    assert call.ending == "trunk_error"


def test_trying_is_an_answer_and_a_phone_far_away_is_given_its_time() -> None:
    call = called()
    call.hear_answer(SipAnswer("a1", 100), 101)
    assert call.tick(107) is None
    call.hear(told("CALL_RINGING"), 112)
    assert call.due() == 112 + 25
    assert call.tick(137) == "put down"
    call.hear(told("CALL_CLOSED", "Connection reset by user"), 137)
    assert call.ending == "no_answer"


def test_nobody_has_less_than_fifteen_seconds_to_answer() -> None:
    call = called(ring_timeout=3)
    call.hear(told("CALL_RINGING"), 101)
    assert call.due() == 116


@pytest.mark.parametrize(
    ("events", "ending"),
    [((), "canceled"), (("CALL_RINGING",), "canceled"), (("CALL_RINGING", "CALL_ESTABLISHED"), "completed")],
)
def test_hanging_up(events: tuple[str, ...], ending: Ending) -> None:
    call = called()
    for event in events:
        call.hear(told(event), 101)
    call.put_down(102)
    call.hear(told("CALL_CLOSED", "Connection reset by user"), 102)
    assert call.ending == ending


def test_an_answer_at_the_moment_of_hanging_up_is_no_talk() -> None:
    call = called()
    call.hear(told("CALL_RINGING"), 101)
    call.put_down(102)
    assert call.hear(told("CALL_ESTABLISHED"), 102) is None
    call.hear(told("CALL_CLOSED"), 103)
    assert (call.ending, call.talked(104)) == ("canceled", None)


def test_a_line_that_is_not_put_down_is_given_up() -> None:
    call = called()
    call.put_down(102)
    assert call.tick(102 + PUTTING_DOWN) == "stuck"
    call.lose(104)
    assert call.ending == "canceled"


@pytest.mark.parametrize(
    ("events", "ending"),
    [((), "trunk_error"), (("CALL_RINGING",), "unknown"), (("CALL_ESTABLISHED",), "unknown")],
)
def test_a_call_whose_engine_is_gone(events: tuple[str, ...], ending: Ending) -> None:
    call = called()
    for event in events:
        call.hear(told(event), 101)
    assert call.lose(102) == "ended"
    assert call.ending == ending
