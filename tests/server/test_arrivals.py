from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from phonetui.core.refusal import Refused
from phonetui.server.arrivals import event_id, event_seq, read

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = {
    "kind": st.sampled_from(["outcome", "undo", "skip", "dial", "report", "remark", "pledge", ""]),
    "id": st.text(max_size=40),
    "seq": st.integers(-3, 2**40),
    "at": st.datetimes(timezones=st.just(None) | st.timezones()).map(lambda at: at.isoformat()),
    "campaign_id": st.just("turnout"),
    "voter_id": st.text(max_size=12) | st.integers(0, 2**40).map(str),
    "ticket": st.text(max_size=50),
    "supersedes": st.text(max_size=40),
    "disposition": st.text(max_size=50),
    "number_ending": st.text(max_size=3),
    "text": st.text(),
}
EVENTS = st.fixed_dictionaries({}, optional={name: field | ANYTHING for name, field in FIELDS.items()})


@settings(max_examples=300, deadline=None)
@given(EVENTS | ANYTHING, st.booleans())
def test_whatever_is_sent_is_read_or_refused(sent: object, overseer: bool) -> None:
    body = Raw(msgspec.json.encode(sent))
    try:
        arrival = read(body, b"k" * 32, "turnout", "dana", overseer)
    except Refused as refused:
        assert str(refused).endswith(".")
    else:
        assert (arrival.head.id, arrival.head.seq) == (event_id(body), event_seq(body))


@pytest.mark.parametrize("body", [b"\xff", b'{"id":"\xff"}', b"{", b"", b"\x00", b"[" * 100_000])
def test_what_is_not_even_json_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        read(Raw(body), b"k" * 32, "turnout", "dana", False)
    assert (event_id(Raw(body)), event_seq(Raw(body))) == ("", 0)
