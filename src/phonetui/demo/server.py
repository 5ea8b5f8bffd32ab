"""The demo's campaign server: made the first time, brought up to date, and served from a thread."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.demo.campaign import sample
from phonetui.server import admin, engine
from phonetui.server.app import create_app
from phonetui.server.clock import utc_now
from phonetui.server.keys import read_keys
from phonetui.server.log import start_logging, stop_logging
from phonetui.server.places import import_places
from phonetui.server.run import HOST, serve_in_background
from phonetui.server.tables import attempts
from phonetui.server.voter_import import import_voters

CAMPAIGN = "riverside"
LOG = "server.log"


def start(folder: Path, former_url: str, ending: ExitStack) -> str:
    """Serves the demo in `folder` at its former address, if it had one, until `ending`; the address."""
    port = urlsplit(former_url).port or _free_port()
    database = engine.database_url(folder, None)
    if engine.schema_of(database) is None:
        admin.init(database, folder, f"http://{HOST}:{port}", {}, utc_now())
    _add_campaign(database, folder)
    start_logging(ending.enter_context((folder / LOG).open("a", encoding="utf-8")))
    ending.callback(stop_logging)
    try:
        running = serve_in_background(create_app(*admin.open_server(database, folder, {}), utc_now), HOST, port)
    except Refused:
        raise in_another_window(folder, port) from None
    ending.callback(running.stop)
    return running.url


def in_another_window(folder: Path, port: int) -> Refused:
    """Why the demo cannot go on where it was."""
    return Refused(
        tr("The demo in {folder} cannot use its port {port}; is it open in another window?", folder=folder, port=port)
    )


def invite(folder: Path, url: str) -> str:
    """A join link for one caller."""
    now = utc_now()
    link = admin.invite(engine.database_url(folder, None), CAMPAIGN, "caller", 1, now + timedelta(hours=1), now)
    return f"{url}/join/#{link.partition('#')[2]}"


def _add_campaign(database: str, folder: Path) -> None:
    """The sample campaign with dates that fit today, and the first time its voters and polling places."""
    file = folder / f"{CAMPAIGN}.yaml"
    file.write_text(sample(utc_now().date()), encoding="utf-8")
    admin.add_campaign(database, file, utc_now())
    if any(campaign.voters for campaign in admin.list_campaigns(database, utc_now())):
        return
    keys = read_keys(folder, {})
    with engine.sync_engine(database).connect() as connection, _sample("places.csv") as places:
        import_places(connection, CAMPAIGN, places)
    with engine.sync_engine(database).connect() as connection, _sample("voters.csv") as voters:
        import_voters(
            connection,
            CAMPAIGN,
            voters,
            erasing_key=keys.erasing,
            now=utc_now(),
            refused_file=folder / "refused.csv",
        )


def results_since(folder: Path, moment: datetime) -> int:
    """How many results the campaign has of those saved from then on."""
    these = (attempts.c.campaign_id == CAMPAIGN) & (attempts.c.at >= moment)
    with engine.reading_engine(engine.database_url(folder, None)).connect() as connection:
        return connection.execute(select(func.count()).where(these)).scalar_one()


@contextmanager
def _sample(name: str) -> Iterator[Path]:
    with resources.as_file(resources.files("phonetui.demo") / name) as file:
        yield file


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as free:
        port: int = free.getsockname()[1]
        return port
