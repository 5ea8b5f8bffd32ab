"""Whatever is written for one caller is closed to all others."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from phonetui.client.orderly_end import orderly_end
from phonetui.client.private_files import new_file, write_private


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has modes")
@pytest.mark.parametrize("umask", [0, 0o22, 0o77, 0o777])
def test_every_folder_that_is_made_is_closed_to_others(tmp_path: Path, umask: int) -> None:
    file = tmp_path / "phonetui" / "journals" / "dana" / "key.wrapped"
    before = os.umask(umask)
    try:
        write_private(file, b"x")
    finally:
        os.umask(before)
    assert {folder.stat().st_mode & 0o777 for folder in list(file.parents)[:3]} == {0o700}
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a folder cannot be synced")
def test_a_folder_that_is_made_outlives_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    write_private(tmp_path / "phonetui" / "journals" / "key.wrapped", b"x")
    folders = (tmp_path, tmp_path / "phonetui", tmp_path / "phonetui" / "journals")
    assert {folder.stat().st_ino for folder in folders} <= set(synced)


def test_a_file_that_somebody_else_calls_unfinished_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "outbox.jsonl.part"
    theirs.write_text("half a download")
    with new_file(tmp_path / "outbox.jsonl") as out:
        out.write(b"whole")
    assert theirs.read_text() == "half a download"
    assert (tmp_path / "outbox.jsonl").read_bytes() == b"whole"
    assert len(list(tmp_path.iterdir())) == 2


def test_what_a_kill_left_of_an_earlier_file_goes_with_the_next(tmp_path: Path) -> None:
    name = "outbox [1].jsonl"
    left = tmp_path / f"{name}.phonetui-k1ll3d_x.part"
    left.write_text("half of it")
    with new_file(tmp_path / name) as out:
        out.write(b"whole")
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a signal ends the process at once")
@pytest.mark.parametrize("told_by", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_who_is_told_to_end_leaves_no_half_file(tmp_path: Path, told_by: str) -> None:
    with pytest.raises((SystemExit, KeyboardInterrupt)), orderly_end(), new_file(tmp_path / "outbox.jsonl") as out:
        out.write(b"half")
        signal.raise_signal(getattr(signal, told_by))
    assert list(tmp_path.iterdir()) == []
