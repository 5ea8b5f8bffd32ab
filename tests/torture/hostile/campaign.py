"""What a hostile campaign server sends: well formed in everything but its texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from phonetui.client.received import EXACT
from phonetui.core.campaign import WEEKDAYS, CallingRules, Campaign, Hours, Step
from phonetui.core.standard_dispositions import USUAL
from phonetui.core.voter import Household, Phone, Voter
from phonetui.wire import ExchangeReply, Lease, Session
from tests.torture.hostile.filling import Writer, filled
from tests.torture.hostile.payloads import without_surrogates

HOURS = {day: Hours(time(0), time(0)) for day in WEEKDAYS}
ZONE = "America/New_York"
HOSTILE_STEP = "s1"


def written_with(text: str) -> Writer:
    """Writes the text wherever people read, and an id where ids are."""

    def write(path: str) -> str:
        name = path.rpartition(".")[2]
        if name == "key":
            return "en" if path.count(".") > 1 else "K"
        return f"{name}-1" if name in EXACT or name.endswith("_id") else text

    return write


def campaign(text: str) -> Campaign:
    """A campaign that can be called for, with the text in each of its words."""
    wire = without_surrogates(text)
    full = filled(Campaign, written_with(wire))
    step = msgspec.structs.replace(full.steps[0], id=HOSTILE_STEP, goto="", ends=False, disclosure=False)
    end = Step(id="s2", say={"en": f"{wire} {{first_name}}, {{caller}} {{city|{wire}}} {wire}"}, ends=True)
    return msgspec.structs.replace(
        full,
        campaign_id="hostile",
        languages=("en",),
        starts=date(2020, 1, 1),
        ends=date(2100, 1, 1),
        calling=CallingRules(hours=HOURS),
        dispositions=tuple(msgspec.structs.replace(each, label={"en": f"{wire} {each.id}"}) for each in USUAL),
        steps=(step, end),
        zone=ZONE,
        version=1,
    )


def lease(number: int, first_name: str, text: str, until: datetime) -> Lease:
    """A household of one with the text in all that is known of the voter."""
    wire = without_surrogates(text)
    phone = f"+1812555{number:04}"
    voter = msgspec.structs.replace(
        filled(Voter, written_with(wire)),
        voter_id=f"v{number}",
        first_name=first_name,
        phones=(Phone(phone, "cell"),),
        language="English",
        zones=(ZONE,),
    )
    return Lease(Household(f"h{number}", phone, (voter,), address_key=wire), until, {f"v{number}": "ticket"})


def reply(campaign_text: str, voters: Sequence[tuple[str, str]], now: datetime) -> ExchangeReply:
    """What brings the campaign and its voters, each a first name and a text for the rest."""
    until = now + timedelta(hours=2)
    return msgspec.structs.replace(
        filled(ExchangeReply, written_with(without_surrogates(campaign_text))),
        receipts=(),
        stored_through=0,
        leases=tuple(lease(number, name, text, until) for number, (name, text) in enumerate(voters, start=1)),
        ended=(),
        withdrawn=(),
        suppressed=(),
        campaign=campaign(campaign_text),
        campaign_state="open",
        server_time=now,
    )


def session(text: str) -> Session:
    """What logs in, with the text in the names."""
    wire = without_surrogates(text)
    full = filled(Session, written_with(wire))
    here = tuple(msgspec.structs.replace(each, campaign_id="hostile") for each in full.campaigns)
    return msgspec.structs.replace(full, campaigns=here)


NOW = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
