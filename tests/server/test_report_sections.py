"""What a report says of an evening, on either database."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import update

from phonetui.core.campaign import Answer, Campaign, Question, Step
from phonetui.core.figures import Counts, wilson
from phonetui.core.refusal import Refused
from phonetui.core.report import Bars, Heat, Line, Report, Section
from phonetui.server import tables
from phonetui.server.attempts import StoredAttempt
from phonetui.server.engine import Database, reading_engine
from phonetui.server.report import Period, count, made
from phonetui.server.report_making import make_report

from .conftest import Clock
from .phone_bank import CHICAGO, TURNOUT, Laptop, PhoneBank

VOTE = Question("vote", {"en": "Will you vote?"}, (Answer("yes", {"en": "Yes"}), Answer("no", {"en": "No"})))
GIFT = Question("gift", {"en": "Would you give?"}, kind="pledge", employer=True)
CAMPAIGN: Campaign = msgspec.structs.replace(
    TURNOUT, steps=(Step("vote", question=VOTE), Step("gift", question=GIFT), Step("bye", ends=True))
)


def report(url: str, by: str | None = None, *, since: date | None = None, until: date | None = None) -> Report:
    with reading_engine(url).connect() as connection:
        now = datetime(2026, 10, 8, tzinfo=UTC)
        return make_report(connection, "turnout", now=now, by=by, since=since, until=until)


def section(url: str, by: str) -> Section:
    [only] = report(url, by).sections
    return only


async def lent_five(database: Database, clock: Clock) -> tuple[PhoneBank, Laptop, list[str]]:
    """A campaign of five households of one, all lent to Dana."""
    bank = PhoneBank(database, clock)
    await bank.add(CAMPAIGN)
    zones = ["America/New_York"] * 3 + [f"{CHICAGO} America/New_York", CHICAGO]
    voters = [(await bank.household(nth, zones=there))[0] for nth, there in enumerate(zones, 1)]
    dana = await bank.join("dana")
    await dana.borrows(25)
    return bank, dana, voters


@pytest.fixture
def evening(database: Database, clock: Clock) -> None:
    """Dana makes five calls in an hour and a half, with a break in it; one she takes back, one she corrects."""

    async def story() -> None:
        _, dana, voters = await lent_five(database, clock)
        begun = clock()
        seconds = iter((0, 120, 240, 240 + 3600, 240 + 3600 + 300))
        calls = []
        for voter, disposition in zip(voters, ("talked", "not_home", "not_home", "busy", "talked"), strict=True):
            at = begun + timedelta(seconds=next(seconds))
            talk = {"vote": "yes", "gift": "25", "gift_employer": "Anneliese's"} if disposition == "talked" else {}
            calls.append(
                dana.outcome(
                    voter, disposition, at=at, shown_at=at - timedelta(seconds=45), answers=talk, campaign_version=1
                )
            )
        clock.passes(hours=3)
        undo = dana.undo(calls[1])
        right = dana.outcome(
            voters[2],
            "refused",
            shown_at=calls[2].shown_at,
            supersedes=calls[2].id,
            campaign_version=1,
        )
        await dana.sends(*calls, undo, right)

    asyncio.run(story())


def test_the_evening_in_figures(evening: None, url: str) -> None:
    told = report(url)
    figures = told.total
    assert (figures.attempts, figures.contacts, figures.talks, figures.contact_rate) == (4, 3, 2, 0.75)
    assert (figures.talk_seconds, figures.attempts_per_contact) == (45, 4 / 3)
    assert figures.between == wilson(3, 4)
    assert figures.hours * 3600 == 45 + 240 + 45 + 300  # with the break of an hour left out
    assert (told.name, told.organisation, told.zone) == ("Weekend turnout", "Riverside Votes", "America/New_York")
    assert told.days == "All calls so far"


def test_the_hours_are_the_campaigns(evening: None, url: str) -> None:
    hours = section(url, "hour")
    [table] = hours.tables
    assert [row[:3] for row in (*table.rows, table.total)] == [(12, 2, 2), (13, 2, 1), ("All", 4, 3)]
    heat, line = hours.pictures
    assert heat == Heat(
        "Contact rate by weekday and hour, with the number of attempts",
        ("Tue",),
        ("12 pm", "1 pm"),
        (((1.0, 2), (0.5, 2)),),
    )
    assert isinstance(line, Line)
    assert line.title == "Tue Oct 6, 2026, by the quarter of an hour"
    assert line.steps == ("12:00 pm", "12:15 pm", "12:30 pm", "12:45 pm", "1:00 pm")
    assert line.lines[0] == ("Attempts", (2, 0, 0, 0, 2))


def test_results_are_those_of_the_campaign_file(evening: None, url: str) -> None:
    [table] = section(url, "result").tables
    found = {row[0]: row[1:] for row in table.rows if row[2]}
    assert found == {"Refused": ("yes", 1, 0.25), "Busy": ("no", 1, 0.25), "Talked": ("yes", 2, 0.5)}
    assert table.total == ("All", "", 4, 1.0)
    assert not section(url, "result").says


def test_it_is_said_why_there_are_more_results_than_attempts(database: Database, url: str, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(CAMPAIGN)
        couple = await bank.household(1, "Ann", "Ben")
        dana = await bank.join("dana")
        await dana.borrows(1)
        await dana.sends(
            dana.outcome(couple[0], "talked", done=False), dana.outcome(couple[1], "not_home", same_call=True)
        )

    asyncio.run(story())
    results = section(url, "result")
    assert results.tables[0].total[2] == 2
    assert results.says == (
        "There are more results than attempts: one call can bring those of several people of a household.",
    )


def test_zones_are_those_called_into(evening: None, url: str) -> None:
    [table] = section(url, "zone").tables
    assert [row[:4] for row in table.rows] == [
        ("New York", 2, 2, 1.0),
        ("Chicago", 1, 1, 1.0),
        ("Chicago/New York", 1, 0, 0.0),
    ]


def test_answers_are_counted_and_no_words_are_told(evening: None, url: str) -> None:
    answers = section(url, "question")
    vote, gift = answers.tables
    assert [row[:3] for row in (*vote.rows, vote.total)] == [("Yes", 2, 1.0), ("No", 0, 0.0), ("Answered", 2, None)]
    assert gift.rows[0][:3] + gift.rows[0][4:] == ("Answered", 2, 1.0, 50, 25)
    assert b"Anneliese" not in msgspec.json.encode(report(url))
    [picture] = answers.pictures
    assert isinstance(picture, Bars)
    assert [heading for heading, _ in picture.groups] == ["Will you vote?"]


def test_answers_to_earlier_questions_are_counted_by_question(database: Database, url: str, clock: Clock) -> None:
    async def story() -> None:
        _, dana, voters = await lent_five(database, clock)
        said = {"yard_sign": "By Anneliese's door", "Anneliese Zimmermann, 555": "yes"}
        await dana.sends(dana.outcome(voters[0], "talked", answers=said))

    asyncio.run(story())
    last = section(url, "question").tables[-1]
    assert last.caption == "Questions that the script asks no longer"
    assert [row[:3] for row in last.rows] == [("Another question", 1, 1.0), ("yard_sign", 1, 1.0)]


def test_one_version_is_compared_with_nothing(evening: None, url: str) -> None:
    script = section(url, "script")
    assert script.says == ("All calls were made with one version of the script, so there is nothing to compare.",)
    [table] = script.tables
    assert (table.rows[0][0], table.rows[0][-1]) == (1, date(2026, 10, 6))


def test_a_report_of_some_days_counts_those_alone(evening: None, url: str) -> None:
    assert report(url, since=date(2026, 10, 6), until=date(2026, 10, 6)).total == report(url).total
    none = report(url, since=date(2026, 10, 7))
    assert (none.sections, none.empty) == ((), "No calls of these days are recorded in the campaign turnout.")
    assert none.total.attempts == 0
    assert none.days == "Calls from Wed Oct 7, 2026 on"
    assert report(url, until=date(2026, 10, 5)).days == "Calls up to Mon Oct 5, 2026"
    assert report(url, since=date(2026, 10, 6), until=date(2026, 10, 6)).days == "Calls of Tue Oct 6, 2026"


def test_before_the_first_call_a_sentence_says_so(database: Database, url: str, clock: Clock) -> None:
    asyncio.run(PhoneBank(database, clock).add(CAMPAIGN))
    assert report(url).empty == "No calls are recorded in the campaign turnout yet."


def test_an_unknown_campaign_is_named(url: str) -> None:
    with pytest.raises(Refused) as refused:
        report(url)
    assert str(refused.value) == "There is no campaign turnout; add one with `phonetui server campaign add`."


def test_what_is_gone_is_still_counted(evening: None, database: Database, url: str) -> None:
    async def gone() -> None:
        async with database.write() as connection:
            await connection.execute(tables.accounts.delete())
            await connection.execute(tables.households.delete())
            await connection.execute(update(tables.attempts).values(disposition="pigeon"))

    asyncio.run(gone())
    told = report(url)
    firsts = {each.by: each.tables[0].rows[-1][0] for each in told.sections}
    assert firsts["caller"] == "An account that is gone"
    assert firsts["list"] == firsts["zone"] == "No longer in the campaign"
    assert firsts["result"] == "pigeon"


def test_an_evening_is_counted_by_what_is_asked_for(evening: None, url: str) -> None:
    """As the supervisors' screen needs it: only the evening, only by what it shows."""
    one_pm = datetime(2026, 10, 6, 17, tzinfo=UTC)
    with reading_engine(url).connect() as connection:
        groups = count(made(connection, "turnout", Period(since=one_pm)), ["caller", "disposition"]).groups
    assert sorted(groups) == ["caller", "disposition"]
    first = one_pm + timedelta(seconds=240)
    assert groups["caller"]["dana"] == Counts(2, 2, 1, 1, 345, [45], first)
    assert {key: counts.results for key, counts in groups["disposition"].items()} == {"busy": 1, "talked": 1}


@pytest.mark.parametrize(
    "wrong", [timedelta(hours=-3), timedelta(), timedelta(days=400)], ids=["slow", "right", "fast"]
)
def test_how_long_it_took_is_told_by_the_laptops_clock_however_wrong_it_is(
    database: Database, url: str, clock: Clock, wrong: timedelta
) -> None:
    """Three talks of 100 seconds, one each ten minutes; the first is corrected hours later."""

    async def story() -> None:
        _, dana, voters = await lent_five(database, clock)
        calls = []
        for voter in voters[:3]:
            at = clock.passes(minutes=10) + wrong
            calls.append(dana.outcome(voter, "talked", at=at, shown_at=at - timedelta(seconds=100)))
            await dana.sends(calls[-1])
        at = clock.passes(hours=1) + wrong
        shown_at = calls[0].shown_at
        right = dana.outcome(voters[0], "talked", at=at, shown_at=shown_at, supersedes=calls[0].id, note="x")
        await dana.sends(right)

    asyncio.run(story())
    told = report(url).total
    assert (told.talks, told.talk_seconds, told.hours * 3600) == (3, 100, 100 + 2 * 600)


def stood(nth: int, at: datetime, version: int, talk: bool) -> dict[str, object]:
    """The row of an attempt at which somebody was reached."""
    call = StoredAttempt(
        campaign_id="turnout",
        attempt_id=f"{nth:04}",
        caller_id="dana",
        voter_id=nth,
        household_id=nth,
        number="",
        disposition="talked" if talk else "refused",
        contact=True,
        talk=talk,
        same_call=False,
        round=0,
        lent_at=at,
        at=at,
        late=False,
        body=msgspec.json.encode({"at": at, "campaign_version": version, "answers": {"vote": "yes"} if talk else {}}),
    )
    return msgspec.structs.asdict(call)


def test_a_voter_reached_twice_counts_where_the_first_talk_was(database: Database, url: str, clock: Clock) -> None:
    """Dana was asked to call back; Eli talked, then heard a refusal; in the next round Dana reached the voter again."""
    calls = (("dana", False, 0), ("eli", True, 0), ("eli", False, 0), ("dana", False, 1))

    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(CAMPAIGN)
        await bank.join("dana")
        await bank.join("eli")
        async with database.write() as connection:
            for nth, (caller, talk, nth_round) in enumerate(calls):
                row = {**stood(nth, clock(), 1, talk), "caller_id": caller, "round": nth_round, "voter_id": 7}
                await connection.execute(tables.attempts.insert().values(row))

    asyncio.run(story())
    [table] = section(url, "caller").tables
    assert [(name, attempts, contacts, talks) for name, attempts, contacts, _, _, talks, *_ in table.rows] == [
        ("eli", 2, 1, 1),
        ("dana", 2, 1, 0),
    ]


@pytest.mark.parametrize(
    ("calls", "talks", "sentences"),
    [
        (
            (40, 40),
            (8, 24),
            [
                "Talks, of those reached: more with version 2, 20.0% of 40 with version 1 against 60.0% of 40 with "
                "version 2. That is more than chance would make of it.",
                "Too little data to tell 2 answers of version 1 from those of version 2: about 170 more talks are "
                "needed.",
            ],
        ),
        (
            (10, 8),
            (5, 3),
            [
                "Talks, of those reached: too little data, 50.0% of 10 against 37.5% of 8; needed are about 510 more "
                "people reached with version 1 and about 510 more people reached with version 2.",
                "Too little data to tell 2 answers of version 1 from those of version 2: about 190 more talks are "
                "needed.",
            ],
        ),
        (
            (600, 600),
            (300, 306),
            [
                "Talks, of those reached: no difference shows that would matter, 50.0% of 600 against 51.0% of 600; "
                "one of 10 points in a hundred would most likely show.",
                "In 2 answers no difference shows that would matter; one of 10 points in a hundred would most likely "
                "show.",
            ],
        ),
    ],
)
def test_two_versions_against_each_other(
    database: Database, url: str, clock: Clock, calls: tuple[int, int], talks: tuple[int, int], sentences: list[str]
) -> None:
    made = [(1, nth < talks[0]) for nth in range(calls[0])] + [(2, nth < talks[1]) for nth in range(calls[1])]

    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(CAMPAIGN)
        async with database.write() as connection:
            rows = [stood(nth, clock(), version, talk) for nth, (version, talk) in enumerate(made)]
            await connection.execute(tables.attempts.insert(), rows)

    asyncio.run(story())
    script = section(url, "script")
    assert [*script.says] == sentences
    against = script.tables[1]
    assert against.caption == "Version 1 against version 2"
    assert against.rows[0][:5] == (
        "Talks, of those reached",
        talks[0] / calls[0],
        calls[0],
        talks[1] / calls[1],
        calls[1],
    )
    assert [row[0] for row in against.rows[1:]] == ["“Yes” to “Will you vote?”", "“No” to “Will you vote?”"]
