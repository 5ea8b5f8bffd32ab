"""Why there is no voter on the screen, in plain words, and the way on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from phonetui.client.view import Line, Waiting
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import Reason, Shut, first_day_to_come
from phonetui.core.translation import tr, tr_n
from phonetui.core.when import day, moment_after
from phonetui.core.zetkin_states import is_of_zetkin
from phonetui.wire import CampaignState, Out

if TYPE_CHECKING:
    from phonetui.client.calls import Calls
    from phonetui.client.outbox import Outbox


def coming() -> Waiting:
    """A voter is on the way to the screen."""
    return Waiting(tr("Connecting…"), tr("The first voter comes in a moment."))


def shut(box: Outbox) -> Shut:
    """Why this caller is to call nobody at all, as last known; empty where they may."""
    if box.out.removed:
        return "removed"
    return "" if box.campaign_state == "open" else box.campaign_state


def waiting(campaign: Campaign | None, box: Outbox, calls: Calls, line: Line, now: datetime) -> Waiting:
    """What there is to wait for at `now`, the server's time as last known."""
    mine = (calls, box.unsettled())
    if campaign and not shut(box) and box.hand.next(campaign, now, *mine):
        return coming()
    soonest = box.hand.soonest(campaign, now, *mine) if campaign else None
    opens_at, because = (soonest.when, soonest.reason) if soonest else (box.out.opens_at, "outside_hours")
    ended = max((lease.until for lease in box.hand.to_call.values() if lease.until <= now), default=None)
    called_for = soonest.called_for if soonest else ""
    state, unsent = box.campaign_state, box.unsent
    return why(campaign, state, line, box.out, opens_at, ended, unsent, now, because=because, called_for=called_for)


class _Desk(NamedTuple):
    """The desk without a voter, as `why` is told of it."""

    campaign: Campaign | None
    state: CampaignState
    line: Line
    out: Out
    opens_at: datetime | None
    ended: datetime | None
    unsent: int
    now: datetime
    zone: tzinfo | None
    because: Reason
    called_for: str

    @property
    def kept(self) -> str:
        """What becomes of what the caller did."""
        if not self.unsent:
            return tr("Everything you did is sent.")
        return tr_n(
            "{n} entry is kept on this laptop and will be sent.",
            "{n} entries are kept on this laptop and will be sent.",
            self.unsent,
        )

    def here(self, moment: datetime) -> str:
        """The moment by the caller's own clock."""
        return moment_after(moment.astimezone(self.zone), self.now)

    def there_and_here(self, moment: datetime) -> str:
        """The same by the voters' clock, and by the caller's own where that is another."""
        here = moment.astimezone(self.zone)
        if here.utcoffset() == moment.utcoffset():
            return tr("{moment}, their time", moment=moment_after(moment, self.now))
        return tr(
            "{there}, their time, {here} here",
            there=moment_after(moment, self.now),
            here=moment_after(here, self.now),
        )


def why(
    campaign: Campaign | None,
    state: CampaignState,
    line: Line,
    out: Out,
    opens_at: datetime | None,
    ended: datetime | None,
    unsent: int,
    now: datetime,
    zone: tzinfo | None = None,
    *,
    because: Reason = "outside_hours",
    called_for: str = "",
) -> Waiting:
    """The first reason that holds. `opens_at` is when voters on hand may be called again, if that is what it is.

    `because` says why not before, and `called_for` for which other campaign they were called.

    `ended` is when the last lease ended of voters who are still there to be called, had they not been lent for a time.
    `zone` is the caller's, and every time but the voters' own is told in it; none is the laptop's own.
    """
    desk = _Desk(campaign, state, line, out, opens_at, ended, unsent, now, zone, because, called_for)
    return next(told for reason in _REASONS if (told := reason(desk)))


def _signed_out(desk: _Desk) -> Waiting | None:
    if desk.line.state != "signed_out":
        return None
    if desk.campaign and is_of_zetkin(desk.campaign.campaign_id):
        return Waiting(
            tr("You are signed out"),
            tr("Zetkin wants you to log in again. {kept} Leave with q and type `phonetui login`.", kept=desk.kept),
        )
    return Waiting(
        tr("You are signed out"),
        tr(
            "The campaign server wants you to log in again. {kept} Press F5 and type your password to go on.",
            kept=desk.kept,
        ),
    )


def _removed(desk: _Desk) -> Waiting | None:
    if not desk.out.removed:
        return None
    return Waiting(
        tr("You are not among this campaign's callers any more"),
        tr("{kept} Ask the campaign if that is a mistake; press q to leave.", kept=desk.kept),
    )


def _without_script(desk: _Desk) -> Waiting | None:
    if desk.campaign is not None:
        return None
    if desk.line.state != "offline":
        return coming()
    silent = tr(
        "The campaign server does not answer, and its script is not on this laptop, so nobody can be called yet."
    )
    again = tr("It is tried again by itself; press F5 to try now.")
    return Waiting(tr("No connection yet"), " ".join([silent, *([desk.kept] if desk.unsent else []), again]))


def _restored(desk: _Desk) -> Waiting | None:
    resumes_at = desk.out.resumes_at
    if desk.state != "paused" or resumes_at is None or resumes_at <= desk.now:
        return None
    return Waiting(
        tr("The campaign is paused"),
        tr(
            "Its server was put back to a backup: voters come again {again}, when every laptop has had time to say "
            "whom it called. {kept} This screen goes on by itself; press q to leave.",
            again=desk.here(resumes_at),
            kept=desk.kept,
        ),
        resumes_at,
    )


def _not_open(desk: _Desk) -> Waiting | None:
    if desk.state == "open" or desk.campaign is None:
        return None
    return Waiting(
        tr("The campaign is paused") if desk.state == "paused" else tr("The campaign is closed"),
        tr(
            "{organisation} gives out no voters now. {kept} "
            "This screen goes on by itself when it opens again; press q to leave.",
            organisation=desk.campaign.organisation,
            kept=desk.kept,
        ),
    )


def _practice_first(desk: _Desk) -> Waiting | None:
    if not desk.out.practice:
        return None
    return Waiting(
        tr("Practise once first"),
        tr(
            "This campaign wants everybody to practise once before the first call: press % and practise. {kept}",
            kept=desk.kept,
        ),
    )


def _to_come(desk: _Desk) -> Waiting | None:
    """The campaign's first day is ahead; the list may not be there yet."""
    campaign = desk.campaign
    first = first_day_to_come(campaign.starts, campaign.zone, desk.now) if campaign else None
    if first is None:
        return None
    if desk.opens_at is None:
        begins = tr("Calls begin on {day}.", day=day(first))
    else:
        begins = tr("Calls begin {moment}.", moment=desk.there_and_here(desk.opens_at))
    then = tr("This screen goes on by itself then; press q to leave.")
    return Waiting(tr("The campaign is still to come"), " ".join([begins, desk.kept, then]), desk.opens_at)


def _not_yet(desk: _Desk) -> Waiting | None:
    """Voters are on hand whom nobody may call before some time."""
    if desk.opens_at is None:
        return None
    at = desk.there_and_here(desk.opens_at)
    match desk.because:
        case "promised":
            title, text = (
                tr("A promised call comes next"),
                tr(
                    "Nobody else is on hand. The call back that was promised is due {due}; it comes by itself. {kept}",
                    due=at,
                    kept=desk.kept,
                ),
            )
        case "resting" if desk.called_for:
            title, text = (
                tr("Called not long ago"),
                tr(
                    "You have called the number that comes next today for {campaign}. It may be called again {again}, "
                    "and comes by itself. {kept}",
                    campaign=desk.called_for,
                    again=at,
                    kept=desk.kept,
                ),
            )
        case "resting":
            title, text = (
                tr("Called not long ago"),
                tr(
                    "The numbers that are left on hand were called in this shift. The first may be called again "
                    "{again}; it comes by itself. {kept}",
                    again=at,
                    kept=desk.kept,
                ),
            )
        case _:
            title, text = (
                tr("Outside calling hours"),
                tr("No voter may be called now. Calling opens {opens}. {kept}", opens=at, kept=desk.kept),
            )
    return Waiting(title, text, desk.opens_at)


def _offline(desk: _Desk) -> Waiting | None:
    if desk.line.state != "offline":
        return None
    told = [desk.kept, tr("Calling goes on by itself when the network is back; press F5 to try now.")]
    if desk.ended is not None:
        lent = tr(
            "Your last voters were lent to you until {until}; others may call them now.", until=desk.here(desk.ended)
        )
        told.insert(0, lent)
    return Waiting(tr("Offline, and no voters on hand"), " ".join(told))


def _asking(desk: _Desk) -> Waiting | None:
    if desk.line.state != "connecting":
        return None
    return Waiting(tr("Asking for voters…"), tr("They come in a moment."))


def _as_many_as_lent(desk: _Desk) -> Waiting | None:
    if desk.out.more_at is None:
        return None
    return Waiting(
        tr("No more voters for now"),
        tr(
            "You have taken as many voters as the campaign lends in an hour; more come {more_at}. {kept} "
            "They come by themselves; press q to leave.",
            more_at=desk.here(desk.out.more_at),
            kept=desk.kept,
        ),
        desk.out.more_at,
    )


def _not_with_me(desk: _Desk) -> Waiting | None:
    out = desk.out
    if not (out.with_others or out.resting):
        return None
    told = [_elsewhere(out.with_others, out.resting), tr("They come by themselves; press q to leave.")]
    if out.next_at:
        told.insert(1, tr("The next comes back {moment}.", moment=desk.here(out.next_at)))
    return Waiting(tr("No voters left just now"), " ".join(told), out.next_at)


def _on_other_lists(desk: _Desk) -> Waiting | None:
    if not desk.out.other_lists:
        return None
    return Waiting(
        tr("No list is open to you now"),
        tr(
            "The voters who are left are on lists that rest, or that are for callers with another language or tag; "
            "ask your organiser. {kept} Voters come by themselves once there are some for you; press q to leave.",
            kept=desk.kept,
        ),
    )


def _all_called(desk: _Desk) -> Waiting:
    done = tr("The list is done. Thank you! {kept} Press q to leave.", kept=desk.kept)
    return Waiting(tr("Every voter has been called"), done)


def _elsewhere(with_others: int, resting: int) -> str:
    """Where the voters are who are not done with."""
    if not resting:
        return tr_n(
            "There is {n} household with other callers.", "There are {n} households with other callers.", with_others
        )
    if not with_others:
        return tr_n(
            "There is {n} household resting after an earlier call.",
            "There are {n} households resting after an earlier call.",
            resting,
        )
    return tr_n(
        "There is {n} household with other callers and {resting} resting after an earlier call.",
        "There are {n} households with other callers and {resting} resting after an earlier call.",
        with_others,
        resting=tr_n("{n} household", "{n} households", resting),
    )


#: The first that holds is told; the last always does.
_REASONS: tuple[Callable[[_Desk], Waiting | None], ...] = (
    _signed_out,
    _removed,
    _without_script,
    _restored,
    _not_open,
    _practice_first,
    _to_come,
    _not_yet,
    _offline,
    _asking,
    _as_many_as_lent,
    _not_with_me,
    _on_other_lists,
    _all_called,
)
