"""`phonetui server mail` and `server accounts`: codes by mail, and the keys of those who forgot their password."""

from __future__ import annotations

import asyncio
import os
from argparse import Namespace
from datetime import timedelta

from phonetui.commands.answer import Answer
from phonetui.commands.server_place import ServerPlace, place_of
from phonetui.core.refusal import Refused
from phonetui.server import admin, mail
from phonetui.server.clock import utc_now
from phonetui.server.engine import reading_engine, sync_engine
from phonetui.server.journal_keys import allow_release
from phonetui.server.mail import MailServer, mail_server
from phonetui.server.mailed_codes import GOOD_FOR, code_for_password


def set_mail(arguments: Namespace) -> Answer:
    """Says where mail is handed in, or shows it; it is tried before it is kept."""
    place = place_of(arguments)
    if arguments.off:
        return _turn_off(place)
    if arguments.smtp is None and arguments.sender is None:
        return _show(place)
    if arguments.smtp is None or arguments.sender is None:
        raise Refused("Give both --smtp URL and --from ADDRESS.")
    server = mail_server(arguments.smtp, arguments.sender)
    password = mail.PASSWORD.read(place.data, os.environ)
    if server.user and not password:
        raise Refused(
            f"Set {mail.PASSWORD.variable} to the password of {server.user} in the environment, then type this again."
        )
    asyncio.run(mail.check(server, password))
    kept = ""
    if server.user and mail.PASSWORD.variable in os.environ:
        kept = f" Set {mail.PASSWORD.variable} where the server runs, too."
        if place.data is not None:
            mail.PASSWORD.keep(place.data, password)
            kept = f" Its password is kept in {place.data / mail.PASSWORD.file}."
    with sync_engine(place.url).begin() as connection:
        mail.keep(connection, server)
    text = f"Mail goes out through {server.host}:{server.port}, from {server.sender}.{kept} Whoever joins proves their "
    return Answer(f"{text}address by a code, and a forgotten password can be chosen anew.", _facts(server))


def allow(arguments: Namespace) -> Answer:
    """Lets the keys that were withheld since a new password be given out again."""
    email = arguments.email.strip().lower()
    with sync_engine(place_of(arguments).url).begin() as connection:
        allowed = allow_release(connection, email)
    text = f"{email} gets the key to the calls on their computer with the next log-in there."
    return Answer(text if allowed else f"No key of {email} is withheld.", {"email": email, "keys": allowed})


def give_code(arguments: Namespace) -> Answer:
    """Makes a code for a forgotten password, to be told in person."""
    email, place = arguments.email.strip().lower(), place_of(arguments)
    keys = admin.server_keys(place.url, place.data, os.environ)
    with sync_engine(place.url).begin() as connection:
        code = code_for_password(connection, keys.mailing, email, utc_now())
    minutes = GOOD_FOR // timedelta(minutes=1)
    text = (
        f"The code is {code}. Tell it to {email} in person or by a call, and to nobody who wrote you for it: whoever "
        f"has it chooses the account's password. It is good for {minutes} minutes, and once, in `phonetui login URL "
        "--forgotten`."
    )
    return Answer(text, {"email": email, "code": code})


def _turn_off(place: ServerPlace) -> Answer:
    with sync_engine(place.url).begin() as connection:
        mail.keep(connection, None)
    return Answer("No mail goes out any more: nobody proves an address, and no password is chosen anew.", _facts(None))


def _show(place: ServerPlace) -> Answer:
    with reading_engine(place.url).connect() as connection:
        server = mail.find(connection)
    if server is None:
        example = f"phonetui server mail --smtp {mail.EXAMPLE} --from calls@example.org"
        return Answer(f"No mail goes out. To send codes by mail: {example}", _facts(None))
    return Answer(f"Mail goes out through {server.host}:{server.port}, from {server.sender}.", _facts(server))


def _facts(server: MailServer | None) -> dict[str, str]:
    return {"smtp": server.url if server else "", "from": server.sender if server else ""}
