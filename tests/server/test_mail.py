"""Mail: where it is handed in, and what may be in a message."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.server import mail
from phonetui.server.engine import sync_engine
from phonetui.server.mail import MailNotTaken, is_address, mail_server, message
from tests.mail_server import PASSWORD, USER, mailbox

SENDER = "calls@example.org"
NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
LETTER = message(SENDER, "dana@example.org", "Your code", "It is 12345678.\n", NOON)


def test_a_message_arrives_as_it_was_written() -> None:
    with mailbox() as box:
        asyncio.run(mail.send(mail_server(box.url, SENDER), "", LETTER, "dana@example.org"))
    [letter], [envelope] = box.letters, box.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["dana@example.org"])
    assert (letter["From"], letter["To"], letter["Subject"]) == (SENDER, "dana@example.org", "Your code")
    assert letter["Date"].datetime == NOON
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter.get_content() == "It is 12345678.\r\n"


def test_where_a_user_is_named_the_password_is_given() -> None:
    with mailbox(wants_login=True) as box:
        server = mail_server(box.url.replace("smtp://", f"smtp://{USER}@"), SENDER)
        asyncio.run(mail.check(server, PASSWORD))
        asyncio.run(mail.send(server, PASSWORD, LETTER, "dana@example.org"))
        with pytest.raises(MailNotTaken) as refused:
            asyncio.run(mail.check(server, "wrong"))
        assert str(refused.value) == f"The mail server 127.0.0.1:{server.port} does not take the user and password."
    assert len(box.letters) == 1


def test_a_message_that_is_not_taken_is_told_by_the_servers_code_alone() -> None:
    with mailbox() as box:
        box.refuses = "554 dana@example.org is unknown here"
        server = mail_server(box.url, SENDER)
        with pytest.raises(MailNotTaken) as refused:
            asyncio.run(mail.send(server, "", LETTER, "dana@example.org"))
    assert str(refused.value) == f"The mail server 127.0.0.1:{server.port} refused with 554."


def test_a_mail_server_that_is_not_there_is_named() -> None:
    with pytest.raises(MailNotTaken) as refused:
        asyncio.run(mail.check(mail_server("smtp://127.0.0.1:1", SENDER), ""))
    assert str(refused.value) == "The mail server 127.0.0.1:1 cannot be reached."


def test_a_mail_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "LONGEST", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        with pytest.raises(MailNotTaken) as refused:
            asyncio.run(mail.check(mail_server(f"smtp://127.0.0.1:{port}", SENDER), ""))
    assert str(refused.value) == f"The mail server 127.0.0.1:{port} did not answer in time."


def test_mail_over_the_network_is_encrypted_or_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailbox() as box:  # it offers no STARTTLS
        monkeypatch.setattr(mail, "THIS_MACHINE", ())
        with pytest.raises(MailNotTaken, match=r"does not offer what is needed, such as STARTTLS\.$"):
            asyncio.run(mail.check(mail_server(box.url, SENDER), ""))


@pytest.mark.parametrize(
    ("url", "host", "port", "user"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, ""),
        ("smtps://mail.example.org", "mail.example.org", 465, ""),
        ("smtp://calls%40example.org@mail.example.org:2525", "mail.example.org", 2525, "calls@example.org"),
    ],
)
def test_the_address_says_where_and_as_whom(url: str, host: str, port: int, user: str) -> None:
    server = mail_server(url, SENDER)
    assert (server.host, server.port, server.user) == (host, port, user)


@pytest.mark.parametrize(
    "url", ["mail.example.org", "https://mail.example.org", "smtp://", "smtp://a b", "smtp://a:99999"]
)
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(Refused) as refused:
        mail_server(url, SENDER)
    assert str(refused.value) == (
        f"{url} is not the address of a mail server; one looks like smtp://calls@mail.example.org:587."
    )


def test_a_password_in_the_address_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        mail_server("smtp://calls:secret@mail.example.org", SENDER)
    assert str(refused.value) == (
        "Leave the password out of the address, and give it in the environment as PHONETUI_SMTP_PASSWORD."
    )


def test_a_sender_that_is_no_address_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        mail_server("smtp://mail.example.org", "Riverside Votes")
    assert str(refused.value) == "Riverside Votes is not an e-mail address; one looks like calls@example.org."


@pytest.mark.parametrize(
    "text",
    [
        "dana",
        "@example.org",
        "dana@",
        "dana@example.org\nBcc: everybody@example.org",
        "dana@example.org\r\nBcc: everybody@example.org",
        "dana@example.org, everybody@example.org",
        "dana,everybody@example.org",
        "Dana <dana@example.org>",
        '"dana\r\nBcc: x"@example.org',
        "dana@example.org>",
        "dana@example.org (Dana)",
        "dána@example.org",
        "",
    ],
)
def test_only_one_plain_address_is_one(text: str) -> None:
    assert not is_address(text)


def test_the_usual_addresses_are_addresses() -> None:
    assert all(map(is_address, ["dana@example.org", "dana.reyes+calls@mail.example.org", "o'neil_1@example.org"]))


def test_the_mail_server_in_use_is_kept_in_the_database(url: str) -> None:
    server = mail_server("smtp://mail.example.org", SENDER)
    with sync_engine(url).begin() as connection:
        assert mail.find(connection) is None
        mail.keep(connection, server)
        assert mail.find(connection) == server
        mail.keep(connection, None)
        assert mail.find(connection) is None


def test_the_password_is_kept_for_this_user_alone(tmp_path: Path) -> None:
    assert mail.PASSWORD.read(tmp_path, {}) == ""
    mail.PASSWORD.keep(tmp_path, PASSWORD)
    file = tmp_path / "mail-password"
    assert file.stat().st_mode & 0o777 == 0o600
    assert mail.PASSWORD.read(tmp_path, {}) == PASSWORD
    assert mail.PASSWORD.read(tmp_path, {"PHONETUI_SMTP_PASSWORD": "another"}) == "another"
    file.chmod(0o640)
    with pytest.raises(Refused) as refused:
        mail.PASSWORD.read(tmp_path, {})
    assert str(refused.value) == (f"The mail server's password {file} is open to other users; run `chmod 600 {file}`.")
