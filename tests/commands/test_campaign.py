from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.shell import Shell


def test_a_new_server_prints_its_owners_link(shell: Shell, tmp_path: Path) -> None:
    assert shell.run("server", "init", "--data", "calls") == 0
    assert "phonetui server run --data calls" in shell.out
    assert "http://127.0.0.1:8321/join/#" in shell.out
    assert (tmp_path / "calls" / "secret").stat().st_mode & 0o777 == 0o600


def test_without_a_folder_the_server_is_in_the_users_own(shell: Shell, tmp_path: Path) -> None:
    assert shell.run("server", "init") == 0
    assert shell.run("server", "campaign", "list") == 0
    assert shell.out == "There is no campaign yet; add one with `phonetui server campaign add FILE.yaml`.\n"


def test_a_campaign_goes_from_new_to_list(shell: Shell, tmp_path: Path) -> None:
    shell.facts("server", "init", "--data", "calls")
    assert shell.run("server", "campaign", "new", "weekend.yaml") == 0
    assert shell.run("server", "campaign", "check", "weekend.yaml") == 0
    assert shell.out == "Weekend turnout has no mistakes: 5 steps in the script, 11 result keys.\n"
    added = shell.facts("server", "campaign", "add", "weekend.yaml", "--data", "calls")
    assert (added["campaign_id"], added["version"]) == ("weekend-turnout", 1)
    assert shell.run("server", "campaign", "list", "--data", "calls") == 0
    assert shell.out == "weekend-turnout: Weekend turnout, Your organisation; open, version 1, 0 voters\n"


def test_a_new_campaign_file_replaces_none(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "weekend.yaml").write_text("mine")
    assert shell.refusal("server", "campaign", "new", "weekend.yaml") == (
        "weekend.yaml is there already; name a new file."
    )
    assert (tmp_path / "weekend.yaml").read_text() == "mine"


MISTAKEN = """\
name: Turnout
organisation: Riverside
languages: [en]
zone: America/New_York
dates: {starts: 2026-10-01, ends: 2026-11-03}
calling: {hours: {mon-fri: 9:00-20:00}}
disclosure: Riverside pays for this call.
disposition: [not_home]
dispositions:
  - not_home
  - {id: busy, key: n}
script:
  - id: hello
    say: Hello!
    question: {id: plan, ask: Will you vote?, answers: [{label: Surely, goto: nowhere}, Perhaps]}
  - {id: bye, say: Goodbye., ends: true}
"""


def test_every_mistake_in_a_campaign_file_has_its_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "turnout.yaml").write_text(MISTAKEN)
    assert shell.refusal("server", "campaign", "check", "turnout.yaml").splitlines() == [
        "turnout.yaml:8: disposition: `disposition` is not a key here; did you mean `dispositions`?",
        "turnout.yaml:11: dispositions.2.key: `n` is the key of `not_home` already; choose another",
        "turnout.yaml:15: script.1.question.answers.1.goto: there is no step `nowhere`; known are hello, bye",
    ]


def test_the_mistakes_are_facts_too(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "turnout.yaml").write_text(MISTAKEN)
    assert shell.run("server", "campaign", "check", "turnout.yaml", "--json") == 1
    assert [mistake["line"] for mistake in msgspec.json.decode(shell.out)["mistakes"]] == [8, 11, 15]


@pytest.mark.parametrize("command", ["check", "add"])
def test_a_campaign_file_that_is_not_text_is_named(shell: Shell, server: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "photo.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    assert shell.refusal("server", "campaign", command, "photo.yaml", "--data", server) == (
        "The file photo.yaml is not UTF-8 text; save it as UTF-8."
    )


def test_a_campaign_file_that_is_not_there_is_named(shell: Shell) -> None:
    assert shell.refusal("server", "campaign", "check", "gone.yaml") == (
        "The file gone.yaml cannot be read (No such file or directory); name a file that may be read."
    )


def test_an_empty_campaign_file_says_how_one_begins(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("")
    assert shell.refusal("server", "campaign", "check", "empty.yaml") == (
        "empty.yaml:1: the file is empty; it begins with a line such as `name: Weekend turnout`"
    )


def test_an_invitation_says_what_it_grants(shell: Shell, server: Path) -> None:
    facts = shell.facts("server", "invite", "weekend-turnout", "--data", server, "--role", "supervisor", "--uses", "3")
    assert str(facts["join"]).startswith("http://127.0.0.1:8321/join/#")
    assert (facts["role"], facts["uses"]) == ("supervisor", 3)


def test_an_invitation_to_an_unknown_campaign_names_those_there_are(shell: Shell, server: Path) -> None:
    assert shell.refusal("server", "invite", "weekend", "--data", server) == (
        "There is no campaign weekend; there are weekend-turnout."
    )
