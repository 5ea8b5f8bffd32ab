"""One caller's line in the phone system: the volunteer's leg, which is kept, and one voter's leg after another.

Two tables say what follows what. Nothing is sent from here: what is to be done, and what there is to tell, is handed
back, and what came of it is handed in again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from phonetui.core.bridge_call import VolunteerLeg, VolunteerState
from phonetui.core.phone_call import SHORTEST_RINGING, CallEvent, Ending, State
from phonetui.core.refusal import Refused
from phonetui.server.phone_orders import (
    Close,
    Effects,
    HangUp,
    Heard,
    Join,
    Mute,
    Names,
    Open,
    Order,
    Ring,
)

VoterState = Literal["none"] | State
Happening = Literal["asked", "rings", "joined", "lost", "ari_lost", "found"]

VOLUNTEER: dict[tuple[VolunteerState, Happening], VolunteerState] = {
    ("none", "asked"): "ringing",
    ("gone", "asked"): "ringing",
    ("ringing", "joined"): "there",
    ("ringing", "lost"): "gone",
    ("there", "lost"): "gone",
    ("there", "ari_lost"): "unsure",
    ("unsure", "found"): "there",
    ("unsure", "lost"): "gone",
}
VOTER: dict[tuple[VoterState, Happening], VoterState] = {
    ("none", "asked"): "dialing",
    ("ended", "asked"): "dialing",
    ("dialing", "rings"): "ringing",
    ("dialing", "joined"): "talking",
    ("ringing", "joined"): "talking",
    ("dialing", "lost"): "ended",
    ("ringing", "lost"): "ended",
    ("talking", "lost"): "ended",
}
UNDER_WAY = ("dialing", "ringing", "talking")

#: How long the volunteer's phone rings, and how long a carrier may be silent before it says that the voter's does.
VOLUNTEER_RINGS = timedelta(seconds=40)
SILENCE = timedelta(seconds=15)
#: How long the phone system may be unheard, or a hang-up unconfirmed, before the line is given up.
GRACE = timedelta(seconds=10)
#: The phone system itself ends a ringing this much later, should this server be gone.
MARGIN = timedelta(seconds=5)
#: Ids that a line remembers, so that a request that comes twice rings once.
REMEMBERED = 500


class _Leg:
    """A channel as last known: `ending` is why we let go of it, `told` how the phone system says it ended."""

    def __init__(self, id_: str = "", channel_id: str = "", until: datetime | None = None) -> None:
        self.id = id_
        self.channel_id = channel_id
        self.until = until
        self.placed = False
        self.answered = False
        self.ending: Ending | None = None
        self.told: Ending | None = None

    def ended(self) -> Ending:
        """How it ended."""
        return self.ending or ("completed" if self.answered else self.told or "unknown")


# -- the line ----------------------------------------------------------------------------------------------------------


class Line:
    """One caller's two legs. `volunteer_told` and `call_told` are the last that was told of them."""

    def __init__(self, names: Names, caller_id: str) -> None:
        self.caller_id = caller_id
        self.volunteer: VolunteerState = "none"
        self.voter: VoterState = "none"
        self.volunteer_told = VolunteerLeg("", "none")
        self.call_told: CallEvent | None = None
        self.muted = False
        self._names = names
        self._own = _Leg()
        self._call = _Leg()
        self._rings_for = timedelta()
        self._seen: dict[str, None] = {}

    @property
    def channels(self) -> dict[str, bool]:
        """The channels that may be up, and whether the phone system has taken each on."""
        return {leg.channel_id: leg.placed for leg in self._legs()}

    @property
    def bridge_id(self) -> str:
        """The bridge, empty without a volunteer."""
        return self._names.bridge(self._own.id) if self.volunteer in ("ringing", "there", "unsure") else ""

    @property
    def ready(self) -> bool:
        """Whether a voter can be rung into it."""
        return self.volunteer == "there" and self._own.ending is None

    def knows(self, id_: str) -> bool:
        """Whether this leg or call was asked for before."""
        return id_ in self._seen

    # -- what is asked

    def connect(self, leg_id: str, endpoint: str, shown: str, now: datetime) -> Effects:
        """Rings the volunteer. The same id again does nothing; raises `Refused` while there is a volunteer."""
        if self.knows(leg_id):
            return []
        if self.volunteer not in ("none", "gone"):
            raise Refused("Your phone is connected already, or rings; hang up to connect another.")
        self._remember(leg_id)
        self._own = _Leg(leg_id, self._names.volunteer(leg_id), now + VOLUNTEER_RINGS)
        self.muted = False
        ring = Ring(self._own.channel_id, endpoint, shown, int((VOLUNTEER_RINGS + MARGIN).total_seconds()))
        return [*self._volunteer_happens("asked"), ring]

    def call(self, call_id: str, endpoint: str, shown: str, ring_timeout: float, now: datetime) -> Effects:
        """Rings a voter. The same id again does nothing; raises `Refused` without a volunteer, or during a call."""
        if self.knows(call_id):
            return []
        if not self.ready:
            raise Refused("Your phone is not connected; connect it first.")
        if self.voter in UNDER_WAY:
            raise Refused("There is a call already; hang up first.")
        self._remember(call_id)
        self._rings_for = timedelta(seconds=max(ring_timeout, SHORTEST_RINGING))
        self._call = _Leg(call_id, self._names.voter(call_id), now + SILENCE)
        seconds = int((SILENCE + self._rings_for + MARGIN).total_seconds())
        unmute = [Mute(self._own.channel_id, False)] if self.muted else []
        return [*self._voter_happens("asked"), *unmute, Ring(self._call.channel_id, endpoint, shown, seconds)]

    def hang_up(self, call_id: str, now: datetime) -> Effects:
        """Ends this call, or stops its ringing; nothing where it is over, or ends already."""
        if self.voter not in UNDER_WAY or call_id != self._call.id or self._call.ending:
            return []
        return self._let_go(self._call, "completed" if self._call.answered else "canceled", now)

    def disconnect(self, now: datetime) -> Effects:
        """Lets the volunteer go, and so the voter."""
        if self.volunteer in ("none", "gone") or self._own.ending:
            return []
        return self._let_go(self._own, "completed" if self._own.answered else "canceled", now)

    def own_channel(self) -> str:
        """The volunteer's channel; raises `Refused` where there is none."""
        if not self.ready:
            raise Refused("Your phone is not connected; connect it first.")
        return self._own.channel_id

    def voters_channel(self, call_id: str) -> str:
        """The channel of this call's voter; raises `Refused` where nobody has answered."""
        if self.voter != "talking" or call_id != self._call.id:
            raise Refused("Nobody is on the line who could hear keys.")
        return self._call.channel_id

    # -- what is heard

    def heard(self, heard: Heard, now: datetime) -> Effects:
        """Takes what the phone system says of one of `channels`."""
        leg = self._own if heard.channel_id == self._own.channel_id else self._call
        leg.placed = True
        leg.told = heard.ending or leg.told
        match heard.what:
            case "rings" if leg is self._call:
                return self._rings(now)
            case "answered":
                return self._answered(leg)
            case "left":
                return [HangUp(leg.channel_id), *self._lost(leg, now)]
            case "lost":
                return self._lost(leg, now)
        return []

    def done(self, order: Order, now: datetime) -> Effects:
        """Takes it that an order was carried out."""
        match order:
            case Ring(channel_id=channel_id):
                for leg in self._legs(channel_id):
                    leg.placed = True
            case Open(bridge_id=bridge_id):
                return self._volunteer_happens("joined") if bridge_id == self.bridge_id else [Close(bridge_id)]
            case Join(channel_id=channel_id) if channel_id == self._call.channel_id:
                return self._voter_happens("joined")
            case HangUp(channel_id=channel_id):
                return [effect for leg in self._legs(channel_id) for effect in self._lost(leg, now)]
            case Mute(channel_id=channel_id, on=on) if channel_id == self._own.channel_id:
                self.muted = on
        return []

    def failed(self, order: Order, now: datetime) -> Effects:
        """Takes it that an order was not carried out, or may not have been."""
        match order:
            case Ring(channel_id=channel_id):
                return self._fail(channel_id, "trunk_error", now)
            case Open(bridge_id=bridge_id) if bridge_id != self.bridge_id:
                return [Close(bridge_id)]
            case Open(channel_id=channel_id) | Join(channel_id=channel_id):
                return self._fail(channel_id, "media_error", now)
        return []

    def ari_lost(self, now: datetime) -> Effects:
        """Nothing is heard any more: what rings is ended, and a talk is left alone for `GRACE`."""
        effects: Effects = []
        for leg in self._legs():
            if not leg.answered:
                effects += self._let_go(leg, "unknown", now)
        if self.volunteer == "there":
            self._own.until = now + GRACE
        return [*effects, *self._volunteer_happens("ari_lost")]

    def found(self, missing: Collection[str], now: datetime) -> Effects:
        """The phone system is heard again and has no more channels of these names."""
        effects: Effects = []
        for leg in self._legs():
            if leg.channel_id in missing:
                leg.ending = leg.ending or "unknown"
                effects += self._lost(leg, now)
        if self.volunteer == "unsure" and self._own.ending is None:
            self._own.until = None
        return [*effects, *self._volunteer_happens("found")]

    def due(self, now: datetime) -> Effects:
        """Ends what has lasted too long."""
        effects: Effects = []
        for leg in self._legs():
            if leg.until is not None and now >= leg.until:
                effects += self._too_long(leg, now)
        return effects

    # -- what follows

    def _rings(self, now: datetime) -> Effects:
        if self.voter == "dialing" and self._call.ending is None:
            self._call.until = now + self._rings_for
        return self._voter_happens("rings")

    def _answered(self, leg: _Leg) -> Effects:
        if leg.answered or leg.ending is not None:
            return []
        leg.answered, leg.until = True, None
        if leg is self._own:
            return [Open(self.bridge_id, leg.channel_id)]
        return [Join(self.bridge_id, leg.channel_id)]

    def _lost(self, leg: _Leg, now: datetime) -> Effects:
        if leg is self._call:
            return self._voter_happens("lost")
        bridge_id = self.bridge_id
        effects = self._volunteer_happens("lost")
        if self.voter in UNDER_WAY:
            effects += self._let_go(self._call, "completed" if self._call.answered else "canceled", now)
        return [*effects, Close(bridge_id)]

    def _let_go(self, leg: _Leg, ending: Ending, now: datetime) -> Effects:
        """The leg is over when the hang-up is confirmed, and no sooner: until then two voters might meet."""
        leg.ending = leg.ending or ending
        leg.until = now + GRACE
        return [HangUp(leg.channel_id)]

    def _fail(self, channel_id: str, ending: Ending, now: datetime) -> Effects:
        return [effect for leg in self._legs(channel_id) for effect in self._let_go(leg, ending, now)]

    def _too_long(self, leg: _Leg, now: datetime) -> Effects:
        if leg.ending is not None or self.volunteer == "unsure":
            return self._give_up(now)
        if leg is self._own or self.voter == "ringing":
            return self._let_go(leg, "no_answer", now)
        return self._let_go(leg, "trunk_error", now)

    def _give_up(self, now: datetime) -> Effects:
        """Ends both legs without a word from the phone system; the hang-ups are tried on and on."""
        effects: Effects = []
        for leg in self._legs():
            leg.ending = leg.ending or "unknown"
            effects += [HangUp(leg.channel_id), *self._lost(leg, now)]
        return effects

    def _legs(self, channel_id: str = "") -> list[_Leg]:
        """The legs that are not over, the voter's first; or the one of a name."""
        legs = [self._call] if self.voter in UNDER_WAY else []
        legs += [] if self.volunteer in ("none", "gone") else [self._own]
        return [leg for leg in legs if channel_id in ("", leg.channel_id)]

    def _volunteer_happens(self, happening: Happening) -> Effects:
        follows = VOLUNTEER.get((self.volunteer, happening))
        if follows is None:
            return []
        self.volunteer = follows
        ending = self._own.ended() if follows == "gone" else None
        self.volunteer_told = VolunteerLeg(self._own.id, follows, ending)
        return [self.volunteer_told]

    def _voter_happens(self, happening: Happening) -> Effects:
        follows = VOTER.get((self.voter, happening))
        if follows is None or follows == "none":
            return []
        self.voter = follows
        self.call_told = CallEvent(self._call.id, follows, self._call.ended() if follows == "ended" else None)
        return [self.call_told]

    def _remember(self, id_: str) -> None:
        self._seen[id_] = None
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
