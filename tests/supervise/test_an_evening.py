"""A supervisor's whole evening, by keyboard in a terminal, with ten callers at real desks and a real server."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from io import StringIO
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

from scripts.benchmarks import campaign_server

from phonetui.client.desk import PhoneDesk
from phonetui.demo import server
from phonetui.demo.server import CAMPAIGN
from phonetui.server import admin
from phonetui.server.clock import utc_now
from phonetui.server.engine import database_url
from tests.keyrings import BACKEND, VARIABLE, WORKING, turn
from tests.supervise.ten_callers import NAMES, PASSWORD, TenCallers
from tests.terminal import Terminal

#: Each caller has 25 on hand.
VOTERS = 400
PHONETUI = (sys.executable, "-m", "phonetui")

#: A link to join by, whole.
LINK = r"http\S+/join/#\S{20,}"


class Organiser:
    """Somebody with an owner's invitation, at a computer whose keyring works."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        turn(folder / "keyring", WORKING)
        self.environment = {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": "America/New_York",
            "PHONETUI_HOME": str(folder / "home"),
            "PYTHON_KEYRING_BACKEND": BACKEND,
            VARIABLE: str(folder / "keyring"),
        }
        expires = utc_now() + timedelta(hours=1)
        link = admin.invite(database_url(folder / "campaign", None), CAMPAIGN, "owner", 1, expires, utc_now())
        secret = link.partition("#")[2]
        self.types(
            "join", "--password-stdin", typed=f"{url}/join/#{secret}\nRobin Vance\nrobin@example.org\n\n{PASSWORD}\n"
        )

    def types(self, *words: str, typed: str = "") -> str:
        """What `phonetui WORDS…` prints."""
        done = subprocess.run(
            [*PHONETUI, *words],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.mark.long
def test_an_evening(tmp_path: Path) -> None:
    with ExitStack() as ending:
        url = server.start(tmp_path / "campaign", "", ending)
        campaign_server.add_voters(tmp_path / "campaign", VOTERS, utc_now(), shared=1.0)
        organiser = Organiser(tmp_path, url)
        screen = ending.enter_context(Terminal([*PHONETUI, "supervise"], organiser.environment, (120, 40)))
        screen.sees("Nobody calls yet; i invites.")
        callers = ending.enter_context(TenCallers(tmp_path / "laptops", invites(screen)))
        watches(screen, callers)
        answers(screen, callers)
        notices(screen, callers)
        changes_the_script(screen, callers, tmp_path)
        pauses_and_closes(screen, callers)
        reports(screen, tmp_path / "report.txt")
        screen.press("q")
        assert screen.ends() == 0
        assert b"Traceback" not in screen.output
    agrees(organiser, tmp_path / "campaign", tmp_path / "report.txt")


def invites(screen: Terminal) -> str:
    """The link that stands on the screen."""
    screen.press("ic")
    screen.sees("How many may join with it:")
    screen.press("\x7f10\r")
    screen.sees(lambda text: "Whoever has this link can join:" in text and re.search(LINK, text) is not None)
    screen.settles()
    found = re.search(LINK, screen.text)
    assert found
    screen.press("\x1b")
    screen.sees("Nobody calls yet")
    return found[0]


def watches(screen: Terminal, callers: TenCallers) -> None:
    """Who calls, whom, and what came of it."""
    screen.sees("10 of 10 here")
    for _ in range(2):
        callers.call("not_home")
    screen.sees("20 calls · 0 reached · 0 talks")

    def shows_whom_ana_calls(text: str) -> bool:
        voter = callers.desks[0].view.call.voter
        return voter is not None and re.search(rf"Ana Lee +● {voter.first_name}", text) is not None

    screen.sees(shows_whom_ana_calls)
    screen.sees("Not home")


def answers(screen: Terminal, callers: TenCallers) -> None:
    """A caller asks, and has the answer on the screen."""
    callers.ask(3, "Where is the polling place?")
    screen.sees("1 question waits: a answers")
    screen.press("a\r")
    screen.sees("To Dana Lee:")
    screen.press("At the library.\r")
    screen.sees("Answered; Dana Lee sees it now.")
    callers.are_told("At the library.", nth=3)
    screen.press("\x1b")
    screen.sees("10 of 10 here")


def notices(screen: Terminal, callers: TenCallers) -> None:
    """All are told something."""
    screen.press("n")
    screen.sees("To everybody who calls:")
    screen.press("Pizza at eight\r")
    screen.sees("Sent; everybody who calls sees it now.")
    callers.are_told("Pizza at eight")


def changes_the_script(screen: Terminal, callers: TenCallers, folder: Path) -> None:
    """The file is written out, changed, compared and used; callers have it with the next voter."""
    file = folder / "changed.yaml"
    screen.press("g")
    screen.sees("Write the campaign's file to:")
    screen.press(f"\x15{file}\r")
    screen.sees("Written to")
    file.write_text(file.read_text().replace("goal: 40", "goal: 55"))
    screen.press("s")
    screen.sees("The changed campaign file:")
    screen.press(f"{file}\r")
    screen.sees("+goal: 55")
    screen.press("y")
    screen.sees("In use: callers move over between calls.")
    callers.call("not_home")
    callers.call("refused")
    callers.all_until(has_the_new_script, "the new script")
    screen.sees("40 calls · 10 reached · 0 talks")


def pauses_and_closes(screen: Terminal, callers: TenCallers) -> None:
    """Nobody is given out any more, and in the end nobody is called."""
    for key, state, mark in (("p", "paused", "‖ paused"), ("c", "closed", "■ closed")):
        screen.press(key)
        screen.sees("Esc")
        screen.press(key)
        screen.sees(mark)
        callers.all_until(partial(is_told_of, state), state)


def has_the_new_script(desk: PhoneDesk) -> bool:
    return desk.view.campaign is not None and desk.view.campaign.goal == 55


def is_told_of(state: str, desk: PhoneDesk) -> bool:
    return desk._outbox.campaign_state == state


def reports(screen: Terminal, file: Path) -> None:
    """The evening's report is read, and written to a file."""
    screen.press("e")
    screen.sees("Report of which day")
    screen.press("\r")
    screen.sees("WHAT CAME OF THE CALLS")
    screen.press("e")
    screen.sees("Write it to:")
    screen.press(f"\x15{file}\r")
    screen.sees("Written to")
    screen.press("\x1b")
    screen.sees("10 of 10 here")


def agrees(organiser: Organiser, folder: Path, file: Path) -> None:
    """The screen said 40 calls and 10 reached: so do the report, its file, and the results, attempt by attempt."""
    report = json.loads(organiser.types("server", "report", CAMPAIGN, "--data", str(folder), "--json"))
    whole = report["total"]
    assert (whole["attempts"], whole["contacts"], whole["talks"]) == (40, 10, 0)
    [callers] = next(section["tables"] for section in report["sections"] if section["by"] == "caller")
    assert [(row["attempts"], row["contacts"]) for row in callers["rows"]] == [(4, 1)] * len(NAMES)
    results = [
        *csv.DictReader(StringIO(organiser.types("server", "results", "export", CAMPAIGN, "--data", str(folder))))
    ]
    assert Counter(row["disposition"] for row in results) == {"not_home": 30, "refused": 10}
    assert Counter(row["caller"] for row in results) == {f"{name} Lee": 4 for name in NAMES}
    table = file.read_text("utf-8").partition("CALLERS")[2]
    rows = [line.split() for line in table.splitlines() if re.match(r"\w+ Lee ", line)]
    assert [(name, *figures[1:3]) for name, *figures in rows] == [(name, "4", "1") for name in NAMES]
