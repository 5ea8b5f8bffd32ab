"""Whatever is written for one caller is closed to all others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from phonetui.client.private_files import write_private


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has modes")
def test_every_folder_that_is_made_is_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "phonetui" / "journals" / "dana" / "key.wrapped"
    before = os.umask(0)
    try:
        write_private(file, b"x")
    finally:
        os.umask(before)
    assert {folder.stat().st_mode & 0o777 for folder in list(file.parents)[:3]} == {0o700}
    assert file.stat().st_mode & 0o777 == 0o600
