"""A campaign and its voters for the screen's tests: households, neighbours, two languages, two zones, wide names."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from phonetui.core.campaign import WEEKDAYS, Answer, CallingRules, Campaign, Hours, Question, Reply, Step
from phonetui.core.standard_dispositions import USUAL
from phonetui.core.voter import Address, Household, PastAttempt, Phone, PollingPlace, Voter

#: A Saturday, 4:12 pm in New York.
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 21, 21, 12, tzinfo=UTC)

CAMPAIGN = Campaign(
    campaign_id="riverside",
    name="Weekend turnout",
    organisation="Riverside Votes",
    languages=("en", "es"),
    starts=date(2026, 11, 1),
    ends=date(2026, 12, 8),
    calling=CallingRules(hours={day: Hours(time(9), time(21)) for day in WEEKDAYS}),
    dispositions=USUAL,
    election={"en": "Tuesday, December 8", "es": "el martes 8 de diciembre"},
    steps=(
        Step(
            id="open",
            say={"en": "Hi, is this {first_name}?", "es": "Hola, ¿hablo con {first_name}?"},
        ),
        Step(
            id="plan",
            say={
                "en": "My name is {caller}, I'm a volunteer with {organisation}. "
                "We're calling neighbors on {street_name|your street} about the county election on {election}.",
                "es": "Me llamo {caller} y soy voluntaria de {organisation}. Llamamos a los vecinos de "
                "{street_name|su calle} por la elección del condado, {election}.",
            },
            question=Question(
                id="plan",
                ask={"en": "Do you plan to vote?", "es": "¿Piensa votar?"},
                answers=(
                    Answer("sure", {"en": "Yes, already sure", "es": "Sí, con seguridad"}),
                    Answer("leaning", {"en": "Leaning yes", "es": "Quizás sí"}),
                    Answer("unsure", {"en": "Not sure", "es": "No sabe"}),
                    Answer("no", {"en": "No", "es": "No"}, goto="thanks"),
                ),
            ),
        ),
        Step(
            id="where",
            say={"en": "You vote at {polling_place|your usual polling place}. Doors are open from 6 am to 6 pm."},
            question=Question(
                id="how",
                ask={"en": "How will you get there?"},
                answers=(
                    Answer("drive", {"en": "Drives"}),
                    Answer("ride", {"en": "Needs a ride, and would be glad if somebody called to arrange one"}),
                    Answer("mail", {"en": "Votes by mail"}),
                ),
            ),
        ),
        Step(
            id="paid",
            say={"en": "This call is paid for by Riverside Votes and is not authorized by any candidate."},
            disclosure=True,
        ),
        Step(id="thanks", say={"en": "Thank you, {first_name}, and have a good day!"}, ends=True),
    ),
    replies=(
        Reply(
            {"en": "How do I vote by mail?"},
            {"en": "Ask the county clerk for a ballot by November 26. It must be back by noon on {election}."},
        ),
        Reply({"en": "Where did you get my number?"}, {"en": "From the public voter file of the state."}),
        Reply(
            {"en": "Do I need to bring an ID?"},
            {"en": "Yes, one with a photo that the state or the United States issued: a driver's license will do."},
        ),
        Reply({"en": "Are you paid for this?"}, {"en": "No, all of us are volunteers."}),
    ),
    goal=40,
    zone="America/Indiana/Indianapolis",
    version=1,
)

SCHOOL = PollingPlace("Mill Creek School", "200 Mill Ct", "6 am to 6 pm", "register by Nov 9")


def _home(household_id: str, number: str, *voters: Voter, key: str = "") -> Household:
    return Household(household_id=household_id, number=number, voters=voters, address_key=key)


SOO_JIN = Voter(
    voter_id="v1",
    first_name="Soo-Jin",
    last_name="De La Cruz",
    age=25,
    party="ind",
    language="Spanish",
    phones=(Phone("+18125550166", "cell"), Phone("+18125550123", "home")),
    address=Address("1932 Mill Ct", "Evansville", "IN", "47712"),
    precinct="35",
    zones=("America/Chicago",),
    zone_source="ZIP",
    elections=("22", "24"),
    attempts=(PastAttempt(datetime(2026, 11, 14, 20, 0, tzinfo=UTC), "not_home"),),
    polling_place=SCHOOL,
)
FELIPE = Voter(
    voter_id="v2",
    first_name="Felipe",
    last_name="Acosta",
    age=77,
    party="dem",
    phones=(Phone("+18125550166", "home"),),
    address=Address("1932 Mill Ct", "Evansville", "IN", "47712"),
    zones=("America/Chicago",),
    zone_source="ZIP",
    polling_place=SCHOOL,
)
VERNON = Voter(
    voter_id="v3",
    first_name="Vernon",
    last_name="Whitfield-Abernathy",
    middle_name="Maximilian",
    suffix="III",
    age=61,
    party="rep",
    phones=(Phone("+18125550188", "home"),),
    address=Address("1932 Mill Ct Apt 2", "Evansville", "IN", "47712"),
    zones=("America/Chicago", "America/New_York"),
    zone_source="area code",
    elections=("18", "20", "22", "24"),
    attempts=(
        PastAttempt(datetime(2026, 11, 7, 20, 0, tzinfo=UTC), "busy"),
        PastAttempt(datetime(2026, 11, 14, 20, 0, tzinfo=UTC), "not_home", "dog barks, call after six"),
    ),
)
WIDE = Voter(
    voter_id="v4",
    first_name="金秀珍",
    last_name="🌻 Nguyễn Thị Minh Khai",
    age=44,
    phones=(Phone("+19105550111"),),
    address=Address("4180 Spring Way", "Wilmington", "NC", "28401"),
    zones=("America/New_York",),
    zone_source="ZIP",
)

HOUSEHOLDS = (
    _home("h1", "+18125550166", SOO_JIN, FELIPE, key="1932 mill ct"),
    _home("h2", "+18125550188", VERNON, key="1932 mill ct"),
    _home("h3", "+19105550111", WIDE),
)
