"""What a power cut leaves of a few writes: the proof about cuts is worth as much as the disk it is made on."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.torture.disk import LEFT, SECTOR, Disk, Left

FILE, OTHER = Path("home/calls"), Path("home/calls.new")


def disk(content: bytes = b"old") -> Disk:
    return Disk({FILE: content})


def left(disk: Disk, how: Left) -> list[dict[Path, bytes]]:
    """Every different state among many cuts."""
    found: list[dict[Path, bytes]] = []
    for seed in range(200):
        cut = disk.cut(how, Random(seed))
        if cut not in found:
            found.append(cut)
    return found


def test_what_is_synced_is_there_whatever_the_disk_does() -> None:
    written = disk()
    written.write(written.open(FILE), 0, b"new")
    written.sync(written.open(FILE))
    for how in LEFT:
        assert left(written, how) == [{FILE: b"new"}]


def test_what_is_not_synced_may_be_gone() -> None:
    written = disk()
    written.write(written.open(FILE), 0, b"new")
    assert left(written, "nothing") == [{FILE: b"old"}]
    assert left(written, "all") == [{FILE: b"new"}]
    assert left(written, "any") == [{FILE: b"old"}, {FILE: b"new"}]


def test_a_write_may_be_there_without_the_one_before_it() -> None:
    written = disk(b"--")
    written.write(written.open(FILE), 0, b"a")
    written.write(written.open(FILE), 1, b"b")
    assert {FILE: b"-b"} in left(written, "any")
    assert {FILE: b"-b"} not in left(written, "up to")


def test_a_long_write_is_torn_between_sectors_alone() -> None:
    written = disk(b"-" * 2 * SECTOR)
    written.write(written.open(FILE), 0, b"x" * 2 * SECTOR)
    old, new = b"-" * SECTOR, b"x" * SECTOR
    assert {cut[FILE] for cut in left(written, "torn")} == {old + old, old + new, new + old, new + new}


def test_a_file_may_have_its_length_without_its_bytes() -> None:
    written = disk(b"")
    written.write(written.open(FILE), 0, b"key")
    assert {cut[FILE] for cut in left(written, "torn")} == {b"", b"key", b"\0\0\0"}


def test_a_shorter_file_may_still_be_long() -> None:
    written = disk(b"long")
    written.truncate(written.open(FILE), 0)
    assert left(written, "nothing") == [{FILE: b"long"}]
    assert left(written, "all") == [{FILE: b""}]


def test_a_synced_file_has_no_name_before_its_folder_is_synced() -> None:
    written = disk()
    written.write(written.open(OTHER), 0, b"new")
    written.sync(written.open(OTHER))
    assert left(written, "nothing") == [{FILE: b"old"}]
    written.sync_folder(OTHER.parent)
    assert left(written, "nothing") == [{FILE: b"old", OTHER: b"new"}]


def test_a_file_that_takes_the_place_of_another_is_there_or_the_other_is() -> None:
    written = disk()
    written.write(written.open(OTHER), 0, b"new")
    written.sync(written.open(OTHER))
    written.rename(OTHER, FILE)
    assert {cut[FILE] for cut in left(written, "any")} == {b"old", b"new"}
    written.sync_folder(FILE.parent)
    assert left(written, "nothing") == [{FILE: b"new"}]


def test_a_file_that_was_removed_may_be_back() -> None:
    written = disk()
    written.remove(FILE)
    assert left(written, "nothing") == [{FILE: b"old"}]
    assert left(written, "all") == [{}]


def test_nothing_is_left_in_a_folder_that_is_gone() -> None:
    written = Disk()
    written.make_folder(FILE.parent)
    written.open(FILE)
    written.sync_folder(FILE.parent)
    assert left(written, "nothing") == [{}]
    written.sync_folder(Path())
    assert left(written, "nothing") == [{FILE: b""}]


@pytest.mark.parametrize("seed", range(3))
def test_a_seed_brings_a_cut_about_again(seed: int) -> None:
    written = disk(b"-" * 9 * SECTOR)
    written.write(written.open(FILE), 100, b"x" * 8 * SECTOR)
    assert written.cut("torn", Random(seed)) == written.cut("torn", Random(seed))
