"""What is said in Slack when something needs a look: each thing once a day, without a voter's name or number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from phonetui.core import when
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import closes_at
from phonetui.server.evening import Board
from phonetui.server.stored_campaign import known_campaign
from phonetui.wire_supervisors import Evening, Look, LookKind

SENTENCES: dict[LookKind, str] = {
    "trunk-errors": "{count} calls failed on the campaign's own line within minutes: look at the phone system.",
    "labelled": "The campaign's number is blocked, or labelled as spam ({count} calls): tell whoever provides it.",
    "refused-pushes": "{connection} refused {count} results: `phonetui server connect {connection} status` says why.",
    "push-stopped": "{connection} has stopped: {said}",
    "unsent": "{caller} has been offline since {time}: calls that are not sent may be on that laptop.",
    "list-ending": "The list {list} runs out at about {time}, and calling hours end at {closes}: import more voters, "
    "or let callers have another list.",
    "keep-until": "The voters ought to have been erased after {day}.",
}
#: A list that ends no earlier than this before the calling hours do has lasted as long as it had to.
EARLY = timedelta(minutes=30)


def alarms(evening: Evening, campaign: Campaign, line: str) -> Iterator[tuple[str, str]]:
    """Alarms by an id that stays for the day, each with its sentence; none is about the `line` itself."""
    zone, now = ZoneInfo(evening.zone), evening.server_time
    closes = closes_at(campaign, (), now)
    for look in evening.looks:
        is_late = look.kind == "list-ending" and not _is_early(look.at, closes)
        if look.kind not in SENTENCES or is_late or look.of.get("connection") == line:
            continue
        times = {"time": _at(look.at, zone), "closes": _at(closes, zone)}
        said = SENTENCES[look.kind].format(**look.of, **times)
        yield f"{look.kind}-{_whose(look)}-{now.astimezone(zone).date()}", f"{evening.name}: {said}"


def alarms_of(
    campaign_id: str, line: str, clock: Callable[[], datetime]
) -> Callable[[Connection], list[tuple[str, str]]]:
    """The same as a line to Slack, by its name, asks for them again and again."""
    board = Board()

    def due(connection: Connection) -> list[tuple[str, str]]:
        campaign = known_campaign(connection, campaign_id).campaign
        return list(alarms(board.make(connection, campaign_id, clock()), campaign, line))

    return due


def _is_early(ends: datetime, closes: datetime | None) -> bool:
    return closes is not None and closes - ends > EARLY


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    return when.clock(moment.astimezone(zone)) if moment else ""


def _whose(look: Look) -> str:
    """A few characters for what it is about; a list's name may be longer than an id can be."""
    name = look.of.get("list", "")
    return sha256(name.encode()).hexdigest()[:16] if name else look.of.get("connection", look.caller_id)
