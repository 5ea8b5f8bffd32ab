from __future__ import annotations

import pytest

from phonetui.core.phone_call import BY_CAUSE, BY_SIP, SUGGESTS, Ending
from phonetui.core.standard_dispositions import BY_ID

SIP: list[tuple[int, Ending]] = [
    (486, "busy"),
    (600, "busy"),
    (404, "bad_number"),
    (410, "bad_number"),
    (484, "bad_number"),
    (604, "bad_number"),
    (480, "no_answer"),
    (408, "no_answer"),
    (487, "canceled"),
    (603, "declined"),
    (607, "blocked"),
    (608, "blocked"),
    (401, "auth_error"),
    (403, "auth_error"),
    (407, "auth_error"),
    (415, "media_error"),
    (488, "media_error"),
    (606, "media_error"),
    (500, "trunk_error"),
    (502, "trunk_error"),
    (503, "trunk_error"),
    (504, "trunk_error"),
]

Q_850: list[tuple[int, Ending]] = [
    (1, "bad_number"),
    (22, "bad_number"),
    (28, "bad_number"),
    (16, "completed"),
    (17, "busy"),
    (18, "no_answer"),
    (19, "no_answer"),
    (20, "no_answer"),
    (21, "declined"),
    (27, "trunk_error"),
    (34, "trunk_error"),
    (38, "trunk_error"),
    (41, "trunk_error"),
    (42, "trunk_error"),
    (58, "media_error"),
    (88, "media_error"),
    (102, "trunk_error"),
]


@pytest.mark.parametrize(("status", "ending"), SIP)
def test_a_sip_status_says_how_the_call_ended(status: int, ending: Ending) -> None:
    assert BY_SIP[status] == ending


@pytest.mark.parametrize(("cause", "ending"), Q_850)
def test_a_cause_of_the_telephone_network_says_how_the_call_ended(cause: int, ending: Ending) -> None:
    assert BY_CAUSE[cause] == ending


def test_every_status_and_cause_is_tried() -> None:
    assert (dict(SIP).keys(), dict(Q_850).keys()) == (BY_SIP.keys(), BY_CAUSE.keys())


def test_what_an_ending_suggests_is_a_standard_result_that_needs_nobody_on_the_line() -> None:
    assert {disposition: BY_ID[disposition].contact for disposition in SUGGESTS.values()} == {
        "busy": False,
        "not_home": False,
        "disconnected": False,
    }


def test_an_answer_and_a_failing_line_suggest_nothing() -> None:
    assert SUGGESTS.keys().isdisjoint({"completed", "blocked", "trunk_error", "auth_error", "media_error", "canceled"})
