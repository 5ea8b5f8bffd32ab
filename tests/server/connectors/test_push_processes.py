"""Real processes push: one is killed in the middle, then two push at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from subprocess import Popen

import pytest
from sqlalchemy import update

from phonetui.server import tables
from phonetui.server.clock import utc_now
from phonetui.server.connection_tables import connections
from phonetui.server.keys import make_keys

from .evening import NAME
from .shift import Shift
from .small import Small
from .webhook_stand_in import SECRET, Fault, Receiver, receiving

CALLS = 24


def pushing(folder: Path, address: str) -> Popen[str]:
    """`phonetui server connect there push`, in a process of its own."""
    words = ["server", "connect", NAME, "push", "--data", str(folder)]
    secrets = {f"PHONETUI_CONNECT_{NAME.upper()}_{which}": it for which, it in (("KEY", SECRET), ("URL", address))}
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **secrets}
    return Popen(
        [sys.executable, "-m", "phonetui", *words],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="nothing there ends a process as a kill does")
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_killed_push_loses_nothing_and_two_at_once_tell_nothing_twice(url: str, tmp_path: Path, small: Small) -> None:
    make_keys(tmp_path, {})
    receiver = Receiver(utc_now)
    with receiving(receiver) as address:
        source = "system: webhooks\ncampaign: turnout\n"
        shift = Shift(url, tmp_path, small, people=CALLS, source=source)
        saved = {shift.saved(str(number)).id for number in range(1, CALLS + 1)}
        with shift.engine.begin() as connection:
            connection.execute(update(tables.events).values(stored_at=utc_now() - timedelta(hours=1)))

        first = pushing(tmp_path, address)

        def killing() -> Fault | None:
            if receiver.posts < 9:
                return None
            receiver.fault = lambda: None
            return "lost reply"

        receiver.fault = killing
        receiver.before_hanging_up = lambda: os.kill(first.pid, signal.SIGKILL)
        first.communicate()
        assert first.returncode == -signal.SIGKILL
        assert len(receiver.got) == 10

        busy = pushing(tmp_path, address)
        assert busy.communicate() == (
            "",
            f"A push of {NAME} is under way; try again when it has ended, or 5 minutes after it was killed.\n",
        )
        with shift.engine.begin() as connection:  # five minutes later
            connection.execute(update(connections).values(busy_until=utc_now()))

        both = [pushing(tmp_path, address), pushing(tmp_path, address)]
        said = sorted(process.communicate()[0] for process in both)
        assert f"{CALLS - 9} results told to {NAME}; 0 still to tell.\n" in said
        assert receiver.got.keys() == saved
        assert receiver.posts == CALLS + 1  # the one in doubt came twice, under the same id
        assert receiver.wrong == []
