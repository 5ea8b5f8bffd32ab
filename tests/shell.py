"""Typing `phonetui` commands in this process."""

from __future__ import annotations

import msgspec
import pytest

from phonetui import cli


class Shell:
    """Runs commands; keeps what they wrote."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, *words: object) -> int:
        """Runs `phonetui WORDS…`; returns the exit code."""
        try:
            code = cli.main([str(word) for word in words])
        except SystemExit as exiting:  # argparse's own way out
            code = int(exiting.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return code

    def refusal(self, *words: object) -> str:
        """The sentence with which a command is refused."""
        assert self.run(*words) == 1
        assert self.out == ""
        return self.err.removesuffix("\n")

    def facts(self, *words: object) -> dict[str, object]:
        """What a command prints with --json."""
        assert self.run(*words, "--json") == 0, self.err
        facts: dict[str, object] = msgspec.json.decode(self.out)
        return facts
