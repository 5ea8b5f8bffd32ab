"""Sam changes the script in the middle of the evening: checked, shown, taken over between calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from phonetui.core.campaign_file import read
from phonetui.core.campaign_template import template
from phonetui.server.engine import plain_engine
from phonetui.server.live_file import LONGEST_FILE
from phonetui.server.stored_campaign import store_campaign
from phonetui.wire_supervisors import CampaignSource, CheckedFile, decode_checked, decode_source

from .conftest import Clock
from .phone_bank import Laptop
from .supervisors_office import SupervisorsOffice, office

IN_USE = template(date(2026, 10, 1)).replace("name: Weekend turnout", "name: Turnout", 1)
CHANGED = IN_USE.replace("organisation: Your organisation", "organisation: Riverside Votes", 1)


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        with plain_engine(url).begin() as connection:
            store_campaign(connection, read(IN_USE, "file").campaign, IN_USE, clock())
        yield opened


@pytest.fixture
def sam(here: SupervisorsOffice) -> Laptop:
    return here.joins("sam", "supervisor")


def checked(here: SupervisorsOffice, sam: Laptop, source: str) -> CheckedFile:
    return decode_checked(here.does(sam, "POST", "file/check", CampaignSource(source)))


def test_the_difference_is_shown_before_anything_is_changed(here: SupervisorsOffice, sam: Laptop) -> None:
    found = checked(here, sam, CHANGED)
    assert (found.version, found.mistakes) == (2, ())
    assert [line for line in found.differences if line[0] != " "] == [
        "-organisation: Your organisation",
        "+organisation: Riverside Votes",
    ]
    assert len(found.differences) == 6
    assert decode_source(here.does(sam, "GET", "file")) == CampaignSource(IN_USE, 2)


def test_callers_move_over_with_their_next_exchange(here: SupervisorsOffice, sam: Laptop) -> None:
    dana = here.joins("dana")
    taken = decode_checked(here.does(sam, "PUT", "file", CampaignSource(CHANGED, 2)))
    assert (taken.version, taken.mistakes) == (3, ())
    reply = here.run(dana.sends())
    assert reply.campaign is not None
    assert (reply.campaign.organisation, reply.campaign.version) == ("Riverside Votes", 3)
    assert here.evening(sam).version == 3
    assert here.audited() == [("sam", "file", "3")]


def test_of_two_who_change_it_the_second_looks_again(here: SupervisorsOffice, sam: Laptop) -> None:
    here.does(sam, "PUT", "file", CampaignSource(CHANGED, 2))
    assert here.refused(sam, "PUT", "file", CampaignSource(IN_USE, 2)) == (
        "refused",
        "Somebody else has changed the file meanwhile: it is at version 3. Check yours against that one.",
    )


@pytest.mark.parametrize(
    ("source", "mistake"),
    [
        ("name: [", "file:2: "),
        (IN_USE.replace("name: Turnout", "name: Schools", 1), "The file is of the campaign schools, not of turnout."),
        ("#" * (LONGEST_FILE + 1), "The file has 400,001 characters; at most 400,000 can be read."),
    ],
)
def test_a_file_with_mistakes_is_never_taken(here: SupervisorsOffice, sam: Laptop, source: str, mistake: str) -> None:
    assert checked(here, sam, source).mistakes[0].startswith(mistake)
    answered = decode_checked(here.does(sam, "PUT", "file", CampaignSource(source, 2)))
    assert answered.mistakes[0].startswith(mistake)
    assert decode_source(here.does(sam, "GET", "file")).over_version == 2
