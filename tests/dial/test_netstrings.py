"""Messages come out whole, however they arrive."""

from __future__ import annotations

import pytest

from phonetui.dial.netstrings import LONGEST, Netstrings, netstring

SEVERAL = (b"", b"hello", b"5:inner,", "é".encode(), b"x" * 3000)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000, 100_000])
def test_in_pieces_of_any_size(size: int) -> None:
    sent = b"".join(map(netstring, SEVERAL))
    arriving = Netstrings()
    whole = [each for begin in range(0, len(sent), size) for each in arriving.feed(sent[begin : begin + size])]
    assert whole == list(SEVERAL)


@pytest.mark.parametrize(
    "nonsense", [b"HTTP/1.1 400", b"5:hello!", b"-1:,", b":,", b"%d:" % (LONGEST + 1), b"99999999999999"]
)
def test_what_is_none_is_refused(nonsense: bytes) -> None:
    arriving = Netstrings().feed(netstring(b"hello") + nonsense)
    assert next(arriving) == b"hello"
    with pytest.raises(ValueError, match="netstring"):
        next(arriving)
