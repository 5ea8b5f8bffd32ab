"""A campaign server of a test's own, made and run with the organiser's commands, and the line to it."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import resources
from io import StringIO
from pathlib import Path
from random import Random

from phonetui.client.clock import SystemClock
from phonetui.demo.campaign import sample
from phonetui.demo.server import CAMPAIGN
from phonetui.demo.shaky import RunningLine
from phonetui.demo.shaky_line import ShakyLine
from tests.end_to_end.set_clock import ahead, set_ahead

#: When every shift begins, so that it goes the same way at any hour: a Tuesday, 10 am in the campaign's zone.
BEGINS = datetime(2026, 10, 6, 15, tzinfo=UTC)
#: Of the sample's voters so many, whom one volunteer can call in a shift: the file's first.
VOTERS = 38
#: Seconds after which a command does not end any more.
PATIENCE = 120
#: Of a row of the results, what is another in each run: ids and times.
IDS_AND_TIMES = ("attempt_id", "at_utc", "local_time")
#: The time of a call back, which begins with its day.
_CALL_BACK = re.compile(r"^(\d{4}-\d\d-\d\d)T\d\d:\d\d[-+]\d\d:\d\d$")


class Organiser:
    """Types `phonetui server …` in a folder, by the clock of that folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = folder / "clock"
        self.environment = {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PHONETUI_HOME": str(folder / "organiser"),
        }

    def begin(self) -> None:
        """It is the hour at which shifts begin."""
        set_ahead(self.clock, (BEGINS - SystemClock().now()).total_seconds())

    def moves_on(self, time: timedelta) -> None:
        """So much time goes by."""
        set_ahead(self.clock, ahead(self.clock) + time.total_seconds())

    def command(self, *words: str) -> list[str]:
        """What starts `phonetui WORDS…` by this clock."""
        return [sys.executable, "-m", "tests.end_to_end.set_clock", str(self.clock), *words]

    def server(self, *words: str) -> list[str]:
        """Likewise `phonetui server WORDS…`."""
        return self.command("server", *words, "--data", str(self.folder / "data"))

    def types(self, *words: str) -> str:
        """What `phonetui server WORDS…` prints."""
        done = subprocess.run(
            self.server(*words), env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def prepare(self, url: str) -> None:
        """A server that callers find at `url`, with the sample campaign, its polling places and its voters."""
        self.begin()
        file = self.folder / f"{CAMPAIGN}.yaml"
        file.write_text(sample(BEGINS.date()).replace("practice_first: no", "practice_first: yes"), encoding="utf-8")
        self.types("init", "--url", url)
        self.types("campaign", "add", str(file))
        with resources.as_file(resources.files("phonetui.demo")) as demo:
            self.types("places", "import", CAMPAIGN, str(demo / "places.csv"))
            voters = (demo / "voters.csv").read_text(encoding="utf-8").splitlines(keepends=True)[: 1 + VOTERS]
        (self.folder / "voters.csv").write_text("".join(voters), encoding="utf-8")
        self.types("voters", "import", CAMPAIGN, str(self.folder / "voters.csv"))

    def copied_to(self, folder: Path) -> Organiser:
        """The same in another folder."""
        shutil.copytree(self.folder, folder)
        return Organiser(folder)

    def exports(self, what: str) -> list[dict[str, str]]:
        """What `phonetui server results export` says, or `reports`, without ids and times."""
        rows = csv.DictReader(StringIO(self.types("results", what, CAMPAIGN)))
        return [{name: _day(text) for name, text in row.items() if name not in IDS_AND_TIMES} for row in rows]

    @contextmanager
    def serving(self) -> Iterator[int]:
        """`phonetui server run`, and at which port."""
        command = self.server("run", "--port", "0")
        with subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE, text=True) as running:
            try:
                assert running.stderr
                serving = running.stderr.readline()
                yield int(serving.partition(";")[0].rpartition(":")[2])
            finally:
                running.terminate()


class _AllAlike(Random):
    """Draws nothing: whatever befalls one connection befalls all."""

    def random(self) -> float:
        """The least there is."""
        return 0.0


class Line:
    """The line between laptops and server, which goes away and comes back."""

    def __init__(self, ending: ExitStack) -> None:
        self._line = ShakyLine(0, _AllAlike(), rate=0.0, latency=(0.0, 0.0))
        self._running = RunningLine(self._line)
        ending.callback(self._running.stop)
        self._running.listen(0)
        self.url = self._running.url

    def leads_to(self, server_port: int) -> None:
        """From now on it is the line to this server."""
        self._line.server_port = server_port

    def goes_away(self) -> None:
        """Every connection breaks, and so does each new one."""
        self._running.do()

    def comes_back(self) -> None:
        """What comes is carried again."""
        self._running.do()


def _day(text: str) -> str:
    """Of a call back its day, any other cell as it is."""
    return _CALL_BACK.sub(r"\1", text)
