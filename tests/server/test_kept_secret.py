"""A secret of others is kept whole, and an earlier one until then."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.server.kept_secret import KeptSecret

KEY = KeptSecret("The key", "key", "KEY")


def test_a_new_one_takes_the_place_of_the_old(tmp_path: Path) -> None:
    KEY.keep(tmp_path, "old")
    (tmp_path / "key.new").write_text("of a run that was killed")
    KEY.keep(tmp_path, "new")
    assert KEY.read(tmp_path, {}) == "new"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


@pytest.mark.parametrize(
    ("number", "mend"), [(errno.ENOSPC, "make room on the disk"), (errno.EACCES, "make its folder writable")]
)
def test_what_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, mend: str
) -> None:
    KEY.keep(tmp_path, "old")

    def fails(_descriptor: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(Refused) as refused:
        KEY.keep(tmp_path, "new")
    assert str(refused.value) == f"The file {tmp_path / 'key'} cannot be written (no); {mend}."
    assert KEY.read(tmp_path, {}) == "old"
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    KEY.keep(tmp_path, "old")
    (tmp_path / "key").write_bytes(b"abc\xff\xfe")
    with pytest.raises(Refused) as refused:
        KEY.read(tmp_path, {})
    assert str(refused.value) == f"The key {tmp_path / 'key'} is not text in UTF-8; remove it, and give the right one."
