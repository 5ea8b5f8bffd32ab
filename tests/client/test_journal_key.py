"""The journals' key, by fingerprint and under a password."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from phonetui.client.journal_key import fingerprint, load_wrapped, new_key, save_wrapped, unwrap, wrap
from phonetui.core.refusal import Refused
from tests.client.people import KEY

PASSWORD = "correct horse"
WRONG = "This is not the password that the calls on this computer are locked with; type it again."


def test_keys_are_new_and_have_names_that_tell_nothing() -> None:
    one, other = new_key(), new_key()
    assert len(one) == 32
    assert one != other
    assert len({fingerprint(one), fingerprint(other), fingerprint(KEY)}) == 3
    assert KEY.hex() not in fingerprint(KEY)


def test_the_password_opens_the_key(tmp_path: Path) -> None:
    save_wrapped(tmp_path / "key.wrapped", wrap(KEY, PASSWORD))
    assert KEY not in (tmp_path / "key.wrapped").read_bytes()
    wrapped = load_wrapped(tmp_path / "key.wrapped")
    assert wrapped is not None
    assert unwrap(wrapped, PASSWORD) == KEY


def test_no_pad_is_used_twice() -> None:
    one, other = wrap(KEY, PASSWORD), wrap(KEY, PASSWORD)
    assert (one.salt, one.pad) != (other.salt, other.pad)
    assert KEY not in (one.pad, other.pad)


def test_another_password_or_another_file_opens_nothing() -> None:
    wrapped = wrap(KEY, PASSWORD)
    damaged = msgspec.structs.replace(wrapped, pad=bytes(32))
    for opened, password in ((wrapped, "wrong horse"), (damaged, PASSWORD)):
        with pytest.raises(Refused) as refused:
            unwrap(opened, password)
        assert str(refused.value) == WRONG


def test_a_short_password_locks_nothing() -> None:
    with pytest.raises(Refused) as refused:
        wrap(KEY, "short")
    assert str(refused.value) == ("This password is too short to lock your calls with; use 10 characters or more.")


@pytest.mark.parametrize("content", [b"", b"[", b"{}", b'{"salt":"","pad":"","mark":""}', b"\xff"])
def test_a_file_that_is_none_is_as_if_it_were_not_there(tmp_path: Path, content: bytes) -> None:
    assert load_wrapped(tmp_path / "key.wrapped") is None
    (tmp_path / "key.wrapped").write_bytes(content)
    assert load_wrapped(tmp_path / "key.wrapped") is None
