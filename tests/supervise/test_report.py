"""The evening's report, line by line."""

from __future__ import annotations

from pathlib import Path

from tests.supervise.server_in_memory import REPORT, ServerInMemory
from tests.supervise.test_plain import said


def test_todays_report_is_said_or_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    told = REPORT.format(days="Calls of Sat Nov 21, 2026")
    lines = said(ServerInMemory(), f"report {file}", "report")
    assert lines[-8:] == [f"Written to {file}.", *told.splitlines()]
    assert file.read_text("utf-8") == f"{told}\n"
