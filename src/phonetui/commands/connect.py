"""`phonetui server connect`: voters from other systems, and results to them."""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from phonetui.client.private_files import new_file
from phonetui.commands import asking
from phonetui.commands.answer import Answer, counted
from phonetui.commands.connect_arguments import ACTIONS
from phonetui.commands.connect_words import listed_text, pulled_text, pushed_text, status_text
from phonetui.commands.progress import progress
from phonetui.commands.server_place import ServerPlace, place_of
from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from phonetui.server import connection_file, connection_secrets, connection_work, connections
from phonetui.server.clock import utc_now
from phonetui.server.connection_template import template
from phonetui.server.connection_work import Office
from phonetui.server.connections import Linked
from phonetui.server.connectors.system import MODULES
from phonetui.server.engine import reading_engine, sync_engine
from phonetui.server.pulling import forget_list
from phonetui.server.push_status import next_run, status
from phonetui.server.stored_campaign import only_campaign


def list_connections(arguments: Namespace) -> Answer:
    """All connections of the server, or how the one that is named stands."""
    if arguments.name:
        return show_status(arguments)
    with reading_engine(place_of(arguments).url).connect() as connection:
        found = connections.listed(connection)
    facts = [
        {"name": one.name, "system": one.system, "campaign": one.campaign_id, "every": one.every, "said": one.failing}
        for one in found
    ]
    now = utc_now()
    return Answer(listed_text([(one, next_run(one, now)) for one in found]), facts)


def new(arguments: Namespace) -> Answer:
    """Writes a commented file to begin with."""
    connections.check_name(arguments.name)
    if not arguments.system:
        raise Refused(f"Say which system {arguments.name} is: {', '.join(MODULES)}.")
    file: Path = arguments.file or Path(f"{arguments.name}.yaml")
    with reading_engine(place_of(arguments).url).connect() as connection:
        campaign: Campaign | None = only_campaign(connection)
    _write_new(file, template(arguments.name, arguments.system, str(file), campaign))
    told = f"{file} is written. Fill it in, then: phonetui server connect {arguments.name} add {file}"
    return Answer(told, {"file": str(file)})


def add(arguments: Namespace) -> Answer:
    """Takes a connection's file into use."""
    place, name = place_of(arguments), arguments.name
    path: Path = arguments.file or Path(f"{name}.yaml")
    source = connection_file.read_file(path)
    with sync_engine(place.url).begin() as connection:
        file = connections.add(connection, name, source, path.name, utc_now())
    to_give = [which for which in file.system.secrets if not _is_kept(place, name, which)]
    steps = [f"phonetui server connect {name} secret {which}{place.options}" for which in to_give]
    steps.append(f"phonetui server connect {name} check{place.options}")
    text = f"{name} connects the campaign {file.campaign_id} to {file.system.title}. Next: {', then: '.join(steps)}"
    return Answer(text, {"name": name, "system": file.system_name, "campaign": file.campaign_id, "secrets": to_give})


def remove(arguments: Namespace) -> Answer:
    """Takes a connection out of use."""
    place = place_of(arguments)
    with sync_engine(place.url).begin() as connection:
        linked = connections.remove(connection, arguments.name, utc_now())
        forget_list(connection, linked, place.data)
    text = (
        f"{linked.name} is removed. The voters who came from there stay, and are called. What was told there is "
        "remembered, so that nothing is told twice when you add it again. Its secrets stay where they are kept."
    )
    return Answer(text, {"name": linked.name})


def secret(arguments: Namespace) -> Answer:
    """Keeps one of the system's secrets."""
    place, name = place_of(arguments), arguments.name
    with reading_engine(place.url).connect() as connection:
        secrets = connections.find(connection, name).file.system.secrets
    if not secrets:
        raise Refused(
            f"The system of {name} needs no key or password; go on with: "
            f"phonetui server connect {name} check{place.options}"
        )
    which = arguments.which or next(iter(secrets), "")
    if which not in secrets or (len(secrets) > 1 and not arguments.which):
        known = ", ".join(secrets) or "none"
        raise Refused(f"Say which secret of {name} it is; there are: {known}.")
    kept = connection_secrets.secret(name, which)
    typed = asking.secret(f"{secrets[which][:1].upper()}{secrets[which][1:]}:")
    if arguments.keyring:
        connection_secrets.keep_in_keyring(name, which, typed)
        return Answer("It is kept in this computer's keyring.", {"name": name, "secret": which, "kept": "keyring"})
    if place.data is None:
        raise Refused(f"There is no folder to keep it in: set {kept.variable} where the server runs, or add --keyring.")
    kept.keep(place.data, typed)
    return Answer(f"It is kept in {place.data / kept.file}.", {"name": name, "secret": which, "kept": "file"})


def check(arguments: Namespace) -> Answer:
    """Logs in and looks, and changes nothing."""
    place = place_of(arguments)
    with sync_engine(place.url).connect() as connection:
        found = connection_work.check(connection, arguments.name, _office(place))
    return Answer("\n".join(found) or f"{arguments.name} is ready.", {"name": arguments.name, "found": found})


def script(arguments: Namespace) -> Answer:
    """Writes a campaign file that asks what the system has, or prints it."""
    place, name = place_of(arguments), arguments.name
    with sync_engine(place.url).connect() as connection:
        text = connection_work.script(connection, name, _office(place))
    if arguments.out is None:
        return Answer(text.rstrip("\n"), {"name": name, "script": text})
    _write_new(arguments.out, text)
    told = f"{arguments.out} is written. Fill it in, then: phonetui server campaign check {arguments.out}"
    return Answer(told, {"name": name, "file": str(arguments.out)})


def pull(arguments: Namespace) -> Answer:
    """Takes the system's voters in."""
    place = place_of(arguments)
    with sync_engine(place.url).connect() as connection, progress(sys.stderr, quiet=arguments.json) as tell:
        try:
            report = connection_work.pull(
                connection,
                arguments.name,
                _office(place),
                lambda came: tell(counted(came, "voter")),
                sure=arguments.yes,
            )
        except KeyboardInterrupt:
            raise KeyboardInterrupt("Stopped. Voters who have come in already are in; pull again to go on.") from None
    return Answer(pulled_text(arguments.name, report), report)


def push(arguments: Namespace) -> Answer:
    """Tells the system what is due."""
    place = place_of(arguments)
    with sync_engine(place.url).connect() as connection, progress(sys.stderr, quiet=arguments.json) as tell:
        try:
            done = connection_work.push(
                connection,
                arguments.name,
                _office(place),
                lambda told, of_all: tell(f"{told:,} of {of_all:,} told"),
                again=arguments.again,
            )
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"Stopped. What {arguments.name} was told so far is written down; push again to go on."
            ) from None
    return Answer(pushed_text(arguments.name, done), done, 1 if done.said or done.refused else 0)


def show_status(arguments: Namespace) -> Answer:
    """How a connection stands."""
    with reading_engine(place_of(arguments).url).connect() as connection:
        found = status(connection, _named(connection, arguments.name), utc_now())
    return Answer(status_text(found), msgspec.to_builtins(found))


def _named(connection: Connection, name: str) -> Linked:
    """The connection of that name; who has named an action alone is asked for the name."""
    if name in ACTIONS and name not in [linked.name for linked in connections.listed(connection)]:
        raise Refused(f"Say of which connection: phonetui server connect NAME {name}.")
    return connections.find(connection, name)


def _write_new(file: Path, text: str) -> None:
    try:
        with new_file(file) as out:
            out.write(text.encode())
    except FileExistsError:
        raise Refused(f"There is a file {file} already; name a new one.") from None
    except OSError as error:
        raise Refused(f"The file {file} cannot be written ({error.strerror}).") from None


def _office(place: ServerPlace) -> Office:
    return Office(
        data=place.data, environment=os.environ, erasing_key=place.keys().erasing, clock=utc_now, wait=time.sleep
    )


def _is_kept(place: ServerPlace, name: str, which: str) -> bool:
    return bool(connection_secrets.secret(name, which).read(place.data, os.environ))
