"""What an organiser does on the server itself: set it up, add campaigns, ask people in, upgrade."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import Connection, Row, func, select

from phonetui.core.campaign import decode_campaign
from phonetui.core.campaign_file import read
from phonetui.core.marked_yaml import Mistake
from phonetui.core.refusal import Refused
from phonetui.server import audit, engine
from phonetui.server.backups import Pause, check_served, pause
from phonetui.server.engine import Database, open_database, reading_engine, sync_engine
from phonetui.server.invitations import issue, join_link
from phonetui.server.keys import ServerKeys, make_keys, read_keys
from phonetui.server.soundness import check_sound
from phonetui.server.stored_campaign import known_campaign, store_campaign
from phonetui.server.tables import campaigns, settings, voters
from phonetui.wire import CampaignState, Role

PUBLIC_URL = "http://127.0.0.1:8321"
#: How long the owner's own invitation is good for.
OWNERS_TIME = timedelta(days=30)


class AddedCampaign(Struct, frozen=True):
    """A campaign file taken into use. `version` counts the different files that the campaign has had."""

    campaign_id: str
    name: str
    version: int
    warnings: tuple[Mistake, ...]


class ListedCampaign(Struct, frozen=True):
    """A campaign of this server. `pause` is why an open one lends nobody yet: the server was restored."""

    campaign_id: str
    name: str
    organisation: str
    version: int
    state: CampaignState
    voters: int
    pause: Pause | None = None


# -- the server --------------------------------------------------------------------------------------------------------


def init(url: str, data: Path | None, public_url: str, environment: Mapping[str, str], now: datetime) -> str:
    """Makes an empty campaign server and returns its owner's join link. `public_url` is where callers will find it."""
    public_url = _checked_url(public_url)
    if engine.schema_of(url) is None:
        keys = make_keys(data, environment)
        engine.create_tables(url, {"url": public_url, "keys": keys.fingerprint})
    else:
        engine.create_tables(url)
    with sync_engine(url).begin() as connection:
        return join_link(connection, issue(connection, None, "owner", 1, now + OWNERS_TIME, now))


def open_server(url: str, data: Path | None, environment: Mapping[str, str]) -> tuple[Database, ServerKeys]:
    """What `create_app` needs; raises `Refused` as `server_keys` does.

    It does so for a backup that was not put in place, too, and for a damaged database.
    """
    keys = server_keys(url, data, environment)
    with reading_engine(url).connect() as connection:
        check_served(connection, engine.place(url))
    check_sound(url)
    return open_database(url), keys


def server_keys(url: str, data: Path | None, environment: Mapping[str, str]) -> ServerKeys:
    """The server's keys; raises `Refused` unless the secret is the one that the database was made with."""
    engine.check(url)
    keys = read_keys(data, environment)
    with reading_engine(url).connect() as connection:
        if _setting(connection, "keys") != keys.fingerprint:
            raise Refused(
                f"The server's secret is not the one that the database in {engine.place(url)} was made with; "
                "put its own copy back."
            )
    return keys


def upgrade(url: str) -> bool:
    """Brings the database to this phonetui's schema; False where it is there already."""
    found = engine.schema_of(url)
    if found is None or found >= engine.SCHEMA:
        engine.check(url)
        return False
    from phonetui.server.migrations import migrate  # Alembic is slow to load

    migrate(url)
    return True


# -- campaigns and people ----------------------------------------------------------------------------------------------


def add_campaign(url: str, file: Path, now: datetime) -> AddedCampaign:
    """Takes a campaign file into use, or its newer version; the same file again changes nothing."""
    source = campaign_source(file)
    checked = read(source, file.name)
    with sync_engine(url).begin() as connection:
        version = store_campaign(connection, checked.campaign, source, now)
        audit.record(connection, checked.campaign.campaign_id, audit.AT_THE_CONSOLE, "file", version, now)
    return AddedCampaign(checked.campaign.campaign_id, checked.campaign.name, version, checked.warnings)


def campaign_source(file: Path) -> str:
    """The YAML of a campaign file; raises `Refused` where it cannot be read or is not text."""
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise Refused(f"The file {file} cannot be read ({error.strerror}); name a file that may be read.") from None
    except UnicodeDecodeError:
        raise Refused(f"The file {file} is not UTF-8 text; save it as UTF-8.") from None


def list_campaigns(url: str, now: datetime) -> tuple[ListedCampaign, ...]:
    """The campaigns of this server, by id."""
    count = select(func.count()).where(voters.c.campaign_id == campaigns.c.campaign_id).scalar_subquery()
    with reading_engine(url).connect() as connection:
        rows = connection.execute(select(campaigns, count.label("voters")).order_by(campaigns.c.campaign_id)).all()
        resting = pause(connection, now)
    return tuple(_listed(row, resting if row.state == "open" else None) for row in rows)


def invite(url: str, campaign_id: str, role: Role, uses: int, expires_at: datetime, now: datetime) -> str:
    """A link by which as many as `uses` people may join a campaign until it expires; owners own the whole server."""
    with sync_engine(url).begin() as connection:
        known_campaign(connection, campaign_id)
        of = audit.WHOLE_SERVER if role == "owner" else campaign_id
        audit.record(connection, of, audit.AT_THE_CONSOLE, "invited", f"{role} {uses}", now)
        secret = issue(connection, None if role == "owner" else campaign_id, role, uses, expires_at, now)
        return join_link(connection, secret)


def note(url: str, campaign_id: str, action: str, subject: str | int, now: datetime) -> None:
    """Has the audit log say what was done at the server itself."""
    with sync_engine(url).begin() as connection:
        audit.record(connection, campaign_id, audit.AT_THE_CONSOLE, action, subject, now)


def _listed(row: Row[Any], resting: Pause | None) -> ListedCampaign:
    body = decode_campaign(row.body)
    state: CampaignState = "paused" if resting else row.state
    return ListedCampaign(row.campaign_id, body.name, body.organisation, row.version, state, row.voters, resting)


def _setting(connection: Connection, name: str) -> str | None:
    value: str | None = connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar()
    return value


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise Refused(f"The address {url} is not one that callers can open; write it as https://calls.example.org.")
    if parts.scheme == "http" and not loopback:
        raise Refused(f"The address {url} must begin with https://, or passwords and voters would go in the clear.")
    return url.rstrip("/")
