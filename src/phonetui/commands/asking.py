"""Questions in plain text, on the terminal that a command was typed in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from getpass import getpass

from phonetui.client.address import host
from phonetui.client.journal_key import SHORTEST_PASSWORD
from phonetui.commands.terminal import fitted
from phonetui.core.refusal import Refused
from phonetui.core.text import visible
from phonetui.core.translation import later, tr

TRIES = 3
NO_ACCOUNT = later("No password was chosen, so no account was made; the invitation is still good.")


def ask(question: str) -> str:
    """What is typed in answer; asks again for an empty line. Raises `Refused` where nobody can answer."""
    while True:
        _prompt(f"{question} ")
        line = sys.stdin.readline()
        if not line:
            raise Refused(tr("Nothing was typed, so nothing was done."))
        if line.strip():
            return line.strip()
        say(tr("Type an answer, or leave with Ctrl-C."))


def ask_until(question: str, check: Callable[[str], object]) -> str:
    """What is typed and passes the `check`; at a terminal, what does not is told and asked for again."""
    while True:
        typed = ask(question)
        try:
            check(typed)
        except Refused as refused:
            if not sys.stdin.isatty():
                raise
            say(str(refused))
        else:
            return typed


def optional(question: str) -> str:
    """What is typed in answer, which may be nothing."""
    _prompt(f"{question} ")
    return sys.stdin.readline().strip()


def email() -> str:
    """An e-mail address; asks again for what is none."""
    while True:
        typed = ask(tr("Your e-mail:"))
        before, _, after = typed.rpartition("@")
        if before and after and not any(letter.isspace() for letter in typed):
            return typed
        say(tr("That is not an e-mail address; one looks like dana@example.org."))


def choose(question: str, choices: Sequence[str]) -> int:
    """The place, from 0, of the choice whose number is typed; asks again for anything else."""
    lines = [question, *(f"  {number}  {choice}" for number, choice in enumerate(choices, start=1))]
    say("\n".join(lines))
    while True:
        typed = ask(tr("1 to {last}:", last=len(choices)))
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(choices):
            return int(typed) - 1
        say(tr("“{typed}” is none of them; type a number, such as 1.", typed=typed))


def password(email: str, server_url: str, *, from_stdin: bool | None = None) -> str:
    """The password of an account: a line of standard input, or typed unseen.

    `from_stdin` is whether the caller chose that, and None where the command does not offer it.
    """
    if from_stdin:
        return _line()
    question = tr("Password of {email} at {host}:", email=email, host=host(server_url))
    return _unseen(question, or_stdin=from_stdin is not None)


def locking_password(*, from_stdin: bool) -> str:
    """The password that locks the calls on this computer: a line of standard input, or typed unseen."""
    return _line() if from_stdin else _unseen(tr("The password that locks your calls on this computer:"), or_stdin=True)


def sip_password(address: str, *, from_stdin: bool | None = None) -> str:
    """The same of a SIP account; it may be empty."""
    question = tr("SIP password of {address}:", address=address)
    return _line() if from_stdin else _unseen(question, or_stdin=from_stdin is not None)


def secret(question: str) -> str:
    """A key or a password: typed unseen at a terminal, else a line of standard input.

    Raises `Refused` for nothing, and for what is no text.
    """
    try:
        typed = (_unseen(question) if sys.stdin.isatty() else _line()).strip()
        typed.encode()
    except UnicodeError:  # by the terminal's locale it comes as letters that are none
        raise Refused(tr("What was typed is not text in UTF-8, so nothing was done.")) from None
    if not typed:
        raise Refused(tr("Nothing was typed, so nothing was done."))
    return typed


def new_password(otherwise: str = NO_ACCOUNT, *, from_stdin: bool | None = None) -> str:
    """A password, long enough and typed twice alike, asked for again until it is; or a line of standard input.

    Raises `Refused`, saying `otherwise`, where that line is too short or an empty password is typed.
    """
    while True:
        question = tr("Choose a password, {least} characters or more:", least=SHORTEST_PASSWORD)
        first = _line() if from_stdin else _unseen(question, or_stdin=from_stdin is not None)
        if len(first) < SHORTEST_PASSWORD:
            say(tr("That is too short."))
            if from_stdin or not first:
                raise Refused(tr(otherwise))
        elif from_stdin or _unseen(tr("The same again:")) == first:
            return first
        else:
            say(tr("The two are not the same."))


def _line() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _unseen(question: str, *, or_stdin: bool = False) -> str:
    """Typed unseen. Raises `Refused` without a terminal, naming `--password-stdin` where the command has that."""
    if not sys.stdin.isatty():
        if not or_stdin:
            raise Refused(tr("A password is typed at a terminal; run this in one."))
        raise Refused(tr("A password is typed at a terminal; run this in one, or with --password-stdin."))
    try:
        return getpass(f"{visible(question)} ")
    except EOFError:
        raise Refused(tr("No password was typed, so nothing was done.")) from None


def say(text: str) -> None:
    """One line or more, on stderr, so that standard output holds the result alone."""
    _prompt(f"{fitted(text, sys.stderr)}\n")


def _prompt(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
