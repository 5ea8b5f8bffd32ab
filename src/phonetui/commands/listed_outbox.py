"""What the campaign does not have, as its caller may recognise it: when and what, and of whom nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec import Struct

from phonetui.client.address import host
from phonetui.client.entries import entries
from phonetui.client.journal_peek import NotTaken
from phonetui.client.journal_records import Entry
from phonetui.client.outbox_file import campaign_of
from phonetui.core import event as events
from phonetui.core.campaign import Campaign
from phonetui.core.text import clean
from phonetui.core.translation import later, number, tr
from phonetui.core.when import clock, short_day

LONGEST = 200
REJECTED = later(
    "What is rejected stays here. Tell the organiser: `phonetui outbox export FILE` writes it, with the reasons, to a "
    "file for them."
)
#: What events other than outcomes are called here, and what a newer phonetui's are.
KINDS: dict[type[events.AnyEvent], str] = {
    events.Undo: later("a result taken back"),
    events.Skip: later("a skip"),
    events.Dial: later("a number dialed"),
    events.Report: later("a correction"),
    events.Remark: later("a word about the script"),
    events.HelpQuestion: later("a question to the supervisor"),
    events.FollowUpSent: later("a message handed on"),
}
UNKNOWN = later("something that a newer phonetui wrote")


class Listed(Struct, frozen=True):
    """One event. `reason` is why the campaign did not take it, empty for one that is unsent."""

    at: datetime | None
    result: str
    reason: str = ""


class Outbox(Struct, frozen=True):
    """What one campaign does not have."""

    server: str
    campaign: str
    unsent: tuple[Listed, ...]
    rejected: tuple[Listed, ...]


def listed(server_url: str, kept: NotTaken) -> Outbox:
    """What is kept for one campaign; `kept` holds one event or more."""
    campaign = kept.campaign
    first = (*kept.unsent, *(each.entry for each in kept.rejected))[0]
    return Outbox(
        server=server_url,
        campaign=clean(campaign.name if campaign else campaign_of(first), LONGEST),
        unsent=tuple(_listed(entry, campaign) for entry in kept.unsent),
        rejected=tuple(_listed(each.entry, campaign, each.reason.told) for each in kept.rejected),
    )


def listed_lines(outbox: Outbox) -> Iterator[str]:
    """The same for people; when they wrote each down is told by this laptop's clock."""
    yield tr(
        "{campaign} at {host}: {entries} unsent, {rejected} rejected",
        campaign=outbox.campaign,
        host=host(outbox.server),
        entries=entries(len(outbox.unsent)),
        rejected=number(len(outbox.rejected)),
    )
    for each in outbox.unsent:
        yield f"  {_when(each)}  {each.result}"
    for each in outbox.rejected:
        yield tr("  {when}  {result}, rejected: {reason}", when=_when(each), result=each.result, reason=each.reason)
    if outbox.rejected:
        yield tr(REJECTED)


def _when(one: Listed) -> str:
    at = one.at.astimezone() if one.at else None
    return f"{f'{short_day(at)}, {clock(at)}' if at else '':<16}"


def _listed(entry: Entry, campaign: Campaign | None, reason: str = "") -> Listed:
    try:
        event = events.decode(entry.body)
    except msgspec.DecodeError:
        return Listed(None, tr(UNKNOWN), clean(reason, LONGEST))
    return Listed(event.at, _result(event, campaign), clean(reason, LONGEST))


def _result(event: events.AnyEvent, campaign: Campaign | None) -> str:
    if not isinstance(event, events.Outcome):
        return tr(KINDS[type(event)])
    disposition = campaign.disposition(event.disposition) if campaign else None
    return clean(campaign.words(disposition.label) if campaign and disposition else event.disposition, LONGEST)
