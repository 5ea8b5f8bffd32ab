"""Why there is no voter on the screen, in plain words, and the way on."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from phonetui.client.view import Line, Waiting
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import Reason
from phonetui.core.translation import tr, tr_n
from phonetui.core.when import moment_after
from phonetui.wire import CampaignState, Out

if TYPE_CHECKING:
    from phonetui.client.calls import Calls
    from phonetui.client.outbox import Outbox


def coming() -> Waiting:
    """A voter is on the way to the screen."""
    return Waiting(tr("Connecting…"), tr("The first voter comes in a moment."))


def waiting(campaign: Campaign | None, box: Outbox, calls: Calls, line: Line, now: datetime) -> Waiting:
    """What there is to wait for at `now`, the server's time as last known."""
    mine = (calls, box.unsettled())
    if campaign and box.campaign_state == "open" and box.hand.next(campaign, now, *mine):
        return coming()
    soonest = box.hand.soonest(campaign, now, *mine) if campaign else None
    opens_at, because = (soonest.when, soonest.reason) if soonest else (box.out.opens_at, "outside_hours")
    ended = max((lease.until for lease in box.hand.to_call.values() if lease.until <= now), default=None)
    return why(campaign, box.campaign_state, line, box.out, opens_at, ended, box.unsent, now, because=because)


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
) -> Waiting:
    """The first reason that holds. `opens_at` is when voters on hand may be called again, if that is what it is.

    `because` says why not before.

    `ended` is when the last lease ended of voters who are still there to be called, had they not been lent for a time.
    `zone` is the caller's, and every time but the voters' own is told in it; none is the laptop's own.
    """
    if line.state == "signed_out":
        return Waiting(
            tr("You are signed out"),
            tr(
                "The campaign server wants you to log in again. {kept} Press F5 and type your password to go on.",
                kept=_kept(unsent),
            ),
        )
    if campaign is None:
        return _connecting(line, unsent)
    if state == "paused" and out.resumes_at and out.resumes_at > now:
        return _restored(out.resumes_at, unsent, now, zone)
    if state != "open":
        return Waiting(
            tr("The campaign is paused") if state == "paused" else tr("The campaign is closed"),
            tr(
                "{organisation} gives out no voters now. {kept} "
                "This screen goes on by itself when it opens again; press q to leave.",
                organisation=campaign.organisation,
                kept=_kept(unsent),
            ),
        )
    if out.practice:
        return Waiting(
            tr("Practise once first"),
            tr(
                "This campaign wants everybody to practise once before the first call: press % and practise. {kept}",
                kept=_kept(unsent),
            ),
        )
    if opens_at is not None and because == "promised":
        return Waiting(
            tr("A promised call comes next"),
            tr(
                "Nobody else is on hand. The call back that was promised is due {due}; it comes by itself. {kept}",
                due=_there_and_here(opens_at, now, zone),
                kept=_kept(unsent),
            ),
            opens_at,
        )
    if opens_at is not None and because == "resting":
        return Waiting(
            tr("Called not long ago"),
            tr(
                "The numbers that are left on hand were called in this shift. The first may be called again {again}; "
                "it comes by itself. {kept}",
                again=_there_and_here(opens_at, now, zone),
                kept=_kept(unsent),
            ),
            opens_at,
        )
    if opens_at is not None:
        return Waiting(
            tr("Outside calling hours"),
            tr(
                "No voter may be called now. Calling opens {opens}. {kept}",
                opens=_there_and_here(opens_at, now, zone),
                kept=_kept(unsent),
            ),
            opens_at,
        )
    if line.state == "offline":
        return _offline(ended, unsent, now, zone)
    return _no_voters(line, out, unsent, now, zone)


def _connecting(line: Line, unsent: int) -> Waiting:
    if line.state == "offline":
        silent = tr(
            "The campaign server does not answer, and its script is not on this laptop, so nobody can be called yet."
        )
        again = tr("It is tried again by itself; press F5 to try now.")
        return Waiting(tr("No connection yet"), " ".join([silent, *([_kept(unsent)] if unsent else []), again]))
    return coming()


def _restored(resumes_at: datetime, unsent: int, now: datetime, zone: tzinfo | None) -> Waiting:
    again = moment_after(resumes_at.astimezone(zone), now)
    return Waiting(
        tr("The campaign is paused"),
        tr(
            "Its server was put back to a backup: voters come again {again}, when every laptop has had time to say "
            "whom it called. {kept} This screen goes on by itself; press q to leave.",
            again=again,
            kept=_kept(unsent),
        ),
        resumes_at,
    )


def _there_and_here(moment: datetime, now: datetime, zone: tzinfo | None) -> str:
    """When it is where the voters are, and by the caller's own clock where that is another."""
    here = moment.astimezone(zone)
    if here.utcoffset() == moment.utcoffset():
        return tr("{moment}, their time", moment=moment_after(moment, now))
    return tr("{there}, their time, {here} here", there=moment_after(moment, now), here=moment_after(here, now))


def _offline(ended: datetime | None, unsent: int, now: datetime, zone: tzinfo | None) -> Waiting:
    told = [_kept(unsent), tr("Calling goes on by itself when the network is back; press F5 to try now.")]
    if ended is not None:
        until = moment_after(ended.astimezone(zone), now)
        told.insert(0, tr("Your last voters were lent to you until {until}; others may call them now.", until=until))
    return Waiting(tr("Offline, and no voters on hand"), " ".join(told))


def _no_voters(line: Line, out: Out, unsent: int, now: datetime, zone: tzinfo | None) -> Waiting:
    if line.state == "connecting":
        return Waiting(tr("Asking for voters…"), tr("They come in a moment."))
    if out.more_at:
        more_at = moment_after(out.more_at.astimezone(zone), now)
        return Waiting(
            tr("No more voters for now"),
            tr(
                "You have taken as many voters as the campaign lends in an hour; more come {more_at}. {kept} "
                "They come by themselves; press q to leave.",
                more_at=more_at,
                kept=_kept(unsent),
            ),
            out.more_at,
        )
    if not (out.with_others or out.resting):
        done = tr("The list is done. Thank you! {kept} Press q to leave.", kept=_kept(unsent))
        return Waiting(tr("Every voter has been called"), done)
    told = [_elsewhere(out.with_others, out.resting), tr("They come by themselves; press q to leave.")]
    if out.next_at:
        told.insert(1, tr("The next comes back {moment}.", moment=moment_after(out.next_at.astimezone(zone), now)))
    return Waiting(tr("No voters left just now"), " ".join(told), out.next_at)


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


def _kept(unsent: int) -> str:
    if not unsent:
        return tr("Everything you did is sent.")
    return tr_n(
        "{n} entry is kept on this laptop and will be sent.",
        "{n} entries are kept on this laptop and will be sent.",
        unsent,
    )
