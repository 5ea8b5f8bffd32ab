"""Sam supervises: the evening as the callers make it, told when it changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from phonetui.client.evening_view import left_words, look_words, zone_of
from phonetui.core.event import HelpQuestion
from phonetui.server import tables
from phonetui.server.clock import midnight
from phonetui.server.connection_tables import connections, pushes
from phonetui.server.engine import create_tables, database_url, plain_engine
from phonetui.wire_supervisors import Counts, Look, decode_evening

from .conftest import Clock
from .phone_bank import HONOLULU, TURNOUT, Laptop, PhoneBank
from .supervisors_office import SupervisorsOffice, office
from .test_long_lists import KINDS, Statements, walks


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        yield opened


def says(here: SupervisorsOffice, who: Laptop, **said: object) -> None:
    here.run(who.asks(msgspec.structs.replace(who.request(), **said)))


def test_the_screen_says_who_calls_whom_and_since_when(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 2)
    says(here, dana, shown="1", shown_for=90, unsent=2)
    [now] = here.evening(sam).callers
    assert (now.name, now.role, now.doing, now.voter) == ("dana", "caller", "calling", "Ann Doe")
    assert (now.since, now.on_hand, now.unsent) == (clock() - timedelta(seconds=90), 2, 2)
    says(here, dana, on_break=True)
    assert here.evening(sam).callers[0].doing == "break"
    says(here, dana)
    assert here.evening(sam).callers[0].doing == "idle"
    heard = clock()
    clock.passes(minutes=10)
    [now] = here.evening(sam).callers
    assert (now.doing, now.since) == ("offline", heard)


def test_the_screen_counts_as_results_do(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana, eli = here.joins("sam", "supervisor"), here.joins("dana"), here.joins("eli")
    here.borrows(dana, 2)
    here.borrows(eli, 1)
    here.calls(dana, "not_home")
    here.calls(dana, "refused")
    clock.passes(minutes=10)
    here.calls(eli, "talked")
    evening = here.evening(sam)
    assert evening.today == Counts(attempts=3, contacts=2, talks=1)
    assert {caller.name: caller.today for caller in evening.callers} == {
        "dana": Counts(2, 1, 0),
        "eli": Counts(1, 1, 1),
    }
    assert [(part.at, part.counts, part.left) for part in evening.slices] == [
        (clock() - timedelta(minutes=10), Counts(2, 1, 0), 2),
        (clock() - timedelta(minutes=5), Counts(), 2),
        (clock(), Counts(1, 1, 1), 1),
    ]
    assert {each.disposition: each.count for each in evening.dispositions if each.count} == {
        "not_home": 1,
        "refused": 1,
        "talked": 1,
    }
    figures = here.run(here.bank.figures())
    assert (figures.attempts, figures.contacts, figures.talks) == (3, 2, 1)


def test_who_was_reached_twice_within_the_hour_counts_once_there_too(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    for _ in range(2):
        here.run(dana.sends(dana.outcome("1", "talked", done=False)))
        clock.passes(minutes=10)
    evening = here.evening(sam)
    [now] = evening.callers
    assert evening.today == evening.last_hour == now.last_hour == Counts(2, 1, 1)
    clock.passes(minutes=45)
    assert here.evening(sam).last_hour == Counts(1, 1, 1)
    clock.passes(minutes=10)
    evening = here.evening(sam)
    assert (evening.today, evening.last_hour) == (Counts(2, 1, 1), Counts())


CHANGES = [
    (date(2026, 3, 8), "America/New_York"),
    (date(2026, 11, 1), "America/New_York"),
    (date(2026, 3, 8), "America/Havana"),  # where there is no midnight
    (date(2026, 11, 1), "America/Havana"),  # where there are two
]


@pytest.mark.parametrize(("day", "zone"), CHANGES, ids=lambda each: str(each))
def test_on_the_days_on_which_clocks_are_changed_the_evening_is_where_it_was(
    url: str, clock: Clock, day: date, zone: str
) -> None:
    clock.now = datetime.combine(day, time(18), ZoneInfo(zone)).astimezone(UTC)
    begun = clock()
    with office(url, clock, households=40) as here:
        campaign = msgspec.structs.replace(TURNOUT, zone=zone, starts=day, ends=day)
        here.run(here.bank.set_campaign(body=msgspec.json.encode(campaign)))
        sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
        here.borrows(dana, 20)
        for _ in range(10):
            here.calls(dana, "refused")
            clock.passes(minutes=1)
        evening = here.evening(sam)
        assert evening.today == evening.last_hour == Counts(10, 10, 0)
        assert [(part.at, part.counts.attempts) for part in evening.slices] == [
            (begun, 5),
            (begun + timedelta(minutes=5), 5),
            (begun + timedelta(minutes=10), 0),
        ]
        assert evening.lists[0].ends_at == begun + timedelta(minutes=40)


def test_where_midnight_comes_twice_the_day_begins_with_the_first() -> None:
    first = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
    moments = [first + timedelta(minutes=minutes) for minutes in (0, 30, 60, 90, 1000)]
    assert {midnight(moment, "America/Havana") for moment in moments} == {first}
    assert midnight(first - timedelta(minutes=1), "America/Havana") == first - timedelta(days=1)


def test_what_is_taken_back_is_counted_no_more(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    outcome = dana.outcome("1", "refused")
    here.run(dana.sends(outcome))
    assert here.evening(sam).today == Counts(1, 1, 0)
    clock.passes(minutes=2)
    here.run(dana.sends(dana.undo(outcome)))
    evening = here.evening(sam)
    assert evening.today == Counts()
    assert [part.left for part in evening.slices] == []
    assert evening.lists[0].left == 3


def test_a_new_day_begins_at_midnight_where_the_campaign_is(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.calls(dana, "refused")
    assert here.evening(sam).today.attempts == 1
    clock.passes(hours=11, minutes=59)
    assert here.evening(sam).today.attempts == 1
    clock.passes(minutes=2)
    evening = here.evening(sam)
    assert (evening.today, evening.slices) == (Counts(), ())


def test_the_next_look_waits_until_something_has_changed(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    first = here.evening(sam)
    assert here.evening(sam, known=first.mark).mark == first.mark
    here.borrows(dana, 1)
    second = decode_evening(here.does(sam, "GET", "evening", known=first.mark, wait=25))
    assert second.mark != first.mark
    assert [caller.name for caller in second.callers] == ["dana"]


def test_a_laptop_heard_of_again_makes_no_other_evening(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    says(here, dana)
    first = here.evening(sam)
    clock.passes(seconds=20)
    says(here, dana)
    assert here.evening(sam).mark == first.mark


def test_a_list_says_what_is_left_and_when_it_ends(here: SupervisorsOffice, clock: Clock) -> None:
    here.run(here.bank.households_from(4, 40))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 20)
    [listed] = here.evening(sam).lists
    assert (listed.households, listed.left, listed.lent, listed.ends_at) == (40, 40, 20, None)
    for _ in range(19):
        here.calls(dana, "refused")
        clock.passes(minutes=1)
    here.calls(dana, "not_home")
    evening = here.evening(sam)
    [listed] = evening.lists
    assert (listed.left, listed.resting, listed.lent) == (21, 1, 0)
    assert listed.ends_at == clock() + timedelta(minutes=16)  # 20 more at one a minute, told to five minutes
    assert [look for look in evening.looks if look.kind == "list-ending"] == [
        Look("list-ending", listed.ends_at, of={"list": "all", "left": "20", "later": "1"})
    ]


def told_of_lists(here: SupervisorsOffice, sam: Laptop, clock: Clock) -> tuple[list[str], str]:
    """What needs a look, and what is said of all lists."""
    evening = here.evening(sam)
    zone = zone_of(evening)
    return [look_words(each, clock(), zone) for each in evening.looks], left_words(evening.lists, clock(), zone)


def test_a_list_whose_households_rest_has_not_ended(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 3)
    while dana.hand:
        here.calls(dana, "not_home")
        clock.passes(minutes=1)
    assert told_of_lists(here, sam, clock) == (
        ["The list all has nobody to call for now; 3 households are to be called later."],
        "3 of 3 households left · nobody to call for now",
    )


def test_no_list_ends_after_calling_hours(here: SupervisorsOffice, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=23)  # 7 pm in New York
    here.run(here.bank.households_from(4, 60))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 5)
    for _ in range(5):
        clock.passes(minutes=5)
        here.calls(dana, "refused")
    assert told_of_lists(here, sam, clock) == ([], "55 of 60 households left")
    clock.passes(hours=1, minutes=15)
    here.borrows(dana, 1)
    here.calls(dana, "refused")
    clock.passes(minutes=25)  # the last call was in time, and nobody may be called any more
    assert told_of_lists(here, sam, clock) == ([], "54 of 60 households left · nobody to call for now")


def test_whoever_still_sleeps_where_they_live_is_not_there_to_call(here: SupervisorsOffice, clock: Clock) -> None:
    for household in range(100, 160):
        here.run(here.bank.household(household, zones=HONOLULU))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 25)
    here.calls(dana, "refused")
    clock.passes(minutes=1)
    assert told_of_lists(here, sam, clock) == (
        ["The list all ends at about 12:20 pm: 2 households are left."],
        "62 of 63 households left · done today at 12:20 pm",
    )
    while dana.hand:
        here.calls(dana, "refused")
    clock.passes(minutes=1)
    assert told_of_lists(here, sam, clock) == (
        ["The list all has nobody to call for now; 60 households are to be called later."],
        "60 of 63 households left · nobody to call for now",
    )


def test_what_needs_a_look_is_told(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.run(dana.sends(b'{"kind":"skip","id":"s","seq":9,"campaign_id":"turnout"}'))
    came = clock()
    says(here, dana, shown="1")
    clock.passes(minutes=30)
    says(here, dana, shown="1")
    told = {look.kind: look for look in here.evening(sam).looks}
    assert told == {
        "stuck": Look("stuck", came, "dana", {"caller": "dana", "voter": "Ann Doe"}),
        "rejected": Look("rejected", came, "dana", {"caller": "dana", "count": "1", "code": "unreadable"}),
    }


def test_many_skips_are_told(here: SupervisorsOffice, clock: Clock) -> None:
    here.run(here.bank.households_from(4, 30))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 20)
    for _ in range(16):
        voter_id = next(iter(next(iter(dana.hand.values())).tickets))
        here.run(dana.sends(dana.skip(voter_id)))
    [look] = [look for look in here.evening(sam).looks if look.kind == "many-skips"]
    assert (look.caller_id, look.of) == ("dana", {"caller": "dana", "count": "16"})


def test_a_campaign_that_is_past_its_day_is_closed_and_its_voters_ought_to_go(
    here: SupervisorsOffice, clock: Clock
) -> None:
    sam = here.joins("sam", "supervisor")
    assert here.evening(sam).state == "open"
    day = TURNOUT.ends + timedelta(days=30)
    here.run(here.bank.set_campaign(keep_until=day))
    clock.passes(days=60)
    evening = here.evening(sam)
    assert evening.state == "closed"
    assert [(look.kind, look.of) for look in evening.looks] == [("keep-until", {"day": "2026-12-03"})]


def test_calls_that_fail_on_the_campaigns_line_are_told(here: SupervisorsOffice, clock: Clock) -> None:
    sam = here.joins("sam", "supervisor")

    async def fail(bank: PhoneBank, call: str, ending: str) -> None:
        row = {"caller_id": "dana", "call_id": call, "campaign_id": "turnout", "at": clock(), "ending": ending}
        await bank.insert(tables.bridge_calls, row)

    for nth, ending in enumerate(["trunk_error", "auth_error", "blocked", "trunk_error"]):
        here.run(fail(here.bank, str(nth), ending))
    assert [(look.kind, look.of) for look in here.evening(sam).looks] == [
        ("labelled", {"count": "1"}),
        ("trunk-errors", {"count": "3"}),
    ]


def test_a_connection_that_stopped_and_outcomes_that_were_refused_are_told(
    here: SupervisorsOffice, clock: Clock
) -> None:
    sam = here.joins("sam", "supervisor")
    van = {"campaign_id": "turnout", "name": "van", "system": "van", "source": "", "added_at": clock()}
    here.run(here.bank.insert(connections, {**van, "tries": 2, "said": "The key has ended; make a new one."}))
    for nth in range(2):
        row = {"campaign_id": "turnout", "name": "van", "event_id": f"e-{nth}", "attempt_id": f"a-{nth}"}
        said = {"state": "refused", "said": f"No. {nth}", "done_at": clock.passes(seconds=1)}
        here.run(here.bank.insert(pushes, {**row, **said}))
    assert [(look.kind, look.of) for look in here.evening(sam).looks] == [
        ("push-stopped", {"connection": "van", "said": "The key has ended; make a new one."}),
        ("refused-pushes", {"connection": "van", "count": "2", "said": "No. 1"}),
    ]


def test_a_removed_connection_needs_no_look(here: SupervisorsOffice, clock: Clock) -> None:
    sam = here.joins("sam", "supervisor")
    van = {"campaign_id": "turnout", "name": "van", "system": "van", "source": "", "added_at": clock()}
    here.run(here.bank.insert(connections, {**van, "said": "The key has ended.", "removed_at": clock()}))
    row = {"campaign_id": "turnout", "name": "van", "event_id": "e", "attempt_id": "a", "state": "refused"}
    here.run(here.bank.insert(pushes, {**row, "said": "No.", "done_at": clock()}))
    assert here.evening(sam).looks == ()


def test_what_was_refused_on_another_day_needs_no_look(here: SupervisorsOffice, clock: Clock) -> None:
    sam = here.joins("sam", "supervisor")
    van = {"campaign_id": "turnout", "name": "van", "system": "van", "source": "", "added_at": clock()}
    here.run(here.bank.insert(connections, van))
    row = {"campaign_id": "turnout", "name": "van", "event_id": "e", "attempt_id": "a", "state": "refused"}
    here.run(here.bank.insert(pushes, {**row, "said": "No such person.", "done_at": clock()}))
    assert [look.kind for look in here.evening(sam).looks] == ["refused-pushes"]
    clock.passes(hours=24)
    assert here.evening(sam).looks == ()


@pytest.mark.parametrize(
    ("tries", "rests", "is_told"),
    [(0, False, True), (1, True, False), (2, True, True), (0, True, False)],
    ids=["a key that ended", "silent once", "silent again and again", "busy"],
)
def test_a_connection_that_waits_for_somebody_is_told(
    here: SupervisorsOffice, clock: Clock, tries: int, rests: bool, is_told: bool
) -> None:
    sam = here.joins("sam", "supervisor")
    van = {"campaign_id": "turnout", "name": "van", "system": "van", "source": "", "added_at": clock()}
    rests_until = clock() + timedelta(minutes=5) if rests else None
    here.run(here.bank.insert(connections, {**van, "tries": tries, "rests_until": rests_until, "said": "So it is."}))
    assert [look.kind for look in here.evening(sam).looks] == (["push-stopped"] if is_told else [])


def test_a_question_that_waits_too_long_is_told(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    asked = HelpQuestion(id="q-1", seq=1, at=clock(), campaign_id="turnout", text="May I leave a message?")
    here.run(dana.sends(asked))
    clock.passes(minutes=4)
    assert here.evening(sam).looks == ()
    clock.passes(minutes=2)
    [look] = here.evening(sam).looks
    assert (look.kind, look.at, look.of) == ("unanswered", asked.at, {"caller": "dana", "count": "1"})


def test_callers_see_no_evening(here: SupervisorsOffice) -> None:
    dana = here.joins("dana")
    assert here.refused(dana, "GET", "evening") == (
        "not-yours",
        "Only the campaign's supervisors and owners may do this.",
    )


def test_all_supervisors_share_one_evening_a_second_save_what_they_do_themselves(url: str, clock: Clock) -> None:
    with office(url, clock, look_every=3600.0) as here:
        sam, ada, dana = here.joins("sam", "supervisor"), here.joins("ada", "supervisor"), here.joins("dana")
        first = here.evening(sam)
        here.borrows(dana, 1)
        assert here.evening(ada) == first
        here.does(ada, "PUT", "state", {"state": "paused"})
        second = here.evening(sam)
        assert (second.state, [caller.name for caller in second.callers]) == ("paused", ["dana"])


def test_a_look_walks_no_campaign_on_sqlite(tmp_path: Path, clock: Clock) -> None:
    url = database_url(tmp_path, None)
    create_tables(url)
    with office(url, clock, households=40) as here:
        sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
        here.borrows(dana, 20)
        for _ in range(5):
            here.calls(dana, "talked")
        says(here, dana, shown=next(iter(dana.hand)))
        here.evening(sam)
        here.calls(dana, "not_home")
        seen = Statements()
        with seen:
            here.evening(sam)
    with plain_engine(url).connect() as connection:
        asked = {words: values for words, values in seen.asked.items() if words.startswith(KINDS)}
        assert len(asked) > 5
        assert {words: steps for words, values in asked.items() if (steps := walks(connection, words, values))} == {}
