"""What a caller chooses by: the campaigns open to them, in words, and their phone banks in a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from phonetui.client.address import host
from phonetui.core.calendar_file import Appointment
from phonetui.core.campaign import MIDNIGHT, WEEKDAYS
from phonetui.core.eligibility import known_zone
from phonetui.core.languages import NAMES
from phonetui.core.refusal import Refused
from phonetui.core.when import clock, day
from phonetui.wire import MOST_COUNTED, Membership, OpenPhoneBank

#: Where a phone bank is named by its campaign, too: `riverside/saturday`.
OF = "/"


def heading(campaign: Membership) -> str:
    """The campaign and whose it is."""
    return f"{campaign.name}, {campaign.organisation}"


def about(campaign: Membership, now: datetime) -> str:
    """When it is called for, in which languages, how much is left, and who is there."""
    return " ".join(filter(None, [_hours(campaign, now), _languages(campaign), _left(campaign), _practice(campaign)]))


def phone_bank_line(campaign: Membership, bank: OpenPhoneBank, zone: tzinfo | None = None) -> str:
    """When it is by the caller's clock, what it is called, and who comes."""
    starts, ends = bank.phone_bank.starts.astimezone(zone), bank.phone_bank.ends.astimezone(zone)
    until = clock(ends) if ends.date() == starts.date() else f"{day(ends)}, {clock(ends)}"
    label = _label(bank)
    named = f": {label}" if label else ""
    you = "; you are signed up" if bank.you else ""
    return f"{day(starts)}, {clock(starts)} to {until}{named}. {_signed_up(bank.signed_up)}{you}."


def find_phone_bank(campaigns: Iterable[Membership], name: str) -> tuple[Membership, OpenPhoneBank]:
    """The phone bank of that name or id, with its campaign before a stroke or without; raises `Refused`."""
    every = [(campaign, bank) for campaign in campaigns for bank in campaign.phone_banks]
    found = [each for each in every if name.casefold() in _names(*each)]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(f"{campaign.campaign_id}{OF}{bank.phone_bank.id}" for campaign, bank in found or every)
    if not shown:
        raise Refused("No phone bank is ahead in your campaigns; ask the campaign.")
    if found:
        raise Refused(f"There are several phone banks {name}; say which: {shown}.")
    raise Refused(f"There is no phone bank {name} ahead; there are {shown}.")


def appointments(campaigns: Iterable[Membership], server_url: str) -> list[Appointment]:
    """The phone banks that the caller has signed up for."""
    return [
        Appointment(
            uid=f"{bank.phone_bank.id}.{campaign.campaign_id}@{host(server_url)}",
            starts=bank.phone_bank.starts,
            ends=bank.phone_bank.ends,
            title=f"{_label(bank) or 'Phone bank'}: {heading(campaign)}",
            text="Type phonetui in a terminal to call.",
        )
        for campaign in campaigns
        for bank in campaign.phone_banks
        if bank.you
    ]


def _names(campaign: Membership, bank: OpenPhoneBank) -> Iterator[str]:
    for name in (bank.phone_bank.id, *bank.phone_bank.label.values()):
        yield name.casefold()
        yield f"{campaign.campaign_id}{OF}{name}".casefold()


def _label(bank: OpenPhoneBank) -> str:
    return next(iter(bank.phone_bank.label.values()), "")


def _hours(campaign: Membership, now: datetime) -> str:
    today = now.astimezone(known_zone(campaign.zone)).date()
    if campaign.starts and today < campaign.starts:
        return f"Calling begins on {day(campaign.starts)}."
    if campaign.state == "paused":
        return "Paused: no voters are given out now."
    hours = campaign.hours.get(WEEKDAYS[today.weekday()])
    if today in campaign.holidays:
        return "No calls today, a holiday."
    if hours is None:
        return "No calls today."
    opens, closes = (clock(datetime.combine(today, each)) for each in (hours.opens, hours.closes))
    if hours.closes == MIDNIGHT:
        closes = "midnight"
    return f"Today {opens} to {closes} where the voters live."


def _languages(campaign: Membership) -> str:
    names = [NAMES.get(code, code) for code in campaign.languages]
    return f"In {' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))}." if names else ""


def _left(campaign: Membership) -> str:
    count = campaign.left_to_call
    left = "More than 10,000" if count >= MOST_COUNTED else f"About {count:,}" if count >= 100 else f"{count}"
    households = f"{left} household{'' if count == 1 else 's'} left to call"
    callers = {0: "nobody calls now", 1: "one caller now"}.get(
        campaign.callers_now, f"{campaign.callers_now:,} callers now"
    )
    return f"{households}, {callers}."


def _practice(campaign: Membership) -> str:
    return "Practise once first: phonetui practice." if campaign.practice == "wanted" else ""


def _signed_up(count: int) -> str:
    return {0: "Nobody signed up yet", 1: "One signed up"}.get(count, f"{count:,} signed up")
