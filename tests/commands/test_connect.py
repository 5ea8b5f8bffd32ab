"""An organiser connects a campaign to another system, by typing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from re import MULTILINE, findall

import pytest
from msgspec.structs import replace

from phonetui.commands.connect_arguments import ACTIONS
from phonetui.commands.connect_words import status_text
from phonetui.commands.server_place import ServerPlace
from phonetui.server import connection_secrets, connection_work
from phonetui.server.engine import database_url
from phonetui.server.push_outbox import Pushing
from phonetui.server.push_status import Refusal, Status
from tests.server.connectors.small import Small, install, person
from tests.shell import Shell

from .conftest import Types


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Small:
    """A system with two people."""
    made = Small()
    install(monkeypatch, made)
    made.people = [person(1), person(2)]
    return made


def typed(server: Path, *words: object) -> tuple[object, ...]:
    return ("server", "connect", *words, "--data", server)


def test_from_nothing_to_a_list_that_came_in(
    shell: Shell, server: Path, small: Small, types: Types, tmp_path: Path
) -> None:
    assert shell.run(*typed(server)) == 0
    assert shell.out == "Nothing is connected. To begin: phonetui server connect NAME new SYSTEM\n"
    assert shell.run(*typed(server, "ours", "new", "small")) == 0
    assert shell.out == "ours.yaml is written. Fill it in, then: phonetui server connect ours add ours.yaml\n"
    assert shell.run(*typed(server, "ours", "add", "ours.yaml")) == 0
    there = f" --data {server}"
    assert shell.out == (
        f"ours connects the campaign weekend-turnout to Small. Next: phonetui server connect ours secret key{there}, "
        f"then: phonetui server connect ours check{there}\n"
    )
    assert shell.refusal(*typed(server, "ours", "check")) == (
        "Give the key of Small: phonetui server connect ours secret key, or set PHONETUI_CONNECT_OURS_KEY in the "
        "environment."
    )
    types(passwords=("k-1234",))
    assert shell.run(*typed(server, "ours", "secret")) == 0
    assert shell.out == f"It is kept in {server / 'connection-ours-key'}.\n"
    assert (server / "connection-ours-key").read_text() == "k-1234\n"
    assert shell.run(*typed(server, "ours", "check")) == 0
    assert shell.out == "The list everybody has 2 people.\nNotes are not told.\n"
    assert small.made[-1].setup.secrets == {"key": "k-1234"}
    assert small.made[-1].closed
    assert shell.run(*typed(server, "ours", "pull")) == 0
    assert shell.out == "2 voters came from ours: 2 new, 0 known, 0 not to be called, 0 left out.\n"
    assert shell.run(*typed(server, "ours", "push")) == 0
    assert shell.out == "There is nothing to tell ours. A result goes once it is ten minutes old.\n"
    assert shell.run(*typed(server)) == 0
    assert shell.out == "ours  small, campaign weekend-turnout; run by hand.\n"
    assert "k-1234" not in (server / "phonetui.sqlite3").read_bytes().decode("latin-1")


def test_what_was_said_before_the_name_holds(shell: Shell, server: Path, small: Small) -> None:
    assert shell.run("server", "connect", "--data", server, "ours", "new", "small") == 0
    assert shell.run("server", "connect", "--data", server, "ours", "add", "ours.yaml") == 0
    assert shell.run("server", "connect", "--data", server, "--json", "ours", "status") == 0
    assert '"system":"small"' in shell.out


def test_refusals(shell: Shell, server: Path, small: Small, types: Types) -> None:
    assert shell.refusal(*typed(server, "van", "status")) == (
        "There is no connection van; make one: phonetui server connect van new SYSTEM, then: phonetui server connect "
        "van add van.yaml."
    )
    assert shell.refusal(*typed(server, "Van", "new", "small")) == (
        "A connection cannot be called Van; its name is of small letters, digits and -, and begins with a letter, such "
        "as van."
    )
    assert shell.refusal(*typed(server, "van", "new", "vann")).startswith("There is no system vann; there are van, ")
    shell.run(*typed(server, "van", "new", "small"))
    assert shell.refusal(*typed(server, "van", "new", "small")) == ("There is a file van.yaml already; name a new one.")
    shell.run(*typed(server, "van", "add", "van.yaml"))
    assert shell.refusal(*typed(server, "ours", "status")) == "There is no connection ours; there are van."
    assert shell.refusal(*typed(server, "van", "secret", "password")) == (
        "Say which secret of van it is; there are: key."
    )
    types(passwords=("",))
    assert shell.refusal(*typed(server, "van", "secret")) == "Nothing was typed, so nothing was done."
    shell.run(*typed(server, "files", "new", "small-files"))
    shell.run(*typed(server, "files", "add", "files.yaml"))
    assert shell.refusal(*typed(server, "files", "pull")) == (
        "No voters come from Small Files; its connection is there to push."
    )
    Path("files.yaml").write_text("system: small\ncampaign: weekend-turnout\nlist: all\n")
    assert shell.refusal(*typed(server, "files", "add", "files.yaml")) == (
        "The name files is that of a connection to small-files for the campaign weekend-turnout, and what was told "
        "there is kept under it; choose another name."
    )
    assert shell.run(*typed(server, "van", "remove")) == 0
    assert shell.out == (
        "van is removed. The voters who came from there stay, and are called. What was told there is remembered, so "
        "that nothing is told twice when you add it again. Its secrets stay where they are kept.\n"
    )


def test_a_newcomer_is_told_what_comes_next(shell: Shell, server: Path, small: Small) -> None:
    assert shell.refusal(*typed(server, "ours")) == (
        "There is no connection ours; make one: phonetui server connect ours new SYSTEM, then: phonetui server connect "
        "ours add ours.yaml."
    )
    assert shell.refusal(*typed(server, "pull")) == "Say of which connection: phonetui server connect NAME pull."
    assert shell.refusal(*typed(server, "ours", "new")).startswith("Say which system ours is: van, action-network, ")
    assert shell.run(*typed(server, "ours", "new", "small")) == 0
    assert shell.run(*typed(server, "ours", "add")) == 0  # the file that `new` has written
    assert shell.run(*typed(server, "ours")) == 0
    assert shell.out == (
        "ours: small, campaign weekend-turnout; run by hand.\n0 results told; no push yet, no pull yet.\n"
    )
    shell.run(*typed(server, "files", "new", "small-files"))
    shell.run(*typed(server, "files", "add"))
    assert shell.refusal(*typed(server, "files", "secret")) == (
        f"The system of files needs no key or password; go on with: phonetui server connect files check --data {server}"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("van", "pul"), "“pul” is no command here; the nearest is “pull”"),
        (("pull", "van"), "“van” is no command here; `phonetui server connect --help` shows what there is"),
        (
            ("van", "check", "now"),
            "“now” means nothing here; `phonetui server connect NAME check --help` shows what there is",
        ),
    ],
)
def test_a_wrong_word_is_named(shell: Shell, words: tuple[str, ...], said: str) -> None:
    assert shell.run("server", "connect", *words) == 2
    assert shell.err.splitlines()[-1].endswith(f": {said}")


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ((), "usage: phonetui server connect\n       phonetui server connect NAME\n"),
        (("van",), "usage: phonetui server connect\n       phonetui server connect NAME\n"),
        (("van", "pull"), "usage: phonetui server connect NAME pull [-h]"),
    ],
)
def test_help_at_each_level(shell: Shell, words: tuple[str, ...], begins: str) -> None:
    assert shell.run("server", "connect", *words, "--help") == 0
    assert shell.out.startswith(begins)


def test_all_that_can_be_done_is_named(shell: Shell) -> None:
    shell.run("server", "connect", "--help")
    _, _, below = shell.out.partition("  ACTION\n")
    assert tuple(findall("^    ([a-z]+)", below, MULTILINE)) == ACTIONS


def test_most_of_a_list_goes_when_somebody_says_yes(shell: Shell, server: Path, small: Small, types: Types) -> None:
    small.people = [person(number) for number in range(1, 13)]
    shell.run(*typed(server, "ours", "new", "small"))
    shell.run(*typed(server, "ours", "add"))
    types(passwords=("k-1234",))
    shell.run(*typed(server, "ours", "secret"))
    shell.run(*typed(server, "ours", "pull"))
    small.people = [replace(person(13), remark="no address"), person(14, cell_phone="none")]
    assert shell.refusal(*typed(server, "ours", "pull")) == (
        "12 of the 12 voters whom ours has brought are not on its list any more, so nothing was changed here. Look "
        "whether it is the right list; if it is: phonetui server connect ours pull --yes"
    )
    assert shell.run(*typed(server, "ours", "pull", "--yes")) == 0
    kept = server / "ours.refused.csv"
    assert shell.out == (
        "2 voters came from ours: 1 new, 0 known, 0 not to be called, 1 left out.\n"
        "          1  no number\n"
        f"Who was left out, by their ids there: {kept}\n"
        "Not whole:\n"
        "          1  no address\n"
        "12 voters left the list there and will not be called.\n"
    )
    assert kept.exists()
    assert shell.run(*typed(server, "ours", "remove")) == 0
    assert not kept.exists()


def test_a_secret_without_a_folder_goes_to_the_keyring(
    shell: Shell, server: Path, small: Small, types: Types, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run(*typed(server, "ours", "new", "small"))
    shell.run(*typed(server, "ours", "add", "ours.yaml"))
    kept: list[tuple[str, ...]] = []
    monkeypatch.setattr(connection_secrets, "keep_in_keyring", lambda *secret: kept.append(secret))
    place = ServerPlace(database_url(server, None), None, "")
    monkeypatch.setattr("phonetui.commands.connect.place_of", lambda _: place)
    types(passwords=("k-1234", "k-1234"))
    assert shell.refusal(*typed(server, "ours", "secret")) == (
        "There is no folder to keep it in: set PHONETUI_CONNECT_OURS_KEY where the server runs, or add --keyring."
    )
    assert shell.run(*typed(server, "ours", "secret", "--keyring")) == 0
    assert shell.out == "It is kept in this computer's keyring.\n"
    assert kept == [("ours", "key", "k-1234")]


def test_ctrl_c_says_how_to_go_on(shell: Shell, server: Path, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.run(*typed(server, "ours", "new", "small"))
    shell.run(*typed(server, "ours", "add", "ours.yaml"))

    def stopped(*_: object, **__: object) -> Pushing:
        raise KeyboardInterrupt

    monkeypatch.setattr(connection_work, "pull", stopped)
    assert shell.run(*typed(server, "ours", "pull")) == 130
    assert shell.err == "Stopped. Voters who have come in already are in; pull again to go on.\n"
    monkeypatch.setattr(connection_work, "push", stopped)
    assert shell.run(*typed(server, "ours", "push")) == 130
    assert shell.err == "Stopped. What ours was told so far is written down; push again to go on.\n"


@pytest.mark.parametrize(
    ("done", "code", "said"),
    [
        (Pushing(pushed=2), 0, "2 results told to ours; 0 still to tell.\n"),
        (
            Pushing(pushed=1, refused=1, lost=1),
            1,
            "1 result told to ours; 0 still to tell.\n"
            "It refused 1; see: phonetui server connect ours status\n"
            "It cannot be told 1; see: phonetui server connect ours status\n",
        ),
        (
            Pushing(strangers=2),
            0,
            "There is nothing to tell ours. A result goes once it is ten minutes old.\n"
            "2 results not told, for the voters did not come from there: each goes once a pull brings its voter by the "
            "same id, or, where your file had none, by the same name and number. If your voter files have that "
            "system's own ids, write `ids: theirs` in the connection's file.\n",
        ),
        (
            Pushing(waiting=3, said="Small did not answer.", down=True),
            1,
            "Small did not answer.\n0 results told to ours; 3 still to tell.\n",
        ),
    ],
)
def test_what_a_push_says(
    shell: Shell, server: Path, monkeypatch: pytest.MonkeyPatch, done: Pushing, code: int, said: str
) -> None:
    monkeypatch.setattr(connection_work, "push", lambda *_, **__: done)
    assert shell.run(*typed(server, "ours", "push")) == code
    assert shell.out == said


def test_how_a_connection_stands() -> None:
    at = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
    refused = tuple(Refusal(f"S{number}", "busy", "No such person.") for number in range(21))
    status = Status(
        name="ours",
        system="small",
        campaign="turnout",
        every=10,
        pushed=1200,
        waiting=3,
        in_doubt=1,
        young=2,
        waiting_since=at,
        refused=refused,
        refused_count=21,
        lost={"Small takes nothing back.": 2},
        shortened={"Only here: the note.": 7},
        pulled_at=None,
        pushed_at=at,
        next_run=at,
        said="Small did not answer.",
        left_out=1,
        remarks={"no address": 2},
    )
    lines = status_text(status).splitlines()
    assert lines[:13] == [
        "ours: small, campaign turnout; next run 2026-10-06 16:00 UTC.",
        "The last run failed: Small did not answer.",
        "1,200 results told; last push 2026-10-06 16:00 UTC, no pull yet.",
        "3 waiting, the oldest from 2026-10-06 16:00 UTC, 1 of them perhaps told already.",
        "2 saved since it last looked; each goes once it is ten minutes old.",
        "1 voter left out by the last pull.",
        "Not whole:",
        "          2  no address",
        "Told in part:",
        "          7  Only here: the note.",
        "Not told, since it cannot be:",
        "          2  Small takes nothing back.",
        "21 refused, by the voter's id there:",
    ]
    assert lines[13] == "  S0  busy  No such person."
    assert lines[-2:] == [
        "  and 1 more; --json shows them",
        "Once you have mended why: phonetui server connect ours push --again",
    ]


def test_what_was_told_in_part_can_be_told_whole() -> None:
    status = Status(
        name="ours",
        system="small",
        campaign="turnout",
        every=0,
        pushed=12,
        waiting=0,
        in_doubt=0,
        young=0,
        waiting_since=None,
        refused=(),
        refused_count=0,
        lost={},
        shortened={"There is no place for the result; make one.": 7},
        in_part=5,
        pulled_at=None,
        pushed_at=None,
        next_run=None,
        said="",
    )
    assert status_text(status).splitlines()[2:] == [
        "Told in part:",
        "          7  There is no place for the result; make one.",
        "5 of these can be told whole, once you have mended why: phonetui server connect ours push --again",
    ]
