"""What a caller chooses by: the campaigns open to them, in words, and their phone banks in a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from phonetui.client.address import host
from phonetui.core.calendar_file import Appointment
from phonetui.core.campaign import MIDNIGHT, WEEKDAYS, Campaign, PhoneBank
from phonetui.core.eligibility import first_day_to_come, known_zone
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
    left = "" if campaign.uncounted else f"{_left(campaign)}, {_callers_now(campaign)}."
    if first_day_to_come(campaign.starts, campaign.zone, now):
        left = _list_to_come(campaign)
    return " ".join(filter(None, [about_kept(campaign, now), left, _practice(campaign)]))


def about_kept(campaign: Membership, now: datetime) -> str:
    """The part of it that needs no server."""
    begins = first_day_to_come(campaign.starts, campaign.zone, now)
    when = tr("Calls begin on {day}.", day=day(begins)) if begins else _hours(campaign, now)
    return " ".join(filter(None, [when, _languages(campaign)]))


def as_kept(campaign: Campaign) -> Membership:
    """What a campaign's own file says of it."""
    return Membership(
        campaign.campaign_id,
        campaign.name,
        campaign.organisation,
        "caller",
        "open",
        languages=campaign.languages,
        zone=campaign.zone,
        starts=campaign.starts,
        ends=campaign.ends,
        hours=campaign.calling.hours,
        holidays=campaign.calling.holidays,
    )


def phone_bank_line(campaign: Membership, bank: OpenPhoneBank, zone: tzinfo | None = None) -> str:
    """When it is by the caller's clock, what it is called, and who comes; `zone` is the caller's, none the laptop's."""
    label = _label(bank)
    when = _when(campaign, bank.phone_bank, zone)
    comes = _signed_up(bank.signed_up, you=bank.you)
    return f"{when}: {label}. {comes}" if label else f"{when}. {comes}"


def typed_name(campaigns: Iterable[Membership], campaign: Membership, bank: OpenPhoneBank) -> str:
    """What a caller types for the phone bank: its id, after its campaign's where another's has the same."""
    name = bank.phone_bank.id
    called_so = [each for one in campaigns for each in one.phone_banks if name.casefold() in _names(one, each)]
    return name if len(called_so) == 1 else f"{campaign.campaign_id}{OF}{name}"


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


def _when(campaign: Membership, bank: PhoneBank, zone: tzinfo | None) -> str:
    """By the caller's clock, and by the campaign's where that is another."""
    starts, ends = bank.starts.astimezone(zone), bank.ends.astimezone(zone)
    here = tr("{day}, {times} your time", day=day(starts), times=_times(starts, ends))
    there, ends_there = (each.astimezone(known_zone(campaign.zone) or zone) for each in (starts, ends))
    if there.utcoffset() == starts.utcoffset():
        return here
    times = _times(there, ends_there)
    if there.date() != starts.date():
        times = tr("{day}, {times}", day=day(there), times=times)
    return tr("{here} ({there} at the campaign)", here=here, there=times)


def _times(starts: datetime, ends: datetime) -> str:
    until = clock(ends) if ends.date() == starts.date() else f"{day(ends)}, {clock(ends)}"
    return tr("{time} to {until}", time=clock(starts), until=until)


def _names(campaign: Membership, bank: OpenPhoneBank) -> Iterator[str]:
    for name in (bank.phone_bank.id, *bank.phone_bank.label.values()):
        yield name.casefold()
        yield f"{campaign.campaign_id}{OF}{name}".casefold()


def _label(bank: OpenPhoneBank) -> str:
    label = bank.phone_bank.label
    return label.get(spoken()) or next(iter(label.values()), "")


def _hours(campaign: Membership, now: datetime) -> str:
    today = now.astimezone(known_zone(campaign.zone)).date()
    if campaign.state == "paused":
        return tr("Paused: no voters are given out now.")
    hours = campaign.hours.get(WEEKDAYS[today.weekday()])
    if today in campaign.holidays:
        return tr("No calls today, a holiday.")
    if hours is None:
        return tr("No calls today.")
    if hours.opens == hours.closes == MIDNIGHT:
        return tr("Today all day.")
    opens, closes = (clock(datetime.combine(today, each)) for each in (hours.opens, hours.closes))
    if hours.closes == MIDNIGHT:
        closes = tr("midnight")
    return tr("Today {opens} to {closes} where the voters live.", opens=opens, closes=closes)


def _languages(campaign: Membership) -> str:
    names = [language_name(code) for code in campaign.languages]
    return tr("In {languages}.", languages=both(names)) if names else ""


def _left(campaign: Membership) -> str:
    count = campaign.left_to_call
    if count >= MOST_COUNTED:
        return tr("More than {most} households left to call", most=number(MOST_COUNTED))
    if count >= 100:
        return tr("About {count} households left to call", count=number(count))
    return tr_n("{n} household left to call", "{n} households left to call", count)


def _list_to_come(campaign: Membership) -> str:
    """Nothing before the list is there: none is left to call only once all were called."""
    return f"{_left(campaign)}." if campaign.left_to_call else ""


def _callers_now(campaign: Membership) -> str:
    if not campaign.callers_now:
        return tr("nobody calls now")
    return tr_n("one caller now", "{n} callers now", campaign.callers_now)


def _practice(campaign: Membership) -> str:
    return tr("Practise once first: phonetui practice.") if campaign.practice == "wanted" else ""


def _signed_up(count: int, *, you: bool) -> str:
    if you:
        return tr_n("One signed up; you are signed up.", "{n} signed up; you are signed up.", count)
    return tr_n("One signed up.", "{n} signed up.", count) if count else tr("Nobody signed up yet.")
