"""Why the campaign did not take an event, as the caller hears it."""

from __future__ import annotations

from string import Formatter

import msgspec
import pytest

from phonetui.client.reason import Reason
from phonetui.core.translation import speaking
from phonetui.wire import REJECTIONS, Receipt

FIELDS = {
    "bytes": "70000",
    "most": "65536",
    "error": "Expected `str`",
    "field": "note",
    "digits": "2",
    "words": "Not now",
}


def test_a_reason_with_a_code_is_told_in_the_callers_language() -> None:
    reason = Reason.on(Receipt("e", "d", "rejected", "The event is too long.", "too-long", FIELDS))
    assert reason.told == "The event has 70000 bytes; 65536 are allowed."
    with speaking("es"):
        assert reason.told == "El registro tiene 70000 bytes; se permiten 65536."


@pytest.mark.parametrize("code", REJECTIONS)
def test_every_reason_has_its_sentence_in_spanish(code: str) -> None:
    with speaking("es"):
        told = Reason("", code, FIELDS).told
    assert told
    assert told != Reason("", code, FIELDS).told
    assert all(FIELDS[field] in told for _, field, _, _ in Formatter().parse(REJECTIONS[code]) if field)


@pytest.mark.parametrize(
    "reason",
    [
        Reason("The moon was full."),
        Reason("The moon was full.", "full-moon", {"month": "May"}),
        Reason("The moon was full.", "too-long", {"bytes": "70000"}),
        Reason("The moon was full.", "too-long"),
    ],
    ids=["no code", "a code of a newer server", "a field is not there", "no field is there"],
)
def test_where_the_code_says_nothing_the_servers_own_sentence_is_told(reason: Reason) -> None:
    with speaking("es"):
        assert reason.told == "The moon was full."


def test_a_server_without_codes_is_understood() -> None:
    receipt = msgspec.json.decode(b'{"id":"e","digest":"d","status":"rejected","reason":"No."}', type=Receipt)
    assert Reason.on(receipt).told == "No."
