"""What a caller chooses by: the campaigns open to them, in words, and their phone banks in a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from phonetui.client.address import host
from phonetui.core.calendar_file import Appointment
from phonetui.core.campaign import MIDNIGHT, WEEKDAYS
from phonetui.core.eligibility import known_zone
from phonetui.core.languages import language_name
from phonetui.core.refusal import Refused
from phonetui.core.translation import both, number, spoken, tr, tr_n
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
    when = tr("{day}, {time} to {until}", day=day(starts), time=clock(starts), until=until)
    comes = _signed_up(bank.signed_up, you=bank.you)
    return f"{when}: {label}. {comes}" if label else f"{when}. {comes}"


def find_phone_bank(campaigns: Iterable[Membership], name: str) -> tuple[Membership, OpenPhoneBank]:
    """The phone bank of that name or id, with its campaign before a stroke or without; raises `Refused`."""
    every = [(campaign, bank) for campaign in campaigns for bank in campaign.phone_banks]
    found = [each for each in every if name.casefold() in _names(*each)]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(f"{campaign.campaign_id}{OF}{bank.phone_bank.id}" for campaign, bank in found or every)
    if not shown:
        raise Refused(tr("No phone bank is ahead in your campaigns; ask the campaign."))
    if found:
        raise Refused(tr("There are several phone banks {name}; say which: {shown}.", name=name, shown=shown))
    raise Refused(tr("There is no phone bank {name} ahead; there are {shown}.", name=name, shown=shown))


def appointments(campaigns: Iterable[Membership], server_url: str) -> list[Appointment]:
    """The phone banks that the caller has signed up for."""
    return [
        Appointment(
            uid=f"{bank.phone_bank.id}.{campaign.campaign_id}@{host(server_url)}",
            starts=bank.phone_bank.starts,
            ends=bank.phone_bank.ends,
            title=f"{_label(bank) or tr('Phone bank')}: {heading(campaign)}",
            text=tr("Type phonetui in a terminal to call."),
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
    label = bank.phone_bank.label
    return label.get(spoken()) or next(iter(label.values()), "")


def _hours(campaign: Membership, now: datetime) -> str:
    today = now.astimezone(known_zone(campaign.zone)).date()
    if campaign.starts and today < campaign.starts:
        return tr("Calling begins on {day}.", day=day(campaign.starts))
    if campaign.state == "paused":
        return tr("Paused: no voters are given out now.")
    hours = campaign.hours.get(WEEKDAYS[today.weekday()])
    if today in campaign.holidays:
        return tr("No calls today, a holiday.")
    if hours is None:
        return tr("No calls today.")
    opens, closes = (clock(datetime.combine(today, each)) for each in (hours.opens, hours.closes))
    if hours.closes == MIDNIGHT:
        closes = tr("midnight")
    return tr("Today {opens} to {closes} where the voters live.", opens=opens, closes=closes)


def _languages(campaign: Membership) -> str:
    names = [language_name(code) for code in campaign.languages]
    return tr("In {languages}.", languages=both(names)) if names else ""


def _left(campaign: Membership) -> str:
    count = campaign.left_to_call
    left = tr_n("{n} household left to call", "{n} households left to call", count)
    if count >= MOST_COUNTED:
        left = tr("More than {most} households left to call", most=number(MOST_COUNTED))
    elif count >= 100:
        left = tr("About {count} households left to call", count=number(count))
    callers = tr_n("one caller now", "{n} callers now", campaign.callers_now)
    return f"{left}, {callers if campaign.callers_now else tr('nobody calls now')}."


def _practice(campaign: Membership) -> str:
    return tr("Practise once first: phonetui practice.") if campaign.practice == "wanted" else ""


def _signed_up(count: int, *, you: bool) -> str:
    if you:
        return tr_n("One signed up; you are signed up.", "{n} signed up; you are signed up.", count)
    return tr_n("One signed up.", "{n} signed up.", count) if count else tr("Nobody signed up yet.")
