"""A campaign whose voters are canaries, on a server in this process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from phonetui.demo.campaign import sample
from phonetui.demo.server import CAMPAIGN
from phonetui.server import admin
from phonetui.server.app import create_app
from phonetui.server.clock import utc_now
from phonetui.server.engine import database_url, sync_engine
from phonetui.server.keys import read_keys
from phonetui.server.log import start_logging
from phonetui.server.run import HOST, serve_in_background
from phonetui.server.voter_import import import_voters
from tests.torture import canary

LOG = "server.log"


def prepare(folder: Path) -> None:
    """The campaign's folder before anybody has joined."""
    folder.mkdir()
    database = database_url(folder, None)
    admin.init(database, folder, f"http://{HOST}", {}, utc_now())
    campaign, voters = folder / f"{CAMPAIGN}.yaml", folder / "voters.csv"
    campaign.write_text(sample(utc_now().date()), encoding="utf-8")
    admin.add_campaign(database, campaign, utc_now())
    voters.write_text(canary.voter_file(), encoding="utf-8")
    with sync_engine(database).connect() as connection:
        keys, refused = read_keys(folder, {}), folder / "refused.csv"
        import_voters(connection, CAMPAIGN, voters, erasing_key=keys.erasing, now=utc_now(), refused_file=refused)


@contextmanager
def serving(prepared: Path, folder: Path) -> Iterator[str]:
    """Serves a copy in `folder`, with its log there; a link by which one caller may join."""
    shutil.copytree(prepared, folder)
    database = database_url(folder, None)
    with (folder / LOG).open("a", encoding="utf-8") as log:
        start_logging(log)
        running = serve_in_background(create_app(*admin.open_server(database, folder, {}), utc_now))
        try:
            link = admin.invite(database, CAMPAIGN, "caller", 1, utc_now() + timedelta(hours=1), utc_now())
            yield f"{running.url}/join/#{link.partition('#')[2]}"
        finally:
            running.stop()
            start_logging()
