"""Codes by mail, from the organiser's command to the caller's answer, through a real mail server."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from phonetui.client import journal_key
from phonetui.client.account import journal_path, load_accounts
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.sign_in import resume, wrapped_key_file
from phonetui.commands import asking, call_screen
from phonetui.server import mail
from tests.commands.conftest import PASSWORD, Keyboard, Types
from tests.mail_server import PASSWORD as MAIL_PASSWORD
from tests.mail_server import USER, Mailbox, mailbox
from tests.shell import Shell

NEW = "staple battery horse"
FROM = ("--from", "calls@example.org")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def sends_mail(shell: Shell, server: Path, box: Mailbox) -> None:
    """The campaign's server sends mail."""
    assert shell.run("server", "mail", "--smtp", box.url, *FROM, "--data", server) == 0, shell.err


class Reader(Keyboard):
    """Types what is asked for, and for each `CODE` the code from the last mail."""

    def __init__(self, box: Mailbox, *lines: str) -> None:
        super().__init__()
        self._box, self._lines = box, list(lines)

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override] # as StringIO's
        line = self._lines.pop(0) if self._lines else ""
        return f"{self._box.code() if line == 'CODE' else line}\n"


Reads = Callable[..., None]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch, box: Mailbox) -> Reads:
    """Types these lines, `CODE` being the one from the mail, and these passwords unseen."""

    def typed(*lines: str, passwords: tuple[str, ...] = ()) -> None:
        monkeypatch.setattr(sys, "stdin", Reader(box, *lines))
        unseen = iter(passwords)
        monkeypatch.setattr(asking, "getpass", lambda question: next(unseen))

    return typed


# -- the organiser -----------------------------------------------------------------------------------------------------


def test_mail_is_tried_before_it_is_used(shell: Shell, server: Path, box: Mailbox) -> None:
    data = ("--data", server)
    assert shell.run("server", "mail", *data) == 0
    assert shell.out == (
        "No mail goes out. To send codes by mail: phonetui server mail --smtp smtp://calls@mail.example.org:587 "
        "--from calls@example.org\n"
    )
    assert shell.refusal("server", "mail", "--smtp", "smtp://127.0.0.1:1", *FROM, *data) == (
        "The mail server 127.0.0.1:1 cannot be reached."
    )
    assert shell.run("server", "mail", "--smtp", box.url, *FROM, *data) == 0
    where = box.url.removeprefix("smtp://")
    assert shell.out == (
        f"Mail goes out through {where}, from calls@example.org. Whoever joins proves their address by a code, and a "
        "forgotten password can be chosen anew.\n"
    )
    assert shell.run("server", "mail", *data) == 0
    assert shell.out == f"Mail goes out through {where}, from calls@example.org.\n"
    assert shell.run("server", "mail", "--off", *data) == 0
    assert shell.out == "No mail goes out any more: nobody proves an address, and no password is chosen anew.\n"
    assert shell.facts("server", "mail", *data) == {"smtp": "", "from": ""}


def test_the_mail_servers_password_comes_from_the_environment(
    shell: Shell, server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mailbox(wants_login=True) as box:
        smtp = ("--smtp", box.url.replace("smtp://", f"smtp://{USER}@"), *FROM, "--data", server)
        assert shell.refusal("server", "mail", *smtp) == (
            f"Set PHONETUI_SMTP_PASSWORD to the password of {USER} in the environment, then type this again."
        )
        monkeypatch.setenv("PHONETUI_SMTP_PASSWORD", "wrong")
        assert shell.refusal("server", "mail", *smtp).endswith(" does not take the user and password.")
        monkeypatch.setenv("PHONETUI_SMTP_PASSWORD", MAIL_PASSWORD)
        assert shell.run("server", "mail", *smtp) == 0
        file = server / "mail-password"
        assert f" Its password is kept in {file}. " in shell.out
        assert file.stat().st_mode & 0o777 == 0o600
        monkeypatch.delenv("PHONETUI_SMTP_PASSWORD")
        assert shell.run("server", "mail", *smtp) == 0
    assert mail.PASSWORD.read(server, {}) == MAIL_PASSWORD


def test_half_of_what_is_needed_is_refused(shell: Shell, server: Path) -> None:
    assert shell.refusal("server", "mail", *FROM, "--data", server) == "Give both --smtp URL and --from ADDRESS."


# -- joining -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sends_mail")
def test_who_joins_types_the_code_from_the_mail(shell: Shell, reads: Reads, invite: Callable[[], str]) -> None:
    reads(invite(), "Dana Reyes", "dana@example.org", "", "00000000", "CODE", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 0, shell.err
    assert "A code is on its way to dana@example.org. It is good for 15 minutes.\n" in shell.err
    assert "This code is wrong, or older than 15 minutes; type it again, or ask for a new one.\n" in shell.err
    assert shell.out.startswith("Dana Reyes is logged in to ")


@pytest.mark.usefixtures("sends_mail")
def test_three_wrong_codes_are_enough(shell: Shell, reads: Reads, invite: Callable[[], str]) -> None:
    reads(invite(), "Dana Reyes", "dana@example.org", "", "1", "2", "3", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 1
    assert shell.err.count("This code is wrong, or older than 15 minutes;") == 3


# -- a forgotten password ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("joined", "sends_mail")
def test_a_forgotten_password_is_chosen_anew(shell: Shell, reads: Reads, types: Types, address: str) -> None:
    host = address.removeprefix("http://")
    reads("CODE", passwords=("short", NEW, NEW))
    assert shell.run("login", "--forgotten") == 0, shell.err
    assert f"If dana@example.org has an account at {host}, a code is on its way there by mail." in shell.err
    assert (
        "Your password is changed, and you are logged out everywhere else; nothing you recorded is lost. A computer "
        "whose keyring does not hold the key to your calls gets it again only with the word of the campaign's owner.\n"
    ) in shell.err
    assert shell.out.startswith(f"Dana Reyes is logged in to {host}.")
    types(passwords=(PASSWORD,))
    assert shell.run("login") == 1
    types(passwords=(NEW,))
    assert shell.run("login") == 0


@pytest.mark.usefixtures("joined", "sends_mail")
def test_the_key_to_calls_is_given_out_again_with_the_owners_word(
    shell: Shell, reads: Reads, types: Types, server: Path, keyring: SecretsInMemory, address: str
) -> None:
    laptop = call_screen.this_laptop()
    [account] = load_accounts(laptop.folders)
    journal = journal_path(laptop.folders, account, "weekend-turnout")
    journal.parent.mkdir(parents=True)
    journal.touch()
    journal.with_suffix(".fingerprint").write_text(account.key_id)
    keyring._secrets.clear()
    reads("CODE", passwords=(NEW, NEW))
    assert shell.run("login", "--forgotten") == 1
    host = address.removeprefix("http://")
    withheld = (
        f"{host} has the key to the calls on this computer, and gives it out only with the owner's word since your "
        "password was chosen anew by mail; ask the campaign's owner to allow it, then log in again. Nothing is lost.\n"
    )
    assert shell.err.endswith(withheld)
    types(passwords=(NEW,))
    assert shell.run("login") == 1
    assert shell.err.endswith(withheld)

    data = ("--data", server)
    assert shell.run("server", "accounts", "allow", "Dana@example.org", *data) == 0
    assert shell.out == "dana@example.org gets the key to the calls on their computer with the next log-in there.\n"
    assert shell.run("server", "accounts", "allow", "dana@example.org", *data) == 0
    assert shell.out == "No key of dana@example.org is withheld.\n"
    assert shell.refusal("server", "accounts", "allow", "ana@example.org", *data) == (
        "There is no account with the e-mail ana@example.org; check how it is spelled."
    )
    types(passwords=(NEW,))
    assert shell.run("login") == 0, shell.err


@pytest.mark.usefixtures("joined", "sends_mail")
def test_the_new_password_opens_what_the_old_one_did_without_a_line(shell: Shell, reads: Reads) -> None:
    laptop = call_screen.this_laptop()
    [account] = load_accounts(laptop.folders)
    known = asyncio.run(resume(laptop, account))
    assert known is not None
    file = wrapped_key_file(laptop, account)
    journal_key.save_wrapped(file, journal_key.wrap(known.key, PASSWORD))
    reads("CODE", passwords=(NEW, NEW))
    assert shell.run("login", "--forgotten") == 0, shell.err
    wrapped = journal_key.load_wrapped(file)
    assert wrapped is not None
    assert journal_key.unwrap(wrapped, NEW) == known.key


@pytest.mark.usefixtures("joined", "sends_mail")
def test_no_new_password_changes_nothing(shell: Shell, reads: Reads, types: Types) -> None:
    reads("CODE", passwords=("a", "b", ""))
    assert shell.run("login", "--forgotten") == 1
    assert shell.err.endswith("No password was chosen, so the old one stays.\n")
    types(passwords=(PASSWORD,))
    assert shell.run("login") == 0


@pytest.mark.usefixtures("joined")
def test_without_mail_the_owner_tells_the_code(shell: Shell, types: Types, server: Path, address: str) -> None:
    data = ("--data", server)
    facts = shell.facts("server", "accounts", "code", "Dana@example.org", *data)
    types(str(facts["code"]), passwords=(NEW, NEW))
    assert shell.run("login", "--forgotten") == 0, shell.err
    assert shell.err.startswith(
        f"{address.removeprefix('http://')} sends no mail: call or meet the campaign's owner, who makes a code with "
        "`phonetui server accounts code`. It is good for 15 minutes.\nThe code that you were told: "
    )
    types(passwords=(NEW,))
    assert shell.run("login") == 0
    assert shell.run("server", "accounts", "code", "dana@example.org", *data) == 0
    assert shell.out.endswith(
        " Tell it to dana@example.org in person or by a call, and to nobody who wrote you for it: whoever has it "
        "chooses the account's password. It is good for 15 minutes, and once, in `phonetui login URL --forgotten`.\n"
    )
    assert shell.refusal("server", "accounts", "code", "ana@example.org", *data) == (
        "There is no account with the e-mail ana@example.org; check how it is spelled."
    )
