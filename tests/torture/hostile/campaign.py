"""What a hostile campaign server sends: well formed in everything but its texts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from phonetui.client.received import EXACT
from phonetui.core.campaign import WEEKDAYS, CallingRules, Campaign, Hours, Step
from phonetui.core.standard_dispositions import USUAL
from phonetui.core.voter import Household, Phone, Voter
from phonetui.wire import ExchangeReply, Lease, Notice, Session
from tests.torture.hostile.filling import Writer, filled
from tests.torture.hostile.payloads import without_surrogates

HOURS = {day: Hours(time(0), time(0)) for day in WEEKDAYS}
ZONE = "America/New_York"
#: How many of each a campaign has, and how many of each a voter.
IN_A_CAMPAIGN = {"dispositions": len(USUAL), "steps": 4, "steps.question.answers": 2, "replies": 3}
OF_A_VOTER = {"elections": 2, "tags": 2, "attempts": 3}
#: Before what a step says: all the texts that are not shown by themselves. `{K}` stands for the one that has a default.
NAMED = "{first_name}, {caller}: {organisation}, {election}, {K} "
#: Texts that mean something to the laptop.
_TAKEN = {"zones": ZONE, "zone": ZONE, "languages": "en"}


def written_by(text: Writer) -> Writer:
    """What `text` says wherever people read, and an id where ids are."""

    def write(path: str) -> str:
        name = path.rpartition(".")[2]
        if name == "key":
            return "en" if path.count(".") > 1 else "K"
        if name in _TAKEN:
            return _TAKEN[name]
        return f"{name}-1" if name in EXACT or name.endswith("_id") else without_surrogates(text(path))

    return write


def campaign(text: Writer) -> Campaign:
    """A campaign that can be called for, with a text in each of its words."""
    full = filled(Campaign, written_by(text), IN_A_CAMPAIGN)
    steps = tuple(_step(at, step) for at, step in enumerate(full.steps))
    labels = (each.label for each in full.dispositions)
    return msgspec.structs.replace(
        full,
        campaign_id="hostile",
        starts=date(2020, 1, 1),
        ends=date(2100, 1, 1),
        calling=CallingRules(hours=HOURS),
        dispositions=tuple(msgspec.structs.replace(each, label=next(labels)) for each in USUAL),
        steps=steps,
        version=1,
    )


def _step(at: int, step: Step) -> Step:
    """The step as one that every call comes to: for everybody, and with a question that can be passed over."""
    question = msgspec.structs.replace(step.question, kind="one", required=False) if step.question else None
    return Step(id=f"s{at}", say={"en": f"{NAMED}{step.say['en']}"}, question=question, disclosure=at == 1)


def household(number: int, first_name: str, text: Writer) -> Household:
    """A voter with a text in all that is known of them, and in the first or the last name of who shares the number.

    The first name is a text as well where none is given.
    """
    write, phone = written_by(text), f"+1812555{number:04}"
    full = filled(Voter, lambda path: first_name or write(path) if path == "first_name" else write(path), OF_A_VOTER)
    voter = msgspec.structs.replace(full, voter_id=f"v{number}", phones=(Phone(phone, "cell"),))
    first, last = (write("first_name"), voter.last_name) if number % 2 else ("Ann", write("last_name"))
    other = Voter(f"o{number}", first, last, phones=voter.phones, zones=voter.zones)
    return Household(f"h{number}", phone, (voter, other), address_key=f"{number}")


def reply(text: Writer, now: datetime) -> ExchangeReply:
    """What brings the campaign and a notice, and lends nobody yet."""
    notice = Notice("n1", without_surrogates(text("notices.text")))
    return ExchangeReply(notices=(notice,), campaign=campaign(text), cursor="c1", server_time=now)


def lending(sent: ExchangeReply, households: Iterable[Household]) -> ExchangeReply:
    """The reply with these households lent for two hours."""
    until = sent.server_time + timedelta(hours=2)
    leases = (Lease(each, until, {voter.voter_id: "ticket" for voter in each.voters}) for each in households)
    return msgspec.structs.replace(sent, leases=tuple(leases))


def session(text: Writer) -> Session:
    """What logs in, with a text in the names."""
    full = filled(Session, written_by(text))
    here = tuple(msgspec.structs.replace(each, campaign_id="hostile") for each in full.campaigns)
    return msgspec.structs.replace(full, campaigns=here)


NOW = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
