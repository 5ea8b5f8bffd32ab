"""What a crash leaves is ended and removed at the next start, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from phonetui.dial.baresip_folder import PrivateFolder, sweep

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in Linux's /proc")

#: Seconds in which whoever is killed is gone, however busy the machine.
PATIENCE = 120.0
#: Makes a folder, starts a program that is about it, and is gone.
_CRASHES = """
import os, subprocess, sys
from pathlib import Path
from phonetui.dial.baresip_folder import PrivateFolder
folder = PrivateFolder(Path(sys.argv[1]))
about = str(folder.path) if sys.argv[2] == "about it" else "something else"
child = subprocess.Popen(["sh", "-c", "sleep 60; true", about])
folder.remember(child.pid)
print(child.pid, flush=True)
os.abort()
"""


def crashed(parent: Path, about: str) -> int:
    """The process that one who crashed has left."""
    command = [sys.executable, "-c", _CRASHES, str(parent), about]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL) as crash:
        assert crash.stdout is not None
        return int(crash.stdout.readline())


def is_running(process: int) -> bool:
    """Whether it is, other than as somebody's that nobody has asked about yet."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


def ends(process: int) -> bool:
    """Whether it ends; a signal to do so takes effect once the machine has time for it."""
    until = time.monotonic() + PATIENCE
    while is_running(process) and time.monotonic() < until:
        time.sleep(0.01)
    return not is_running(process)


def test_what_a_crash_has_left_is_ended_and_removed(tmp_path: Path) -> None:
    left = crashed(tmp_path, "about it")
    assert is_running(left)
    sweep(tmp_path)
    assert ends(left)
    assert list(tmp_path.iterdir()) == []


def test_another_process_with_that_number_is_left_alone(tmp_path: Path) -> None:
    other = crashed(tmp_path, "nothing of the kind")
    sweep(tmp_path)
    assert is_running(other)
    os.kill(other, 9)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    folder = PrivateFolder(tmp_path)
    folder.write("config", "x")
    sweep(tmp_path)
    assert (folder.path / "config").read_text() == "x"
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert (folder.path / "config").stat().st_mode & 0o777 == 0o600
    folder.remove()
    folder.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_whose_file_is_nonsense_is_removed(tmp_path: Path) -> None:
    (tmp_path / "sip-x.lock").touch()
    (tmp_path / "sip-x").mkdir()
    (tmp_path / "sip-x" / "process").write_text("nonsense")
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
