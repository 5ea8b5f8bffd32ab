"""A world of three laptops and one campaign server; what must hold in it after every step, and when all is calm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from phonetui.client import outbox
from phonetui.client.courier import LONGEST_EXCHANGE
from phonetui.core.call_actions import Action
from phonetui.core.event import Attempt, decode
from phonetui.server import listening
from tests.torture.world.clockwork import Clockwork
from tests.torture.world.count import (
    OF_THE_NUMBER_FOR_GOOD,
    OF_THE_PERSON_FOR_GOOD,
    Said,
    figures,
    standing,
)
from tests.torture.world.laptop import DISK, Laptop
from tests.torture.world.office import Office
from tests.torture.world.weather import Happens, Line

#: A caller has two laptops, another one.
DEVICES = (("dana", "dana-1"), ("dana", "dana-2"), ("eli", "eli-1"))
#: Households that are taken along.
ALONG = 5
#: Seconds between two tries in good weather, of which the last finds nothing to do.
CALM = 300.0
CALM_TRIES = 40


@contextmanager
def in_small_batches() -> Iterator[None]:
    """Small batches, as if the evening were long; the organiser rings the bell."""
    with (
        patch.object(outbox, "MOST_EVENTS", 4),
        patch.object(listening, "LOOK_EVERY", 1e6),
    ):
        yield


class World:
    """Whatever goes wrong in it for good is in `wrong`, a sentence each."""

    def __init__(self) -> None:
        self.clockwork = Clockwork()
        self.office = Office(self.clockwork, sorted({caller for caller, _ in DEVICES}))
        self.laptops = [
            Laptop(self.clockwork, caller, device, Line(self.office, device), self._look) for caller, device in DEVICES
        ]
        self.backup = self.office.back_up()
        self.restored = False
        self._seen: dict[str, None] = {}
        self._counted = 0
        self._came: list[set[tuple[str, str]]] = [set() for _ in self.laptops]
        for laptop in self.laptops:
            self.sign_in(laptop)

    def close(self) -> None:
        self.clockwork.close()

    @property
    def recorded(self) -> dict[str, bytes]:
        """Every event that any journal has committed, by its id."""
        return {key: body for laptop in self.laptops for key, body in laptop.recorded.items()}

    @property
    def faults(self) -> int:
        """How often a line did what it should not."""
        return sum(laptop.line.met for laptop in self.laptops)

    # -- what people do ------------------------------------------------------------------------------------------------

    def sign_in(self, laptop: Laptop) -> None:
        """The caller types the password, and the call screen opens."""
        laptop.end_shift()
        laptop.token = self.office.sign_in(laptop.caller_id, laptop.device_id)
        laptop.start()

    def act(self, laptop: Laptop, *actions: Action, seconds: float = 1.0) -> None:
        """Keys, half a second apart."""
        for action in actions:
            if laptop.desk is not None:
                laptop.begin(laptop.pressed(action))
                self.clockwork.passes(0.6)
        self.clockwork.passes(seconds)

    def exchange(self, laptop: Laptop, *happens: Happens) -> None:
        """The caller asks for an exchange, and that happens to it, and to the watch after it.

        Who is signed out signs in again first.
        """
        if laptop.desk is not None and laptop.box.state == "signed_out":
            self.sign_in(laptop)
        laptop.line.coming.extend(happens)
        if laptop.desk is not None:
            laptop.desk.try_now()
        self.clockwork.passes(1.0)

    def kill_in_the_act(self, laptop: Laptop, action: Action, after: int) -> None:
        """A key, an exchange, and the battery is empty `after` so many half moments of the disk; then a new start."""
        laptop.line.coming.append(Happens("well"))
        if laptop.desk is not None:
            laptop.desk.try_now()
            laptop.begin(laptop.desk.act(action))
        self.clockwork.passes(DISK / 2 * after)
        laptop.kill()
        laptop.start()

    def take_along(self, laptop: Laptop) -> None:
        """The caller takes voters along for a stretch without a line."""
        if laptop.desk is not None:
            laptop.desk.take_along(ALONG)
        self.exchange(laptop, Happens("well"))

    def supersede(self, laptop: Laptop, which: int, disposition: str) -> None:
        """An attempt from the caller's other laptop is corrected or taken back on this one."""
        others = [one for one in self.laptops if one.caller_id == laptop.caller_id and one is not laptop]
        attempts = [event for other in others for event in _attempts(other.recorded)]
        if laptop.desk is not None and attempts:
            laptop.begin(laptop.desk.supersede(attempts[-1 - which % len(attempts)], disposition))
            self.clockwork.passes(1.0)

    def back_up(self) -> None:
        self.backup.close()
        self.backup = self.office.back_up()

    def restore(self, *, revived: bool) -> None:
        """The server is put back to its last backup: by its own command, or `revived` as a whole from a snapshot."""
        self.restored = True
        self.office.restore(self.backup, revived=revived)

    # -- what must hold ------------------------------------------------------------------------------------------------

    def wrong_now(self) -> list[str]:
        """What was, and must never be, whatever the line does."""
        self._look()
        wrong = [f"a task failed: {fault}" for fault in self.clockwork.faults]
        wrong += [
            f"the courier of {laptop.device_id} fell"
            for laptop in self.laptops
            if laptop.desk is not None and laptop.desk._line.why.startswith("phonetui itself")
        ]
        return wrong + list(self._seen)

    def _look(self) -> None:
        """At every change on a screen."""
        self._seen |= dict.fromkeys(self._called_twice())
        if not self.restored:
            self._seen |= dict.fromkeys(self._lent_twice())

    def _called_twice(self) -> Iterator[str]:
        """Somebody is to be called although the laptop itself wrote down what came of that very visit.

        Whoever asked to be called back, which is due, is called once more.
        """
        if sum(len(laptop.recorded) for laptop in self.laptops) != self._counted:
            self._counted = sum(len(laptop.recorded) for laptop in self.laptops)
            stands = {one["id"] for one in standing(self.recorded.values())}
            self._came = [
                {
                    (one["voter_id"], one["ticket"])
                    for one in standing(laptop.recorded.values())
                    if one["id"] in stands and one["disposition"] != "call_back"
                }
                for laptop in self.laptops
            ]
        for laptop, came in zip(self.laptops, self._came, strict=True):
            for lease in laptop.to_show.values() if came else ():
                for voter in lease.household.voters:
                    if (voter.voter_id, lease.tickets[voter.voter_id]) in came:
                        yield f"{laptop.device_id} is to call voter {voter.voter_id} again in the same visit"

    def _lent_twice(self) -> Iterator[str]:
        """A number on two laptops while both leases run.

        A restored server cannot know what it had lent, nor a laptop, of what it took back unsent, that it went on.
        """
        where: dict[str, tuple[Laptop, str]] = {}
        now = self.clockwork.now()
        for laptop in self.laptops:
            for household_id, lease in laptop.on_hand.items():
                if lease.until > now:
                    other, its_id = where.setdefault(lease.household.number, (laptop, household_id))
                    unsure = other is laptop or household_id in laptop.unsettled or its_id in other.unsettled
                    if not unsure:
                        yield f"{lease.household.number} is on {other.device_id} and on {laptop.device_id}"

    def calm(self) -> None:
        """The weather is good, and time passes until nothing is pending; then everybody hears what came of it."""
        self.office.dies_in_the_next = False
        for laptop in self.laptops:
            laptop.line.up = False
            laptop.line.coming.clear()
            laptop.skew = timedelta()
        self.clockwork.skip(LONGEST_EXCHANGE + 1)  # whoever still waits for an answer gives up
        self._all_is_sent([laptop for laptop in self.laptops if laptop.not_taken])
        self._all_is_sent(self.laptops)

    def _all_is_sent(self, laptops: Sequence[Laptop]) -> None:
        for laptop in laptops:
            laptop.line.up = True
        self._ask(laptops)
        tries = 0
        while any(not laptop.is_calm for laptop in laptops) and tries < CALM_TRIES:
            self.clockwork.skip(CALM)
            self._ask(laptops)
            tries += 1
        self.clockwork.skip(CALM)  # what a restored server had lost is there, so that who is lent is taken, too
        self._ask(laptops)

    def _ask(self, laptops: Sequence[Laptop]) -> None:
        for laptop in laptops:
            if laptop.desk is None or laptop.box.state == "signed_out":
                self.sign_in(laptop)
            else:
                laptop.desk.try_now()
        self.clockwork.passes(1.0)

    def wrong_when_calm(self) -> Iterator[str]:
        """What does not add up once everything has been sent."""
        yield from self._missing(self.recorded)
        outcomes = standing(self.recorded.values())
        figures_there = self.office.figures()
        there = figures_there.attempts, figures_there.contacts, figures_there.talks
        if there != figures(outcomes):
            yield f"the server counts {there} where {figures(outcomes)} stand"
        yield from self._still_called(outcomes)
        yield from self._not_agreed()

    def _missing(self, recorded: Mapping[str, bytes]) -> Iterator[str]:
        """Recorded set == stored set, each once, byte for byte; and every laptop knows it."""
        stored = self.office.rows("SELECT event_id, body FROM events")
        if len(stored) != len({key for key, _ in stored}):
            yield "an event is stored twice"
        for key in recorded.keys() ^ dict(stored).keys():
            yield f"{key} was {'never stored' if key in recorded else 'stored but never recorded'}"
        for key, body in stored:
            if recorded.get(key, body) != body:
                yield f"{key} was stored with other bytes"
        for laptop in self.laptops:
            if laptop.box.unsent or laptop.not_taken:
                yield f"{laptop.device_id} has {laptop.not_taken} events that the campaign does not have"

    def _still_called(self, outcomes: list[Said]) -> Iterator[str]:
        """Nobody who has ended, and no number that has, is on a hand or can get there."""
        dialed = {ticket: number for laptop in self.laptops for ticket, number in laptop.dialed.items()}
        ended = {one["voter_id"] for one in outcomes if one["disposition"] in OF_THE_PERSON_FOR_GOOD}
        bad = {dialed[one["ticket"]] for one in outcomes if one["disposition"] in OF_THE_NUMBER_FOR_GOOD}
        quiet = {dialed[one["ticket"]] for one in outcomes if one["disposition"] == "do_not_call"}
        for laptop in self.laptops:
            for lease in laptop.to_show.values():
                people = {voter.voter_id for voter in lease.household.voters}
                known = {phone.number for voter in lease.household.voters for phone in voter.phones}
                if people & ended:
                    yield f"{laptop.device_id} calls {people & ended}, who ended"
                if lease.household.number in bad or known & quiet:
                    yield f"{laptop.device_id} may call {lease.household.number} or {known & quiet}, which ended"
        for number, state in self.office.rows("SELECT number, state FROM households"):
            if number in bad and state != "closed":
                yield f"the household of {number} is {state} though its number ended"

    def _not_agreed(self) -> Iterator[str]:
        """Server, laptop and its journal agree on who is on hand."""
        lent = "SELECT household_id, state FROM households WHERE lent_to <> '' AND lent_device = '{}'"
        for laptop in self.laptops:
            there = {str(key): state for key, state in self.office.rows(lent.format(laptop.device_id))}
            new = {key for key, state in there.items() if state == "lent"} - {laptop.shown}
            if not new <= laptop.to_show.keys() <= there.keys():
                yield f"{laptop.device_id} is lent {there} and has {sorted(laptop.to_show)}"
            if laptop.kept != laptop.on_hand.keys():
                yield f"{laptop.device_id} has {sorted(laptop.on_hand)} and its journal {sorted(laptop.kept)}"


def _attempts(recorded: Mapping[str, bytes]) -> list[Attempt]:
    known = (decode(body) for body in recorded.values() if b'"kind":"text"' not in body)
    return [event for event in known if isinstance(event, Attempt)]
