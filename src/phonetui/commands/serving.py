"""`phonetui server run`, `backup`, `restore` and `upgrade`."""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from phonetui.commands.answer import Answer
from phonetui.commands.progress import Tell, progress
from phonetui.commands.server_place import ServerPlace, place_of
from phonetui.commands.terminal import fitted
from phonetui.core.refusal import Refused
from phonetui.server import admin, backups, engine

if TYPE_CHECKING:
    from phonetui.server.ari import Ari


def run(arguments: Namespace) -> None:
    """Serves callers until it is stopped."""
    from phonetui.server import mail
    from phonetui.server.app import create_app
    from phonetui.server.clock import utc_now
    from phonetui.server.connection_work import Office
    from phonetui.server.log import start_logging
    from phonetui.server.own_runs import OwnRuns
    from phonetui.server.run import CampaignServer, Tls
    from phonetui.server.slack_lines import SlackLines

    if (arguments.tls_certificate is None) != (arguments.tls_key is None):
        raise Refused("For https give both --tls-certificate and --tls-key.")
    place = place_of(arguments)
    opened = admin.open_server(place.url, place.data, os.environ)
    app = create_app(*opened, utc_now, lambda: mail.PASSWORD.read(place.data, os.environ), _ari(place))
    tls = Tls(arguments.tls_certificate, arguments.tls_key) if arguments.tls_certificate else None
    server = CampaignServer(app, arguments.host, arguments.port, tls, behind_proxy=arguments.behind_proxy)
    start_logging()
    serving = f"Serving {engine.place(place.url)} at {server.url}; Ctrl-C stops it."
    sys.stderr.write(f"{fitted(serving, sys.stderr)}\n")
    office = Office(
        data=place.data, environment=os.environ, erasing_key=opened[1].erasing, clock=utc_now, wait=time.sleep
    )
    writing = engine.sync_engine(place.url)
    with OwnRuns(writing, office).beside(), SlackLines(writing, office).beside():
        server.serve_until_stopped()


def _ari(place: ServerPlace) -> Ari | None:
    """The phone system that the server is told to use, if any; raises `Refused` where its secret is missing."""
    from phonetui.server import ari, ari_place

    with engine.reading_engine(place.url).connect() as connection:
        asterisk = ari_place.find(connection)
    if asterisk is None:
        return None
    secret = ari_place.SECRET.read(place.data, os.environ)
    if not secret:
        raise Refused(
            f"The secret of the phone system at {asterisk.shown} is missing: set {ari_place.SECRET.variable} to it, "
            "or place no calls with `phonetui server bridge --off`."
        )
    return ari.Ari(asterisk, secret)


def backup(arguments: Namespace) -> Answer:
    """A consistent copy of the database, also while it is served."""
    place = place_of(arguments)
    with progress(sys.stderr, quiet=arguments.json) as tell:
        backups.backup(place.url, arguments.file, progress=partial(_told, tell, engine.place(place.url)))
    text = f"{arguments.file} is a copy of {engine.place(place.url)}; the server's secret is not in it."
    return Answer(text, {"file": str(arguments.file)})


def restore(arguments: Namespace) -> Answer:
    """A backup in the place of the database; without a file, only what follows once PostgreSQL's own tool did that."""
    from phonetui.server.clock import utc_now

    place, copy = place_of(arguments), arguments.file
    former = None
    if copy is not None:
        with progress(sys.stderr, quiet=arguments.json) as tell:
            told = partial(_told, tell, copy)
            former = backups.restore(place.url, place.data, copy, os.environ, utc_now(), progress=told)
    elif engine.sqlite_file(place.url) is not None:
        raise Refused("Name the backup to put in place: phonetui server restore FILE.")
    else:
        backups.end_what_was_open(place.url, utc_now())
    text = _RESTORED.format(where=engine.place(place.url), minutes=backups.LENDS_AFTER // timedelta(minutes=1))
    kept = f"\n\nThe database that was there is kept as {former}." if former else ""
    return Answer(text + kept, {"former": str(former) if former else ""})


def _told(tell: Tell, what: object, per_cent: int) -> None:
    tell(f"{per_cent}% of {what} copied")


_RESTORED = """{where} is restored. Start it now.

Everybody logs in again, with `phonetui login` on each laptop, and nothing recorded there is lost: what the backup
does not have comes again by itself. For {minutes} minutes after the first laptop has come back nobody is lent voters,
so that all laptops can first say whom they called; their screens and `phonetui server campaign list` say until when.
Every invitation has ended; whoever joined since the backup was made needs a new one. Do again what you did here since
then: campaign files, voter files, polling places, marks."""


def upgrade(arguments: Namespace) -> Answer:
    """Brings the database to this phonetui's version."""
    place = place_of(arguments)
    upgraded = admin.upgrade(place.url)
    where = engine.place(place.url)
    text = f"{where} is upgraded." if upgraded else f"{where} is of this phonetui's version already."
    return Answer(text, {"upgraded": upgraded, "schema": engine.SCHEMA})
