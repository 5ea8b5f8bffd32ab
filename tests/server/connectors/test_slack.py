"""Questions go to Slack, answers in the thread come back, notices reach all who call: each of them once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from phonetui.core.marked_yaml import Page
from phonetui.core.refusal import Refused
from phonetui.server import slack_line
from phonetui.server.audit import entries
from phonetui.server.connection_tables import connections
from phonetui.server.connectors.connector import SystemBusy, SystemDown, WrongKey
from phonetui.server.connectors.slack import SYSTEM, SlackConnector, SlackSettings
from phonetui.server.connectors.slack_channel import Message, SlackChannel, message, plain
from phonetui.server.engine import Database, sync_engine
from phonetui.server.news import latest
from phonetui.server.slack_line import SlackLine
from phonetui.server.slack_office import SlackOffice
from tests.server.conftest import Clock
from tests.server.phone_bank import Laptop, PhoneBank, dana_calls_ann, statuses
from tests.server.test_questions import question, told, waiting

from .slack_stand_in import APP, BOT, HELP, NOTICES, SlackStandIn

#: When the stand-in's first message is written, and a little before.
NOW = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    stand_in = SlackStandIn()
    yield stand_in
    stand_in.close()
    assert stand_in.wrong == []


def connector(slack: SlackStandIn, bot: str = BOT, app: str = APP) -> SlackConnector:
    return SlackConnector(SlackSettings(HELP, NOTICES, slack.url), bot, app)


def slack_of(slack: SlackStandIn) -> SlackChannel:
    return connector(slack).slack


def connect(database: Database, clock: Clock) -> None:
    row = {"campaign_id": "turnout", "name": "office", "system": "slack", "source": "", "every": 0}
    with sync_engine(database.url).begin() as connection:
        connection.execute(insert(connections).values({**row, "added_at": clock() - timedelta(days=1)}))


def said(database: Database) -> str:
    with sync_engine(database.url).begin() as connection:
        return connection.scalar(select(connections.c.said)) or ""


@contextmanager
def line(database: Database, clock: Clock, slack: SlackStandIn, *alarms: str) -> Iterator[SlackLine]:
    told = list(zip("abc", alarms, strict=False))
    engine = sync_engine(database.url)
    open_line = SlackLine(engine, "turnout", "office", connector(slack), clock, lambda _: told, look_every=0.01)
    open_line.start()
    try:
        yield open_line
    finally:
        open_line.stop()


def play(database: Database, clock: Clock, story: Callable[[PhoneBank, Laptop, str], Awaitable[None]]) -> None:
    """Dana calls Ann."""

    async def evening() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        await dana.sends()
        connect(database, clock)
        await story(bank, dana, ann)

    asyncio.run(evening())


async def asks(dana: Laptop, text: str) -> str:
    asked = question(dana, text)
    assert statuses((await dana.sends(asked)).receipts) == ["stored"]
    return asked.id


async def hears(dana: Laptop) -> list[tuple[str, str]]:
    return told(await dana.sends())


def test_an_answer_in_the_thread_reaches_the_caller_and_nobody_is_asked_twice(
    database: Database, clock: Clock, slack: SlackStandIn
) -> None:
    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        asked = await asks(dana, "Can <she> vote & still move?")
        with line(database, clock, slack):
            await slack.until(lambda: len(slack.told(HELP)) == 1)
            [posted] = slack.told(HELP)
            assert posted == "dana asks: Can &lt;she&gt; vote &amp; still move?\nAnswer in this thread."
            thread = slack.messages[HELP][0]["ts"]
            slack.somebody_writes(HELP, "Lunch, anybody?")
            shown = slack.somebody_writes(HELP, "She can.", thread, subtype="thread_broadcast")
            await slack.until(lambda: shown in slack.ticks)
            answered = slack.somebody_writes(HELP, "Yes, see <https://example.org|our page> &amp; call", thread)
            await slack.until(lambda: answered in slack.ticks and not slack.waits_for_acknowledgement)
        assert await hears(dana) == [("She can.", asked), ("Yes, see our page & call", asked)]
        assert await waiting(bank) == []
        await asks(dana, "And he?")
        with line(database, clock, slack):
            await slack.until(lambda: "dana asks: And he?\nAnswer in this thread." in slack.told(HELP))
        assert len(slack.told(HELP)) == 2
        assert await hears(dana) == []

    play(database, clock, story)


def test_a_notice_reaches_everybody_who_calls_and_one_too_long_is_answered(
    database: Database, clock: Clock, slack: SlackStandIn
) -> None:
    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        with line(database, clock, slack):
            await slack.until(lambda: slack.is_connected)
            good = slack.somebody_writes(NOTICES, "The polling place at Mill School has moved.")
            slack.somebody_writes(NOTICES, "Thanks!", good)
            slack.somebody_writes(NOTICES, "joined", subtype="channel_join")
            slack.somebody_writes(NOTICES, "x" * 501)
            await slack.until(lambda: good in slack.ticks and bool(slack.told(NOTICES)))
        assert slack.told(NOTICES) == [
            "A notice is read in the middle of a call: it has 501 characters of at most 500."
        ]
        assert await hears(dana) == [("The polling place at Mill School has moved.", "")]

    play(database, clock, story)


def test_what_was_said_while_the_line_was_down_is_caught_up_with(
    database: Database, clock: Clock, slack: SlackStandIn
) -> None:
    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        asked = await asks(dana, "May he vote?")
        with line(database, clock, slack):
            await slack.until(lambda: len(slack.told(HELP)) == 1)
        thread = slack.messages[HELP][0]["ts"]
        slack.messages[HELP].append(
            {"type": "message", "user": "U1", "text": "He may.", "thread_ts": thread, "ts": "1791300500.1"}
        )
        slack.messages[NOTICES].append({"type": "message", "user": "U1", "text": "Rain!", "ts": "1791300501.1"})
        with line(database, clock, slack):
            await slack.until(lambda: len(slack.ticks) == 2)
        assert sorted(await hears(dana)) == [("He may.", asked), ("Rain!", "")]

    play(database, clock, story)


def test_the_line_comes_back_when_slack_hangs_up(database: Database, clock: Clock, slack: SlackStandIn) -> None:
    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        with line(database, clock, slack):
            await slack.until(lambda: slack.is_connected)
            slack.hang_up()
            late = slack.somebody_writes(NOTICES, "Doors close at eight.")
            await slack.until(lambda: late in slack.ticks)
        assert await hears(dana) == [("Doors close at eight.", "")]

    play(database, clock, story)


def test_a_question_whose_posting_was_in_doubt_is_looked_for_before_it_is_posted_again(
    database: Database, clock: Clock, slack: SlackStandIn
) -> None:
    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        await asks(dana, "May he vote?")
        lost = iter(["lost reply"])
        slack.fault = lambda method: next(lost, "") if method == "chat.postMessage" else ""
        with line(database, clock, slack):
            await slack.until(lambda: len(slack.told(HELP)) == 1)
        assert said(database).startswith("Slack did not answer, or not to the end (")
        slack.somebody_writes(HELP, "one")
        slack.somebody_writes(HELP, "two")
        with line(database, clock, slack):
            before = len(slack.asked)
            await slack.until(
                lambda: slack.asked[before:].count("conversations.replies") > 0 or len(slack.asked) > before + 8
            )
        assert len(slack.told(HELP)) == 1
        assert said(database) == ""

    play(database, clock, story)


def test_a_line_that_was_held_by_a_clock_ahead_is_free(database: Database, clock: Clock, slack: SlackStandIn) -> None:
    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        await asks(dana, "And he?")
        with sync_engine(database.url).begin() as connection:
            connection.execute(update(connections).values(busy_until=clock() + timedelta(days=2)))
        with line(database, clock, slack):
            await slack.until(lambda: len(slack.told(HELP)) == 1)

    play(database, clock, story)


def test_a_fault_of_our_own_does_not_end_the_line_and_is_said(
    database: Database, clock: Clock, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FIRST_REST", "LONGEST_REST"):
        monkeypatch.setattr(slack_line, name, 0.01)
    monkeypatch.setattr(slack_line, "ALARMS_EVERY", timedelta(0))
    tries, failed_often = iter(range(3)), threading.Event()
    mended = threading.Event()

    def alarms(_connection: Connection) -> list[tuple[str, str]]:
        if next(tries, None) is None:
            failed_often.set()
        if not mended.is_set():
            raise KeyError("list")
        return []

    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        await asks(dana, "May he vote?")
        engine = sync_engine(database.url)
        line = SlackLine(engine, "turnout", "office", connector(slack), clock, alarms, look_every=0.01)
        line.start()
        assert await asyncio.to_thread(failed_often.wait, 120)
        assert said(database) == (
            "The line to Slack failed (KeyError) and is tried again by itself; the server's log says where."
        )
        mended.set()
        await slack.until(lambda: len(slack.told(HELP)) == 1)
        line.stop()
        assert said(database) == ""

    play(database, clock, story)


@pytest.mark.parametrize(
    ("fault", "tries", "rests"), [("lost request", 1, True), ("ratelimited", 0, True), ("", 0, False)]
)
def test_a_line_that_fails_is_kept_as_any_connection(
    database: Database, clock: Clock, slack: SlackStandIn, fault: str, tries: int, rests: bool
) -> None:
    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        slack.fault = lambda method: fault if method == "apps.connections.open" else ""
        slack.bot = "xoxb-another"
        with line(database, clock, slack):
            await slack.until(lambda: ("apps.connections.open" if fault else "conversations.history") in slack.asked)
        with sync_engine(database.url).begin() as connection:
            kept = connection.execute(select(connections)).one()
        assert kept.said
        assert (kept.tries, kept.rests_until is not None) == (tries, rests)

    play(database, clock, story)


def test_an_answer_of_slacks_without_what_it_is_asked_for_is_none(slack: SlackStandIn) -> None:
    slack.fault = lambda _method: "without a word"
    for ask in (slack_of(slack).log_in, lambda: slack_of(slack).post(HELP, "Hi", "1")):
        with pytest.raises(SystemDown, match=r"^Slack answered without (user|ts); it is tried again\.$"):
            ask()


def test_the_audit_log_says_who_did_what_through_slack(database: Database, clock: Clock, slack: SlackStandIn) -> None:
    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        asked = await asks(dana, "Can she vote?")
        with line(database, clock, slack):
            await slack.until(lambda: len(slack.told(HELP)) == 1)
            answered = slack.somebody_writes(HELP, "She can.", slack.messages[HELP][0]["ts"])
            await slack.until(lambda: answered in slack.ticks)
            slack.somebody_writes(NOTICES, "x" * 501)
            noticed = slack.somebody_writes(NOTICES, "Rain!")
            await slack.until(lambda: noticed in slack.ticks)
        with sync_engine(database.url).begin() as connection:
            log = entries(connection, "turnout").entries
            notice = latest(connection, "turnout")
        done = sorted((one.by, one.action, one.subject) for one in log)
        assert done == [("slack:U0MORGAN", "answered", asked), ("slack:U0MORGAN", "noticed", str(notice))]

    play(database, clock, story)


def test_an_alarm_is_posted_once(database: Database, clock: Clock, slack: SlackStandIn) -> None:
    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        labelled, silent = "The campaign's number is labelled as spam.", "VAN has not answered for an hour."
        with line(database, clock, slack, labelled):
            await slack.until(lambda: slack.told(HELP) == [labelled])
        with line(database, clock, slack, labelled, silent):
            await slack.until(lambda: silent in slack.told(HELP))
        assert slack.told(HELP) == [labelled, silent]

    play(database, clock, story)


def test_a_day_is_summed_up_when_its_hours_are_over_and_once(database: Database, clock: Clock) -> None:
    async def story(bank: PhoneBank, dana: Laptop, ann: str) -> None:
        await dana.sends(dana.outcome(ann, "talked"))
        engine = sync_engine(database.url)
        with engine.begin() as connection:
            assert SlackOffice(connection, "turnout", "office", NOW).to_post() == []
        evening = datetime(2026, 10, 7, 1, 0, tzinfo=UTC)  # nine in New York
        with engine.begin() as connection:
            office = SlackOffice(connection, "turnout", "office", evening)
            [summary] = office.to_post()
            assert summary.text == ("Weekend turnout, Tuesday, October 6: 1 calls and 1 talks by 1 callers.\nTalked 1")
            office.begins(summary)
            office.posted(summary, "1791300500.1")
            assert office.to_post() == []
        with engine.begin() as connection:
            assert SlackOffice(connection, "turnout", "office", evening + timedelta(hours=13)).to_post() == []

    play(database, clock, story)


def test_a_check_names_the_bot_and_the_channels(slack: SlackStandIn) -> None:
    assert list(connector(slack).check()) == [
        "Slack knows the app as phonetui.",
        "Questions, the day's summary and alarms go to #phone-bank-help.",
        "Each message in #phone-bank-news reaches everybody who calls.",
    ]


def test_a_wrong_token_a_missing_invitation_and_a_lost_channel_are_said(slack: SlackStandIn) -> None:
    with pytest.raises(
        WrongKey, match=r"^Slack does not take the token \(invalid_auth\); make a new one and keep it\.$"
    ):
        list(connector(slack, bot="xoxb-old").check())
    with pytest.raises(WrongKey, match=r"^Slack does not take the token \(invalid_auth\)"):
        list(connector(slack, app="xapp-old").check())
    slack.is_member = False
    with pytest.raises(
        Refused, match=r"^The app is not in #phone-bank-help; invite it there: /invite and the app's name\.$"
    ):
        list(connector(slack).check())
    lost = SlackConnector(SlackSettings("C0GONE", "", slack.url), BOT, APP)
    with pytest.raises(Refused, match=r"^Slack has no such channel for the app \(channel_not_found\); check its id"):
        list(lost.check())


def test_a_pause_that_slack_asks_for_and_silence_are_told_apart(slack: SlackStandIn) -> None:
    slack.fault = lambda _method: "ratelimited"
    with pytest.raises(SystemBusy, match=r"^Slack asks for a pause\.$") as busy:
        connector(slack).slack.log_in()
    assert busy.value.retry_after == 7
    slack.fault = lambda _method: "lost request"
    with pytest.raises(SystemDown, match=r"^Slack did not answer, or not to the end \("):
        connector(slack).slack.log_in()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ask <@U1|dana> in <#C1|help>", "Ask dana in help"),
        ("<!channel> it &lt;rains&gt;", "channel it <rains>"),
        ("see <https://example.org>", "see https://example.org"),
    ],
)
def test_what_slack_writes_for_people_and_links_is_read_as_a_person_would(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    "metadata", [{"event_type": "poll", "event_payload": None}, {"event_type": "poll", "event_payload": {"id": "7"}}, 7]
)
def test_metadata_of_others_says_nothing(metadata: object) -> None:
    said = message(HELP, {"type": "message", "text": "Yes.", "ts": "1.1", "metadata": metadata})
    assert said is not None
    assert (said.text, said.ours) == ("Yes.", "")


def test_a_message_with_fields_that_say_nothing_is_no_fault() -> None:
    assert message(HELP, {"type": "message", "text": None, "user": None, "ts": "1.1"}) == Message(HELP, "1.1", "")


def test_a_token_never_goes_in_the_clear() -> None:
    with pytest.raises(
        Refused, match=r"^The address http://slack\.example/api/ must begin with https://, or the key would go in the"
    ):
        SlackConnector(SlackSettings(HELP, "", "http://slack.example/api/"), BOT, APP)


def test_a_channel_is_named_by_its_id() -> None:
    page = Page("office.yaml")
    top = page.top('channel: "#help"\n', SYSTEM.keys["channel"])
    assert top is not None
    SYSTEM.read(top.mapping(SYSTEM.keys))
    assert [str(mistake) for mistake in page.mistakes] == [
        "office.yaml:1: channel: expected a channel's id, which its details in Slack end with, such as C0123456789; "
        "found `#help`"
    ]
