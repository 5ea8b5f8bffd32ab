"""A call that Zetkin has allocated to this caller, as a household that is lent to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from phonetui.client.zetkin_script import moment
from phonetui.client.zetkin_wire import Call, Named, PastCall, Target
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import closes_at
from phonetui.core.international_number import numbers
from phonetui.core.text import clean
from phonetui.core.translation import later, tr
from phonetui.core.voter import Address, Household, PastAttempt, Phone, Voter
from phonetui.core.zetkin_states import RESULTS
from phonetui.wire import LENT_FOR, Lease

#: Zetkin takes back no call by itself: a lease stands to the end of the day's hours, and for so long at least, from
#: when Zetkin last said that the call is the caller's. It is longer than a server of ours lends ahead of need, so that
#: whoever leaves is asked whether to give their calls back.
HELD_FOR = LENT_FOR + timedelta(hours=1)
LONGEST = 200
MOST_TAGS, MOST_ATTEMPTS = 20, 20

NOT_AVAILABLE = later("not available")
#: Stands where Zetkin has no number, so that the person is not taken for one whose number is hidden.
NO_NUMBER = "–"


class Ticket(Struct, frozen=True):
    """What an event carries of the call that it is about: the organisation's id and the call's."""

    org: int
    call: int

    @property
    def written(self) -> str:
        """As the event carries it."""
        return f"zetkin-{self.org}-{self.call}"


def ticket_of(written: str) -> Ticket | None:
    """The call that an event is about; None for what Zetkin never lent."""
    _, _, ids = written.partition("zetkin-")
    org, _, call = ids.partition("-")
    both = org, call
    if not all(each.isascii() and each.isdigit() and len(each) < 16 for each in both):
        return None
    ticket = Ticket(int(org), int(call))
    return ticket if ticket.written == written else None


def lease(call: Call, org: int, until: datetime, country_code: str) -> Lease:
    """The call's person as a household of one."""
    found = voter(call.target, country_code)
    household = Household(str(call.id), found.number or NO_NUMBER, (found,), _address_key(found))
    return Lease(household, until, {found.voter_id: Ticket(org, call.id).written})


def held_until(campaign: Campaign, now: datetime) -> datetime:
    """The end of a lease that Zetkin has confirmed now."""
    return max(closes_at(campaign, (), now) or now, now + HELD_FOR).astimezone(UTC)


def voter(target: Target, country_code: str) -> Voter:
    """What Zetkin says of a person, as far as a caller sees it here."""
    written = (target.phone or "", target.alt_phone or "")
    found = dict.fromkeys(number for each in written for number in numbers(each, country_code))
    return Voter(
        str(target.id),
        _line(target.first_name),
        _line(target.last_name),
        phones=tuple(Phone(number) for number in found),
        address=Address(
            ", ".join(filter(None, [_line(target.street_address), _line(target.co_address)])),
            _line(target.city),
            zip_code=_line(str(target.zip_code or "")),
        ),
        tags=tuple(filter(None, map(_tag, target.tags or ())))[:MOST_TAGS],
        attempts=tuple(filter(None, map(_attempt, target.call_log or ())))[-MOST_ATTEMPTS:],
        email=_line(target.email),
    )


def _attempt(past: PastCall) -> PastAttempt | None:
    """An earlier call; none for one that was never finished, or has no time."""
    at = moment(past.update_time) or moment(past.allocation_time)
    if at is None or past.state not in RESULTS:
        return None
    return PastAttempt(at, RESULTS[past.state] or tr(NOT_AVAILABLE), _line(past.notes))


def _tag(tag: Named | str | None) -> str:
    return _line(tag.title if isinstance(tag, Named) else tag)


def _address_key(found: Voter) -> str:
    at = found.address
    return " ".join(f"{at.street} {at.zip_code} {at.city}".casefold().split()) if at.street else ""


def _line(text: str | None) -> str:
    return clean(text or "", LONGEST)
