"""What is written down of a crash is for its owner's eyes, whatever the umask."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from phonetui.commands.report import write_report


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has modes")
@pytest.mark.parametrize("umask", [0, 0o22, 0o77, 0o777])
def test_a_report_is_closed_to_others_under_any_umask(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "phonetui" / "reports"
    before = os.umask(umask)
    try:
        write_report(ZeroDivisionError(), folder)
    finally:
        os.umask(before)
    [report] = folder.iterdir()
    assert report.stat().st_mode & 0o777 == 0o600
    assert {each.stat().st_mode & 0o777 for each in (folder, folder.parent)} == {0o700}


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert write_report(ZeroDivisionError(), file) == (
        "phonetui has failed, which is a mistake in it, not of yours; "
        f"what happened could not be written to {file} (File exists)."
    )
