"""Sending a voter what the campaign has prepared, right after the talk or while it goes on."""

from __future__ import annotations

import asyncio
from typing import Literal

from phonetui.client.front_end import FrontEnd
from phonetui.core.campaign import Campaign
from phonetui.core.follow_up import Message, Spoken, message, whom_to_follow_up
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.core.word import FollowedUp
from phonetui.dial.links import mail_link, text_message_link
from phonetui.dial.system import System

#: Digits choose among so many messages.
MOST_CHOICES = 9


async def follow_up(front: FrontEnd, system: System | None = None) -> None:
    """Which message, then how it goes out; what went out is written down."""
    view, campaign = front.view, front.view.campaign
    if campaign is None:
        return
    try:
        whom = whom_to_follow_up(campaign, view.call, view.last)
        chosen = await _message(front, campaign, whom)
    except Refused as refused:
        front.refuse(refused)
        return
    how = await _sent(front, chosen, system or System()) if chosen else None
    if chosen and how:
        await front.saved(front.desk.write_down(FollowedUp(whom.voter.voter_id, chosen.follow_up_id, how)))


def link_of(to_send: Message) -> str:
    """What the system's program for texts or mails takes, and a phone's camera."""
    if to_send.by == "text":
        return text_message_link(to_send.to, to_send.text)
    return mail_link(to_send.to, to_send.subject, to_send.text)


async def _message(front: FrontEnd, campaign: Campaign, whom: Spoken) -> Message | None:
    """The message chosen, filled in; None where the caller goes back. Raises `Refused` where it has nowhere to go."""
    by = {"text": tr("text"), "mail": tr("mail")}
    messages = {str(key): each for key, each in enumerate(campaign.follow_ups[:MOST_CHOICES], start=1)}
    choices = [(key, f"{campaign.words(each.label)} ({by[each.by]})") for key, each in messages.items()]
    choice = await front.choose(tr("Send {name}", name=whom.voter.first_name), choices)
    return message(campaign, messages[choice], whom, front.view.caller_name) if choice else None


async def _sent(front: FrontEnd, to_send: Message, system: System) -> Literal["link", "qr", "copy"] | None:
    """How it went out; None where it did not."""
    ways = [("1", tr("open here")), ("2", tr("QR code")), ("3", tr("copy"))]
    front.notice(" ".join(filter(None, (system.why_not, to_send.text))))
    way = await front.choose(to_send.shown_to, ways[1:] if system.why_not else ways)
    if way == "2":
        return "qr" if await front.show_code(link_of(to_send), to_send) else None
    if way == "3":
        front.copy(to_send)
        return "copy"
    return "link" if way == "1" and await _opened(front, to_send, system) else None


async def _opened(front: FrontEnd, to_send: Message, system: System) -> bool:
    try:
        await asyncio.to_thread(system.open, link_of(to_send))
    except Refused as refused:
        front.refuse(refused)
        return False
    return True
