"""An organiser sets a server up, adds a campaign, asks people in, and keeps a copy."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, update

from phonetui.core.campaign_file import CampaignFileError
from phonetui.core.refusal import Refused
from phonetui.server import admin, engine, tables
from phonetui.server.accounts import Accounts
from phonetui.server.engine import create_tables, database_url, open_database, sync_engine
from phonetui.server.keys import VARIABLE, make_keys
from phonetui.server.mailed_codes import MailedCodes
from phonetui.server.news import CHANNEL
from phonetui.server.passwords import Passwords
from phonetui.wire import Join, Session

from .conftest import Clock

SECRET = {VARIABLE: "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M="}
SITE = "https://calls.example.org"
FILE = """\
name: Weekend turnout
organisation: Riverside Votes
languages: [en]
zone: America/New_York
dates: {starts: 2026-10-01, ends: 2026-11-03}
calling: {hours: {mon-fri: 9:00-20:30}}
disclosure: Riverside Votes pays for this call.
script:
  - {id: hello, say: Hello!, ends: true}
"""


@pytest.fixture
def campaign_file(tmp_path: Path) -> Path:
    file = tmp_path / "turnout.yaml"
    file.write_text(FILE)
    return file


@pytest.fixture
def server(url: str) -> str:
    with sync_engine(url).begin() as connection:
        connection.execute(tables.settings.insert().values(name="url", value=SITE))
    return url


def join(url: str, link: str, clock: Clock) -> Session:
    async def story() -> Session:
        database = open_database(url)
        codes = MailedCodes(database, b"m" * 32, clock, str)
        accounts = Accounts(database, b"n" * 32, clock, Passwords(), codes)
        secret = link.partition("#")[2]
        session = await accounts.join(Join(secret, "dana@example.org", "Dana", "correct horse", "laptop"), "192.0.2.7")
        await database.close()
        return session

    return asyncio.run(story())


# -- setting up --------------------------------------------------------------------------------------------------------


def test_a_new_server_greets_its_owner_with_a_link(bare_url: str, clock: Clock, campaign_file: Path) -> None:
    link = admin.init(bare_url, None, SITE + "/", SECRET, clock())
    assert link.startswith(f"{SITE}/join/#")
    admin.add_campaign(bare_url, campaign_file, clock())
    assert [campaign.role for campaign in join(bare_url, link, clock).campaigns] == ["owner"]


def test_a_server_in_a_folder_keeps_its_secret_beside_the_database(tmp_path: Path, clock: Clock) -> None:
    data = tmp_path / "server"
    admin.init(database_url(data, None), data, admin.PUBLIC_URL, {}, clock())
    assert sorted(file.name for file in data.iterdir()) == ["phonetui.sqlite3", "secret"]
    database, keys = admin.open_server(database_url(data, None), data, {})
    assert keys == make_keys(data, {})
    asyncio.run(database.close())


def test_a_second_server_in_the_folder_is_refused_and_the_first_unharmed(tmp_path: Path, clock: Clock) -> None:
    url = database_url(tmp_path, None)
    admin.init(url, tmp_path, admin.PUBLIC_URL, {}, clock())
    secret = (tmp_path / "secret").read_bytes()
    with pytest.raises(Refused) as refused:
        admin.init(url, tmp_path, admin.PUBLIC_URL, {}, clock())
    assert str(refused.value) == (
        f"There is a campaign server in {tmp_path} already; `phonetui server invite` asks people in."
    )
    assert (tmp_path / "secret").read_bytes() == secret


def test_another_servers_secret_is_refused(bare_url: str, clock: Clock) -> None:
    admin.init(bare_url, None, SITE, SECRET, clock())
    with pytest.raises(Refused) as refused:
        admin.open_server(bare_url, None, {VARIABLE: "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyb3Q="})
    assert str(refused.value) == (
        f"The server's secret is not the one that the database in {engine.place(bare_url)} was made with; "
        "put its own copy back."
    )


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "calls.example.org",
            "The address calls.example.org is not one that callers can open; write it as https://calls.example.org.",
        ),
        (
            "http://calls.example.org",
            "The address http://calls.example.org must begin with https://, "
            "or passwords and voters would go in the clear.",
        ),
    ],
)
def test_an_address_that_callers_could_not_use_is_refused(
    tmp_path: Path, clock: Clock, address: str, sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        admin.init(database_url(tmp_path, None), tmp_path, address, {}, clock())
    assert str(refused.value) == sentence
    assert list(tmp_path.iterdir()) == []


# -- campaigns ---------------------------------------------------------------------------------------------------------


def test_a_campaign_file_is_taken_into_use(server: str, clock: Clock, campaign_file: Path) -> None:
    added = admin.add_campaign(server, campaign_file, clock())
    assert (added.campaign_id, added.name, added.version) == ("weekend-turnout", "Weekend turnout", 1)
    assert admin.list_campaigns(server, clock()) == (
        admin.ListedCampaign("weekend-turnout", "Weekend turnout", "Riverside Votes", 1, "open", 0),
    )


def test_a_changed_file_is_the_next_version_and_the_same_file_is_not(
    server: str, clock: Clock, campaign_file: Path
) -> None:
    admin.add_campaign(server, campaign_file, clock())
    assert admin.add_campaign(server, campaign_file, clock()).version == 1
    campaign_file.write_text(FILE.replace("Hello!", "Good evening!"))
    assert admin.add_campaign(server, campaign_file, clock()).version == 2
    assert [campaign.version for campaign in admin.list_campaigns(server, clock())] == [2]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_laptops_that_wait_hear_of_a_new_version(server: str, clock: Clock, campaign_file: Path) -> None:
    address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        admin.add_campaign(server, campaign_file, clock())
        assert [told.payload for told in listening.notifies(timeout=120, stop_after=1)] == ["weekend-turnout"]


def test_a_file_with_mistakes_changes_nothing(server: str, clock: Clock, campaign_file: Path) -> None:
    admin.add_campaign(server, campaign_file, clock())
    campaign_file.write_text(FILE.replace("ends: true", "goto: nowhere"))
    with pytest.raises(CampaignFileError):
        admin.add_campaign(server, campaign_file, clock())
    assert [campaign.version for campaign in admin.list_campaigns(server, clock())] == [1]


def test_a_campaign_file_that_cannot_be_read_is_named(server: str, clock: Clock, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        admin.add_campaign(server, tmp_path / "none.yaml", clock())
    assert (
        str(refused.value)
        == f"The file {tmp_path}/none.yaml cannot be read (No such file or directory); name a file that may be read."
    )
    (tmp_path / "latin.yaml").write_bytes("name: Año\n".encode("latin-1"))
    with pytest.raises(Refused) as refused:
        admin.add_campaign(server, tmp_path / "latin.yaml", clock())
    assert str(refused.value) == f"The file {tmp_path}/latin.yaml is not UTF-8 text; save it as UTF-8."


# -- people ------------------------------------------------------------------------------------------------------------


def test_an_invitation_is_a_link_that_joins_the_campaign(server: str, clock: Clock, campaign_file: Path) -> None:
    admin.add_campaign(server, campaign_file, clock())
    link = admin.invite(server, "weekend-turnout", "supervisor", 1, clock() + timedelta(days=7), clock())
    assert link.startswith(f"{SITE}/join/#")
    assert [(c.campaign_id, c.role) for c in join(server, link, clock).campaigns] == [("weekend-turnout", "supervisor")]


def test_an_invitation_to_an_unknown_campaign_names_those_there_are(
    server: str, clock: Clock, campaign_file: Path
) -> None:
    with pytest.raises(Refused) as refused:
        admin.invite(server, "weekend", "caller", 1, clock(), clock())
    assert str(refused.value) == "There is no campaign weekend; add one with `phonetui server campaign add`."
    admin.add_campaign(server, campaign_file, clock())
    with pytest.raises(Refused) as refused:
        admin.invite(server, "weekend", "caller", 1, clock(), clock())
    assert str(refused.value) == "There is no campaign weekend; there are weekend-turnout."


# -- versions -----------------------------------------------------------------------------------------------


def test_an_upgrade_that_is_not_needed_changes_nothing(url: str) -> None:
    assert admin.upgrade(url) is False


def test_an_upgrade_brings_an_older_database_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = database_url(tmp_path, None)
    create_tables(url)
    with sync_engine(url).begin() as connection:
        connection.execute(update(engine.schema_versions).values(version_num="0000"))
    upgraded: list[str] = []
    monkeypatch.setattr("phonetui.server.migrations.migrate", upgraded.append)
    assert admin.upgrade(url) is True
    assert upgraded == [url]


def test_a_newer_database_is_not_downgraded(tmp_path: Path) -> None:
    url = database_url(tmp_path, None)
    create_tables(url)
    with sync_engine(url).begin() as connection:
        connection.execute(update(engine.schema_versions).values(version_num="9999"))
    with pytest.raises(Refused) as refused:
        admin.upgrade(url)
    assert str(refused.value) == (
        f"This phonetui is too old for the database in {tmp_path}; install the newer phonetui."
    )
