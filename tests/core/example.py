"""A small campaign and its voters, for the tests of the core."""

from __future__ import annotations

from datetime import date, time, timedelta

import msgspec

from phonetui.core.campaign import WEEKDAYS, Answer, CallingRules, Campaign, Disposition, Hours, Question, Step
from phonetui.core.voter import Address, PollingPlace, Voter

NOT_HOME = Disposition(id="not_home", key="n", label={"en": "Not home"}, about="number")
BUSY = Disposition(id="busy", key="b", label={"en": "Busy"}, about="number", again_after=timedelta(hours=1))
REFUSED = Disposition(id="refused", key="r", label={"en": "Refused"}, about="person", contact=True, ends=True)
CALL_BACK = Disposition(
    id="call_back",
    key="c",
    label={"en": "Call back"},
    about="person",
    contact=True,
    call_back=True,
    again_after=timedelta(hours=2),
)
TALKED = Disposition(id="talked", key="t", label={"en": "Talked"}, about="person", contact=True, ends=True, talk=True)

PLAN_TO_VOTE = Question(
    "vote",
    {"en": "Do you plan to vote?", "es": "¿Piensa votar?"},
    (Answer("yes", {"en": "Yes"}), Answer("no", {"en": "No"}, goto="why"), Answer("voted", {"en": "Did"}, goto="end")),
)
HOW = Question("how", {"en": "How?"}, (Answer("mail", {"en": "By mail"}), Answer("there", {"en": "There"})))
WHY = Question("why", {"en": "Why not?"}, (Answer("busy", {"en": "No time"}), Answer("other", {"en": "Other"})))

CAMPAIGN = Campaign(
    campaign_id="weekend-turnout",
    name="Weekend turnout",
    organisation="Riverside Votes",
    languages=("en", "es"),
    starts=date(2026, 11, 2),
    ends=date(2026, 11, 29),
    calling=CallingRules(
        hours={day: Hours(time(9), time(21)) for day in WEEKDAYS if day != "sun"},
        holidays=(date(2026, 11, 26),),
        attempts_per_day=1,
        attempts_in_all=3,
    ),
    dispositions=(NOT_HOME, BUSY, REFUSED, CALL_BACK, TALKED),
    election={"en": "the county election", "es": "la elección del condado"},
    defaults={"city": {"en": "your town", "es": "su ciudad"}},
    steps=(
        Step("disclosure", {"en": "Riverside Votes pays for this call."}, disclosure=True),
        Step("hello", {"en": "Hi {first_name}!"}, PLAN_TO_VOTE),
        Step("plan", {}, HOW, goto="end"),
        Step("why", {}, WHY),
        Step("end", {"en": "Thank you!"}, ends=True),
    ),
)

SOO_JIN = Voter(
    voter_id="v1",
    first_name="Soo-Jin",
    last_name="De La Cruz",
    language="Spanish",
    address=Address("1932 Mill Ct Apt 4", "Evansville", "IN", "47711"),
    zones=("America/Chicago",),
    polling_place=PollingPlace("Mill School", "12 Mill St", "6 am to 6 pm", "Ballots by mail must arrive by then."),
)


def with_rules(**changes: object) -> Campaign:
    """The campaign with other calling rules."""
    return msgspec.structs.replace(CAMPAIGN, calling=msgspec.structs.replace(CAMPAIGN.calling, **changes))
