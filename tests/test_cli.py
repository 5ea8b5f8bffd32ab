"""The `phonetui` command: its options, and every way in which a command ends."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from phonetui import cli
from phonetui.commands.arguments import parser
from phonetui.core.refusal import Refused
from phonetui.core.translation import use
from tests.shell import Shell


def every_command() -> list[str]:
    """The `module:function` of every command there is."""
    return sorted({run for each in parsers(parser()) if (run := each.get_default("run"))} | {"guide:show_version"})


def parsers(top: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield top
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from parsers(below)


# -- usage -------------------------------------------------------------------------------------------------------------


def test_the_version_is_one_line(shell: Shell) -> None:
    assert shell.run("--version") == 0
    assert shell.out.startswith("phonetui ")
    assert shell.out.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["dial"],
        ["server"],
        ["server", "campaign"],
        ["server", "voters", "import", "riverside"],
        ["server", "voters", "mark", "riverside", "voted.csv"],
        ["server", "invite", "riverside", "--expires", "soon"],
        ["server", "invite", "riverside", "--uses", "0"],
        ["server", "run", "--port", "99999"],
        ["join", "https://calls.example.org/join/#secret"],
    ],
)
def test_wrong_usage_is_code_2_with_the_usage(shell: Shell, words: list[str]) -> None:
    assert shell.run(*words) == 2
    assert shell.out == ""
    assert shell.err.startswith("usage: phonetui")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["calll"], "phonetui: “calll” is no command here; `phonetui --help` shows what there is"),
        (["logn"], "phonetui: “logn” is no command here; the nearest is “login”"),
        (["login", "--emial", "x"], "phonetui login: “--emial” means nothing here; the nearest is “--email”"),
        (
            ["join", "https://calls.example.org/join/#secret"],
            "phonetui join: type that alone; then it asks for the link",
        ),
        (
            ["server", "do-not-call", "remove", "6465550150"],
            "phonetui server do-not-call remove: type that alone; then it asks for the number",
        ),
        (
            ["me", "--password-stdin"],
            "phonetui me: “--password-stdin” means nothing here; `phonetui me --help` shows what there is",
        ),
        (
            ["server", "report", "riverside", "--format", "pdf"],
            "phonetui server report: --format: “pdf” is none of them; there are table, csv, json, md, html, svg",
        ),
        (["outbox", "lst"], "phonetui outbox: “lst” is no command here; the nearest is “list”"),
        (["outbox"], "phonetui outbox: COMMAND is missing"),
        (["logout", "--discard"], "phonetui logout: --discard wants a value"),
        (["logout", "--discard", "all"], "phonetui logout: --discard: “all” is no whole number"),
        (["demo", "--shaky=5"], "phonetui demo: --shaky takes no value"),
        (
            ["server", "run", "--port", "x"],
            "phonetui server run: --port: 'x' is not a port; write a number up to 65535",
        ),
    ],
)
def test_wrong_usage_says_what_is_wrong_and_the_nearest_word(shell: Shell, words: list[str], told: str) -> None:
    assert shell.run(*words) == 2
    assert shell.err.splitlines()[-1] == told


def test_usage_and_help_are_in_the_callers_language(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "es_MX.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    try:
        assert shell.run("logn") == 2
        assert shell.err.startswith("uso: phonetui")
        assert shell.err.endswith("phonetui: aquí «logn» no es ninguna orden; lo más parecido es «login»\n")
        shell.run("login", "--help")
        assert "muestra esta ayuda y termina" in shell.out
        assert not any(word in shell.out for word in ("usage", "show this", "options", "positional"))
    finally:
        use("en")


def test_every_server_command_takes_a_folder_or_a_database_and_json() -> None:
    for each in parsers(parser()):
        if each.prog.startswith("phonetui server") and each.get_default("run"):
            options = {option for action in each._actions for option in action.option_strings}
            assert {"--data", "--database", "--json"} <= options, each.prog


def test_no_command_takes_a_password_as_an_argument() -> None:
    options = {option for each in parsers(parser()) for action in each._actions for option in action.option_strings}
    assert {option for option in options if "password" in option} == {"--password-stdin"}


def test_no_command_takes_an_invitation_as_an_argument() -> None:
    """A shell writes it down, and every user of the computer sees it in the list of processes."""
    [join] = [each for each in parsers(parser()) if each.get_default("run") == "account:join"]
    assert [action.dest for action in join._actions if not action.option_strings] == []


# -- every end of a command --------------------------------------------------------------------------------------------


class Ending:
    """Stands in for a command, and ends as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def raises(self, error: BaseException) -> None:
        def command(arguments: argparse.Namespace) -> None:
            raise error

        self._monkeypatch.setattr("phonetui.commands.guide.show_topic", command)


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Ending:
    return Ending(monkeypatch)


def test_a_refusal_is_its_sentence_on_stderr(shell: Shell, ending: Ending) -> None:
    ending.raises(Refused("The server is shut; come back tomorrow."))
    assert shell.refusal("help") == "The server is shut; come back tomorrow."


def test_a_sentence_that_quotes_a_file_controls_no_terminal(shell: Shell, ending: Ending) -> None:
    ending.raises(
        Refused("The file \x1b]0;owned\x07\x9b2J\u202e\udce9.csv cannot be read.\nNor can نرگس\u200cسادات.csv.")
    )
    assert shell.refusal("help") == (
        "The file \\x1b]0;owned\\x07\\x9b2J\\u202e\\udce9.csv cannot be read.\nNor can نرگس\u200cسادات.csv."
    )


def test_json_is_ascii_so_that_no_letter_in_it_controls_a_terminal() -> None:
    assert cli._json({"name": "Nguyễn\x9b2J\u202e", "file": "caf\udce9"}) == (
        '{"name":"Nguy\\u1ec5n\\u009b2J\\u202e","file":"caf\\udce9"}'
    )


def test_ctrl_c_is_quiet(shell: Shell, ending: Ending) -> None:
    ending.raises(KeyboardInterrupt())
    assert shell.run("help") == 130
    assert (shell.out, shell.err) == ("", "")


def test_without_the_servers_packages_it_says_what_to_type(shell: Shell, ending: Ending) -> None:
    ending.raises(ModuleNotFoundError("No module named 'sqlalchemy'", name="sqlalchemy"))
    assert shell.refusal("help") == (
        "This command needs the campaign server's packages, which are not installed; "
        "type: pipx install 'phonetui[server]'"
    )


def test_a_crash_is_one_sentence_and_a_report_without_anything_personal(
    shell: Shell, ending: Ending, tmp_path: Path
) -> None:
    ending.raises(ValueError("Soo-Jin De La Cruz cannot be +18125550166"))
    sentence = shell.refusal("help", "campaign-of-dana")
    reports = list(tmp_path.rglob("report-*.txt"))
    assert len(reports) == 1
    assert sentence == f"phonetui has failed, which is a mistake in it, not of yours; what happened is in {reports[0]}."
    report = reports[0].read_text()
    assert "ValueError" in report
    assert "cli.py" in report
    for personal in ("Soo-Jin", "Cruz", "8125550166", "dana"):
        assert personal not in report
    assert reports[0].stat().st_mode & 0o777 == 0o600


def test_a_reader_that_has_seen_enough_ends_it_quietly(shell: Shell) -> None:
    command = [sys.executable, "-m", "phonetui", "help", "server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as done:
        assert done.stdout and done.stderr
        done.stdout.close()
        assert done.stderr.read() == b""
        assert done.wait() == 0


def test_the_demo_says_what_to_type_before_it_takes_the_screen(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phonetui.commands.demo.find_spec", lambda name: None)
    assert shell.refusal("demo").endswith("type: pipx install 'phonetui[server]'")
