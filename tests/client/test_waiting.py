"""What the screen says when there is no voter on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from phonetui.client.view import Line, Waiting
from phonetui.client.waiting import why
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import Reason
from phonetui.wire import CampaignState, Out
from tests.core.test_call import CAMPAIGN

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
OPENING = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("America/Chicago"))
TO_COME = msgspec.structs.replace(CAMPAIGN, starts=date(2026, 11, 28), ends=date(2026, 12, 8))
FIRST_CALL = datetime(2026, 11, 28, 9, 0, tzinfo=ZoneInfo("America/Chicago"))
ONLINE, OFFLINE, CONNECTING = Line("online"), Line("offline"), Line("connecting")


def waiting(
    line: Line = ONLINE,
    *,
    campaign: Campaign | None = CAMPAIGN,
    state: CampaignState = "open",
    out: Out | None = None,
    opens_at: datetime | None = None,
    ended: datetime | None = None,
    unsent: int = 0,
    zone: str = "America/Denver",
    because: Reason = "outside_hours",
    called_for: str = "",
) -> Waiting:
    here = ZoneInfo(zone)
    at, said = (opens_at, ended, unsent, NOW, here), out or Out()
    return why(campaign, state, line, said, *at, because=because, called_for=called_for)


@pytest.mark.parametrize(
    ("said", "title", "text"),
    [
        (
            waiting(Line("signed_out"), unsent=3),
            "You are signed out",
            "The campaign server wants you to log in again. 3 entries are kept on this laptop and will be sent. "
            "Press F5 and type your password to go on.",
        ),
        (
            waiting(state="closed", out=Out(removed=True)),
            "You are not among this campaign's callers any more",
            "Everything you did is sent. Ask the campaign if that is a mistake; press q to leave.",
        ),
        (waiting(CONNECTING, campaign=None), "Connecting…", "The first voter comes in a moment."),
        (
            waiting(OFFLINE, campaign=None),
            "No connection yet",
            "The campaign server does not answer, and its script is not on this laptop, so nobody can be called yet. "
            "It is tried again by itself; press F5 to try now.",
        ),
        (
            waiting(OFFLINE, campaign=None, unsent=1),
            "No connection yet",
            "The campaign server does not answer, and its script is not on this laptop, so nobody can be called yet. "
            "1 entry is kept on this laptop and will be sent. It is tried again by itself; press F5 to try now.",
        ),
        (
            waiting(out=Out(practice=True)),
            "Practise once first",
            "This campaign wants everybody to practise once before the first call: press % and practise. "
            "Everything you did is sent.",
        ),
        (
            waiting(state="paused"),
            "The campaign is paused",
            "Riverside Votes gives out no voters now. Everything you did is sent. This screen goes on by itself "
            "when it opens again; press q to leave.",
        ),
        (
            waiting(state="paused", out=Out(resumes_at=NOW + timedelta(minutes=10)), unsent=1),
            "The campaign is paused",
            "Its server was put back to a backup: voters come again today at 4:40 pm, when every laptop has had time "
            "to say whom it called. 1 entry is kept on this laptop and will be sent. This screen goes on by itself; "
            "press q to leave.",
        ),
        (
            waiting(state="paused", out=Out(resumes_at=NOW - timedelta(days=10))),
            "The campaign is paused",
            "Riverside Votes gives out no voters now. Everything you did is sent. This screen goes on by itself "
            "when it opens again; press q to leave.",
        ),
        (
            waiting(campaign=TO_COME),
            "The campaign is still to come",
            "Calls begin on Saturday, November 28. Everything you did is sent. This screen goes on by itself then; "
            "press q to leave.",
        ),
        (
            waiting(OFFLINE, campaign=TO_COME, opens_at=FIRST_CALL, unsent=1),
            "The campaign is still to come",
            "Calls begin on Saturday, November 28, at 9:00 am, their time, on Saturday, November 28, at 8:00 am here. "
            "1 entry is kept on this laptop and will be sent. This screen goes on by itself then; press q to leave.",
        ),
        (
            waiting(opens_at=OPENING),
            "Outside calling hours",
            "No voter may be called now. Calling opens tomorrow at 9:00 am, their time, "
            "tomorrow at 8:00 am here. Everything you did is sent.",
        ),
        (
            waiting(opens_at=OPENING, because="promised", zone="America/Chicago"),
            "A promised call comes next",
            "Nobody else is on hand. The call back that was promised is due tomorrow at 9:00 am, their time; it comes "
            "by itself. Everything you did is sent.",
        ),
        (
            waiting(opens_at=OPENING, because="resting", zone="America/Chicago"),
            "Called not long ago",
            "The numbers that are left on hand were called in this shift. The first may be called again tomorrow at "
            "9:00 am, their time; it comes by itself. Everything you did is sent.",
        ),
        (
            waiting(opens_at=OPENING, because="resting", called_for="Fund our schools", zone="America/Chicago"),
            "Called not long ago",
            "You have called the number that comes next today for Fund our schools. It may be called again tomorrow at "
            "9:00 am, their time, and comes by itself. Everything you did is sent.",
        ),
        (
            waiting(OFFLINE, unsent=1),
            "Offline, and no voters on hand",
            "1 entry is kept on this laptop and will be sent. Calling goes on by itself when the network is back; "
            "press F5 to try now.",
        ),
        (
            waiting(OFFLINE, ended=NOW - timedelta(minutes=30), unsent=87),
            "Offline, and no voters on hand",
            "Your last voters were lent to you until today at 4:00 pm; others may call them now. "
            "87 entries are kept on this laptop and will be sent. Calling goes on by itself when the network is back; "
            "press F5 to try now.",
        ),
        (waiting(CONNECTING), "Asking for voters…", "They come in a moment."),
        (
            waiting(out=Out(with_others=1, resting=40, next_at=NOW + timedelta(minutes=10))),
            "No voters left just now",
            "There is 1 household with other callers and 40 households resting after an earlier call. "
            "The next comes back today at 4:40 pm. They come by themselves; press q to leave.",
        ),
        (
            waiting(out=Out(more_at=NOW + timedelta(minutes=70))),
            "No more voters for now",
            "You have taken as many voters as the campaign lends in an hour; more come today at 5:40 pm. "
            "Everything you did is sent. They come by themselves; press q to leave.",
        ),
        (
            waiting(out=Out(other_lists=True), unsent=1),
            "No list is open to you now",
            "The voters who are left are on lists that rest, or that are for callers with another language or tag; "
            "ask your organiser. 1 entry is kept on this laptop and will be sent. "
            "Voters come by themselves once there are some for you; press q to leave.",
        ),
        (
            waiting(out=Out(resting=1, other_lists=True)),
            "No voters left just now",
            "There is 1 household resting after an earlier call. They come by themselves; press q to leave.",
        ),
        (
            waiting(),
            "Every voter has been called",
            "The list is done. Thank you! Everything you did is sent. Press q to leave.",
        ),
    ],
)
def test_each_reason_has_its_own_words_and_a_way_on(said: Waiting, title: str, text: str) -> None:
    assert (said.title, said.text) == (title, text)


def test_the_screen_knows_until_when_it_waits() -> None:
    assert waiting(opens_at=OPENING).until == OPENING
    assert waiting(out=Out(resting=2, next_at=NOW)).until == NOW
    assert waiting(out=Out(more_at=NOW)).until == NOW
    assert waiting(campaign=TO_COME, opens_at=FIRST_CALL).until == FIRST_CALL


def test_on_its_first_day_a_campaign_is_not_to_come_any_more() -> None:
    today = msgspec.structs.replace(CAMPAIGN, starts=date(2026, 11, 21))
    assert waiting(campaign=today).title == "Every voter has been called"


def test_where_the_clock_is_the_same_it_is_told_once() -> None:
    assert "tomorrow at 9:00 am, their time. Every" in waiting(opens_at=OPENING, zone="America/Chicago").text
