"""What the provider answered is read off what baresip prints."""

from __future__ import annotations

import pytest

from phonetui.dial.sip_trace import SipAnswer, SipTrace

PRINTED = """call: connecting to 'sip:+18125550166@127.0.0.1'..\r
\x1b[36;1m#\r
UDP 127.0.0.1:35893 -> 127.0.0.1:5099\r
INVITE sip:+18125550166@127.0.0.1:5099;transport=udp SIP/2.0\r\r
Call-ID: 6e3f1d237f1dffa4\r\r
CSeq: 53445 INVITE\r\r
\r\r
v=0\r\r
\x1b[;m\r
UDP 127.0.0.1:5099 -> 127.0.0.1:35893\r
SIP/2.0 100 Trying\r\r
Call-ID: 6e3f1d237f1dffa4\r\r
CSeq: 53445 INVITE\r\r
Content-Length: 0\r\r
\r\r
UDP 127.0.0.1:5099 -> 127.0.0.1:35893\r
SIP/2.0 200 OK\r\r
i: 0123456789abcdef\r\r
CSeq: 7 REGISTER\r\r
\r\r
SIP/2.0 500 Server Error\r\r
i: 6e3f1d237f1dffa4\r\r
Reason: SIP;cause=500\r\r
Reason: Q.850 ; cause=1;text="Unallocated"\r\r
CSeq: 53445 INVITE\r\r
\r\r
"""


@pytest.mark.parametrize("size", [1, 5, 10_000])
def test_answers_to_a_call_with_the_networks_cause(size: int) -> None:
    trace, printed = SipTrace(), PRINTED.encode()
    read = [answer for at in range(0, len(printed), size) for answer in trace.feed(printed[at : at + size])]
    assert read == [SipAnswer("6e3f1d237f1dffa4", 100), SipAnswer("6e3f1d237f1dffa4", 500, 1)]


def test_endless_lines_take_no_memory() -> None:
    trace = SipTrace()
    for _ in range(100):
        assert trace.feed(b"x" * 65536) == []
    assert trace.feed(PRINTED.encode())
