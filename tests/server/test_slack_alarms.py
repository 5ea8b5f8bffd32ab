"""What goes wrong in an evening is an alarm in Slack: each thing once a day, and never with a voter's name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import insert, update

from phonetui.server.connection_tables import connections, pushes
from phonetui.server.engine import plain_engine
from phonetui.server.slack_alarms import alarms_of
from phonetui.server.tables import bridge_calls, campaigns
from phonetui.wire_supervisors import Look

from .conftest import Clock
from .phone_bank import Laptop
from .supervisors_office import SupervisorsOffice, office


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        yield opened


def says(here: SupervisorsOffice, who: Laptop, **said: object) -> None:
    here.run(who.asks(msgspec.structs.replace(who.request(), **said)))


def alarms(url: str, clock: Clock) -> dict[str, str]:
    """Those that are due, by their ids."""
    with plain_engine(url).begin() as connection:
        return dict(alarms_of("turnout", "slack", clock)(connection))


def test_what_stands_still_is_an_alarm(here: SupervisorsOffice, url: str, clock: Clock) -> None:
    now = clock()
    rang = {"caller_id": "dana", "campaign_id": "turnout", "household_id": 1, "at": now}
    office = {"campaign_id": "turnout", "name": "office", "system": "van", "source": "", "added_at": now}
    pushed = {"campaign_id": "turnout", "name": "office", "attempt_id": "a", "state": "refused", "done_at": now}
    assert alarms(url, clock) == {}
    with plain_engine(url).begin() as connection:
        for call, ending in enumerate(("blocked", "trunk_error", "trunk_error", "trunk_error")):
            connection.execute(insert(bridge_calls).values(**rang, call_id=f"call-{call}", ending=ending))
        connection.execute(insert(connections).values(**office, tries=3, said="It is away."))
        connection.execute(insert(connections).values(**{**office, "name": "slack", "said": "It failed."}))
        connection.execute(insert(pushes).values(**pushed, event_id="e", said="No such voter."))
        connection.execute(update(campaigns).values(keep_until=now.date() - timedelta(days=1)))
    assert alarms(url, clock) == {
        "labelled--2026-10-06": "Weekend turnout: The campaign's number is blocked, or labelled as spam (1 calls): "
        "tell whoever provides it.",
        "trunk-errors--2026-10-06": "Weekend turnout: 3 calls failed on the campaign's own line within minutes: "
        "look at the phone system.",
        "push-stopped-office-2026-10-06": "Weekend turnout: office has stopped: It is away.",
        "refused-pushes-office-2026-10-06": "Weekend turnout: office refused 1 results: `phonetui server connect "
        "office status` says why.",
        "keep-until--2026-10-06": "Weekend turnout: The voters ought to have been erased after 2026-10-05.",
    }


def test_a_list_that_runs_out_long_before_the_evening_does_is_an_alarm(
    here: SupervisorsOffice, url: str, clock: Clock
) -> None:
    here.run(here.bank.households_from(4, 40))
    dana = here.joins("dana")
    here.borrows(dana, 20)
    for _ in range(20):
        here.calls(dana, "refused")
        clock.passes(minutes=1)
    [(name, told)] = alarms(url, clock).items()
    assert len(name) < 80
    assert told == (
        "Weekend turnout: The list all runs out at about 12:40 pm, and calling hours end at 9:00 pm: import more "
        "voters, or let callers have another list."
    )
    clock.passes(minutes=5)
    assert list(alarms(url, clock)) == [name]


def test_a_list_that_lasts_to_the_end_of_the_calling_hours_is_none(
    here: SupervisorsOffice, url: str, clock: Clock
) -> None:
    here.run(here.bank.households_from(4, 40))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    clock.passes(hours=8)
    here.borrows(dana, 20)
    for _ in range(20):
        here.calls(dana, "refused")
        clock.passes(minutes=1)
    assert [look.kind for look in here.evening(sam).looks] == ["list-ending"]
    assert alarms(url, clock) == {}


def test_a_laptop_that_went_silent_with_calls_is_an_alarm_and_on_the_screen(
    here: SupervisorsOffice, url: str, clock: Clock
) -> None:
    sam, dana, eli = here.joins("sam", "supervisor"), here.joins("dana"), here.joins("eli")
    here.borrows(dana, 2)
    silent_since = clock()
    says(here, dana, shown="1", unsent=2)
    says(here, eli)
    clock.passes(minutes=15)
    assert alarms(url, clock) == {}
    clock.passes(minutes=1)
    assert here.evening(sam).looks == (Look("unsent", silent_since, "dana", {"caller": "dana"}),)
    assert alarms(url, clock) == {
        "unsent-dana-2026-10-06": "Weekend turnout: dana has been offline since 12:00 pm: calls that are not sent may "
        "be on that laptop."
    }
    clock.passes(hours=2)
    assert list(alarms(url, clock)) == ["unsent-dana-2026-10-06"]
    says(here, dana, shown="1")
    assert alarms(url, clock) == {}


def test_a_laptop_that_went_silent_in_the_middle_of_calling_may_have_calls_for_an_hour(
    here: SupervisorsOffice, url: str, clock: Clock
) -> None:
    dana = here.joins("dana")
    here.borrows(dana, 2)
    says(here, dana, shown="1")
    clock.passes(minutes=16)
    assert list(alarms(url, clock)) == ["unsent-dana-2026-10-06"]
    clock.passes(minutes=45)
    assert alarms(url, clock) == {}


def test_a_laptop_whose_caller_has_left_is_none(here: SupervisorsOffice, url: str, clock: Clock) -> None:
    dana = here.joins("dana")
    here.borrows(dana, 2)
    says(here, dana, shown="1")
    says(here, dana, leaves=True)
    clock.passes(minutes=16)
    assert alarms(url, clock) == {}
