"""What the campaign tells its callers, and what it answers: each is shown until it is seen, after any restart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from phonetui.client.journal_records import Told
from phonetui.core.event import AnyEvent, HelpQuestion
from phonetui.core.translation import tr
from phonetui.wire import ExchangeReply, ExchangeRequest, Notice


class Notices:
    """As they are in the journal: `told` in the order in which they came, `asked` as the caller asked."""

    def __init__(self, told: Iterable[Told], asked: Iterable[HelpQuestion]) -> None:
        self.told = tuple(told)
        self.asked = tuple(asked)

    def take(self, reply: ExchangeReply) -> bool:
        """What a reply tells, and has not told before; whether it answers what was asked last."""
        known = {told.notice_id for told in self.told}
        news = [each for each in reply.notices if each.notice_id not in known]
        self.told += tuple(Told(each.notice_id, each.at or reply.server_time, each.text, each.answers) for each in news)
        return any(each.answers == one.id for one in self.asked[-1:] for each in news)

    def ask(self, written: Iterable[AnyEvent]) -> None:
        """The questions among what the caller has written down."""
        self.asked += tuple(event for event in written if isinstance(event, HelpQuestion))

    def see(self, notice_ids: Collection[str]) -> None:
        """The caller has seen these."""
        self.told = tuple(
            msgspec.structs.replace(told, seen=True) if told.notice_id in notice_ids else told for told in self.told
        )


def with_news_of_script(request: ExchangeRequest, reply: ExchangeReply, now: datetime) -> ExchangeReply:
    """The reply with a notice more, where it brings another version of a script that the laptop has already."""
    campaign = reply.campaign
    if campaign is None or request.campaign_version in (0, campaign.version):
        return reply
    text = tr("The script has a new version; it is used from the next call.")
    notice = Notice(f"script-{campaign.version}", text, at=now)
    return msgspec.structs.replace(reply, notices=(*reply.notices, notice))
