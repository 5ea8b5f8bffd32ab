"""A real program under strace, and what is read of it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from random import Random

import pytest

from phonetui.core.refusal import Refused
from tests.torture.disk import Disk
from tests.torture.strace import traced
from tests.torture.traced_disk import TracedDisk

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")

SAVES = """
import os, sys, threading
folder = sys.argv[1] + "/disk/calls"

def save():
    os.mkdir(folder)
    fresh = os.open(folder + "/new", os.O_WRONLY | os.O_CREAT)
    os.write(fresh, b"one ")
    os.write(fresh, bytes(range(256)))
    os.pwrite(fresh, b"two ", 0)
    os.fsync(fresh)
    os.rename(folder + "/new", folder + "/saved")
    os.fsync(os.open(folder, os.O_RDONLY))
    os.fsync(os.open(sys.argv[1] + "/disk", os.O_RDONLY))
    os.ftruncate(fresh, 2)

thread = threading.Thread(target=save)
thread.start()
thread.join()
print("done")
"""


@needs_strace
def test_a_disk_holds_what_a_traced_program_wrote_and_synced(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    told, calls = traced([sys.executable, "-c", SAVES, str(tmp_path)], os.environ, tmp_path / "trace")
    disk = Disk()
    traced_disk = TracedDisk(disk, tmp_path / "disk")
    for call in calls:
        traced_disk.play(call)
    assert told == b"done\n"
    assert disk.cut("all", Random(0)) == {Path("calls/saved"): b"tw"}
    assert disk.cut("nothing", Random(0)) == {Path("calls/saved"): b"two " + bytes(range(256))}


@needs_strace
def test_a_call_of_which_nobody_knows_what_a_cut_leaves_is_not_passed_over(tmp_path: Path) -> None:
    link = f"import os; os.symlink({str(tmp_path)!r}, {str(tmp_path / 'disk' / 'link')!r})"
    (tmp_path / "disk").mkdir()
    _, calls = traced([sys.executable, "-c", link], os.environ, tmp_path / "trace")
    traced_disk = TracedDisk(Disk(), tmp_path / "disk")
    with pytest.raises(ValueError, match=r"^nobody knows what a cut leaves of symlink$"):
        for call in calls:
            traced_disk.play(call)


def test_where_there_is_no_strace_its_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused) as refused:
        traced(["true"], {}, tmp_path / "trace")
    assert str(refused.value) == "The proof about power cuts needs strace; install the Debian package strace."
