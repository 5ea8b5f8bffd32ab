"""`phonetui server init`, `campaign new|check|add|list` and `invite`."""

from __future__ import annotations

import os
from argparse import Namespace
from datetime import datetime, timedelta
from pathlib import Path

from phonetui.commands.answer import Answer
from phonetui.commands.server_place import place_of
from phonetui.core.campaign_file import CampaignFileError, Checked, read
from phonetui.core.campaign_template import template
from phonetui.core.refusal import Refused
from phonetui.core.when import moment_after
from phonetui.server import admin
from phonetui.server.backups import LENDS_AFTER, Pause
from phonetui.server.clock import utc_now


def init(arguments: Namespace) -> Answer:
    """An empty campaign server."""
    place = place_of(arguments)
    link = admin.init(place.url, place.data, arguments.url, os.environ, utc_now())
    text = f"""The campaign server is made. Start it with `phonetui server run{place.options}`, then join as its owner:

  {link}

Whoever has this link can join as the owner, once, within {admin.OWNERS_TIME.days} days."""
    return Answer(text, {"join": link})


def new(arguments: Namespace) -> Answer:
    """A commented campaign file that has no mistakes."""
    file: Path = arguments.file
    try:
        with file.open("x", encoding="utf-8") as writing:
            writing.write(template(utc_now().date()))
    except FileExistsError:
        raise Refused(f"{file} is there already; name a new file.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be written ({error.strerror}); name a file in a folder of yours.") from None
    return Answer(
        f"{file} is written. Change it, then check it: phonetui server campaign check {file}", {"file": str(file)}
    )


def check(arguments: Namespace) -> Answer:
    """Every mistake in a campaign file."""
    try:
        checked = read(admin.campaign_source(arguments.file), arguments.file.name)
    except CampaignFileError as error:
        if not arguments.json:
            raise
        return Answer("", {"mistakes": error.mistakes, "warnings": []}, code=1)
    return Answer(_praise(checked), {"mistakes": [], "warnings": checked.warnings})


def _praise(checked: Checked) -> str:
    campaign = checked.campaign
    script, results = len(campaign.steps), len(campaign.dispositions)
    lines = [f"{campaign.name} has no mistakes: {script} steps in the script, {results} result keys."]
    return "\n".join([*lines, *(f"Perhaps not meant: {warning}" for warning in checked.warnings)])


def add(arguments: Namespace) -> Answer:
    """Takes a campaign file into use."""
    added = admin.add_campaign(place_of(arguments).url, arguments.file, utc_now())
    lines = [f"{added.name} is in use as {added.campaign_id}, version {added.version}."]
    lines += [f"Perhaps not meant: {warning}" for warning in added.warnings]
    return Answer("\n".join(lines), added)


def list_campaigns(arguments: Namespace) -> Answer:
    """The campaigns of this server."""
    now = utc_now()
    listed = admin.list_campaigns(place_of(arguments).url, now)
    lines = [
        f"{each.campaign_id}: {each.name}, {each.organisation}; {each.state}, version {each.version}, "
        f"{each.voters:,} voters"
        for each in listed
    ]
    lines += [_until(pause, now) for pause in {each.pause for each in listed if each.pause}]
    nothing = "There is no campaign yet; add one with `phonetui server campaign add FILE.yaml`."
    return Answer("\n".join(lines) or nothing, listed)


def _until(pause: Pause, now: datetime) -> str:
    until = f"{LENDS_AFTER // timedelta(minutes=1)} minutes after the first laptop has come back"
    if pause.until:
        here = pause.until.astimezone()
        until = f"{moment_after(here, now)} ({here:%Z})"
    return (
        f"The server was put back to a backup, so nobody is lent voters until {until}: "
        "laptops first say whom they called."
    )


def invite(arguments: Namespace) -> Answer:
    """A link by which others may join a campaign."""
    now = utc_now()
    expires_at = now + arguments.expires
    place = place_of(arguments)
    link = admin.invite(place.url, arguments.campaign, arguments.role, arguments.uses, expires_at, now)
    facts = {"join": link, "role": arguments.role, "uses": arguments.uses, "expires_at": expires_at}
    return Answer(link, facts)
