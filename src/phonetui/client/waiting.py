"""Why there is no voter on the screen, in plain words, and the way on."""

from __future__ import annotations

from datetime import datetime, tzinfo

from phonetui.client.entries import entries
from phonetui.client.view import Line, Waiting
from phonetui.core.campaign import Campaign
from phonetui.core.when import moment_after
from phonetui.wire import CampaignState, Out

#: A voter is on the way to the screen.
COMING = Waiting("Connecting…", "The first voter comes in a moment.")


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
) -> Waiting:
    """The first reason that holds. `opens_at` is when voters on hand may be called again, if that is what it is.

    `ended` is when the last lease ended of voters who are still there to be called, had they not been lent for a time.
    `zone` is the caller's, and every time but the voters' own is told in it; none is the laptop's own.
    """
    if line.state == "signed_out":
        return Waiting(
            "You are signed out",
            f"The campaign server wants you to log in again. {_kept(unsent)} Press F5 and type your password to go on.",
        )
    if campaign is None:
        return _connecting(line, unsent)
    if state == "paused" and out.resumes_at and out.resumes_at > now:
        return _restored(out.resumes_at, unsent, now, zone)
    if state != "open":
        return Waiting(
            f"The campaign is {state}",
            f"{campaign.organisation} gives out no voters now. {_kept(unsent)} This screen goes on by itself "
            "when it opens again; press q to leave.",
        )
    if opens_at is not None:
        return Waiting(
            "Outside calling hours",
            f"No voter may be called now. Calling opens {_there_and_here(opens_at, now, zone)}. {_kept(unsent)}",
            opens_at,
        )
    if line.state == "offline":
        return _offline(ended, unsent, now, zone)
    return _no_voters(line, out, unsent, now, zone)


def _connecting(line: Line, unsent: int) -> Waiting:
    if line.state == "offline":
        kept = f"{_kept(unsent)} " if unsent else ""
        return Waiting(
            "No connection yet",
            "The campaign server does not answer, and its script is not on this laptop, so nobody can be called yet. "
            f"{kept}It is tried again by itself; press F5 to try now.",
        )
    return COMING


def _restored(resumes_at: datetime, unsent: int, now: datetime, zone: tzinfo | None) -> Waiting:
    again = moment_after(resumes_at.astimezone(zone), now)
    return Waiting(
        "The campaign is paused",
        f"Its server was put back to a backup: voters come again {again}, when every laptop has had time to say "
        f"whom it called. {_kept(unsent)} This screen goes on by itself; press q to leave.",
        resumes_at,
    )


def _there_and_here(moment: datetime, now: datetime, zone: tzinfo | None) -> str:
    """When it is where the voters are, and by the caller's own clock where that is another."""
    here = moment.astimezone(zone)
    there = f"{moment_after(moment, now)}, their time"
    return there if here.utcoffset() == moment.utcoffset() else f"{there}, {moment_after(here, now)} here"


def _offline(ended: datetime | None, unsent: int, now: datetime, zone: tzinfo | None) -> Waiting:
    lent_until = ""
    if ended is not None:
        until = moment_after(ended.astimezone(zone), now)
        lent_until = f"Your last voters were lent to you until {until}; others may call them now. "
    return Waiting(
        "Offline, and no voters on hand",
        f"{lent_until}{_kept(unsent)} Calling goes on by itself when the network is back; press F5 to try now.",
    )


def _no_voters(line: Line, out: Out, unsent: int, now: datetime, zone: tzinfo | None) -> Waiting:
    if line.state == "connecting":
        return Waiting("Asking for voters…", "They come in a moment.")
    if out.more_at:
        more_at = moment_after(out.more_at.astimezone(zone), now)
        return Waiting(
            "No more voters for now",
            f"You have taken as many voters as the campaign lends in an hour; more come {more_at}. {_kept(unsent)} "
            "They come by themselves; press q to leave.",
            out.more_at,
        )
    if not (out.with_others or out.resting):
        return Waiting("Every voter has been called", f"The list is done. Thank you! {_kept(unsent)} Press q to leave.")
    parts = [
        f"{_households(out.with_others)} with other callers" if out.with_others else "",
        f"{_households(out.resting)} resting after an earlier call" if out.resting else "",
    ]
    are = "is" if (out.with_others or out.resting) == 1 else "are"
    next_at = ""
    if out.next_at:
        next_at = f" The next comes back {moment_after(out.next_at.astimezone(zone), now)}."
    return Waiting(
        "No voters left just now",
        f"There {are} {' and '.join(filter(None, parts))}.{next_at} They come by themselves; press q to leave.",
        out.next_at,
    )


def _households(count: int) -> str:
    return f"{count} household{'' if count == 1 else 's'}"


def _kept(unsent: int) -> str:
    if not unsent:
        return "Everything you did is sent."
    return f"{entries(unsent)} {'is' if unsent == 1 else 'are'} kept on this laptop and will be sent."
