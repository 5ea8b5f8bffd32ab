"""What is said in Slack when something needs a look: each thing once a day, without a voter's name or number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from phonetui.server import looks
from phonetui.server.stored_campaign import known_campaign

SENTENCES = {
    "trunk-errors": "{count} calls failed on the campaign's own line within minutes: look at the phone system.",
    "labelled": "The campaign's number is blocked, or labelled as spam ({count} calls): tell whoever provides it.",
    "refused-pushes": "{connection} refused {count} results: `phonetui server connect {connection} status` says why.",
    "push-stopped": "Nothing comes through to {connection}: {said}",
    "keep-until": "The voters ought to have been erased after {day}.",
}


def alarms(connection: Connection, campaign_id: str, now: datetime) -> Iterator[tuple[str, str]]:
    """Alarms by an id that stays for the day, each with its sentence."""
    campaign = known_campaign(connection, campaign_id).campaign
    day = now.astimezone(ZoneInfo(campaign.zone)).date()
    for look in (*looks.of_line(connection, campaign_id, now), *looks.of_systems(connection, campaign, now)):
        if look.kind in SENTENCES:
            whose = look.of.get("connection", "")
            yield f"{look.kind}-{whose}-{day}", f"{campaign.name}: {SENTENCES[look.kind].format(**look.of)}"


def alarms_of(campaign_id: str, clock: Callable[[], datetime]) -> Callable[[Connection], list[tuple[str, str]]]:
    """The same as a line to Slack asks for them."""
    return lambda connection: list(alarms(connection, campaign_id, clock()))
