"""What every connector is: pull voters, push outcomes, say what is lost between the two systems.

Connectors run on a thread, so they may block. They wait only with the `wait` that they were made with, and try nothing
a second time: `server/push_outbox.py` decides on that.

* Refused
  - SystemRefused     the system refused this one record; the rest goes on
  - Unsettled         this record is told again
    - SystemBusy      it asks to be left alone for a while (429, 503)
    - SystemDown      no answer, half an answer, or a fault of the system's own (5xx)
    - WrongKey        the key is wrong, has ended, or lacks the right that its sentence names
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from msgspec import Struct, field

from phonetui.core.campaign import Campaign
from phonetui.core.event import Attempt
from phonetui.core.push import Lost, Outgoing, Pushed
from phonetui.core.refusal import Refused
from phonetui.server.connectors.even_pace import Turns


class SystemRefused(Refused):
    """The system refused this record, in its own words; `status` is HTTP's, 404 for a voter merged away.

    `part_told`: it took a part of it before, where that takes several requests.
    """

    part_told = False

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class Unsettled(Refused):
    """What was to be told has not been; or a part of it, where that takes several requests: `part_told`."""

    part_told = False


class SystemBusy(Unsettled):
    """The system asks to be left alone for `retry_after` seconds; 0 where it did not say how long."""

    def __init__(self, sentence: str, retry_after: float = 0.0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class SystemDown(Unsettled):
    """No answer came, or not all of it, or one that says that the system itself has failed.

    `nothing_sent`: what was to be told never left, so that it is in no doubt.
    """

    def __init__(self, sentence: str, *, nothing_sent: bool = False) -> None:
        super().__init__(sentence)
        self.nothing_sent = nothing_sent


class WrongKey(Unsettled):
    """The system does not let this key in (`status` 401), or not to what is needed (403)."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class PulledVoter(Struct, frozen=True):
    """A voter as the system has them: fields by their names in `columns.VOTER_FIELDS`, `id` among them.

    Any other field is a tag, `tag:name`, or an election, such as `2024 general`, which every voter of the list names,
    whether they voted or not; or it is left out. `further` are the numbers beyond the first of a phone field.
    `do_not_call` voters are marked, and not called. `barred` are numbers
    of theirs that nobody may call, while they themselves are called at their others. `remote_ids` are the system's own
    ids by kind and by what is ours, such as `("phone", "+18125550166")`. `remark` is why not all of this voter came,
    and is told with the number of those of whom it is said.
    """

    fields: Mapping[str, str]
    further: Mapping[str, Sequence[str]] = {}
    do_not_call: bool = False
    barred: Collection[str] = ()
    remote_ids: Mapping[tuple[str, str], str] = {}
    remark: str = ""


class RemoteIds(Protocol):
    """The ids that the last pull brought, and those that a connector keeps itself."""

    def find(self, kind: str, file_id: str, ours: str = "") -> str:
        """The system's id; empty where none is known."""

    def keep(self, kind: str, file_id: str, ours: str, remote_id: str) -> None:
        """Writes one down at once, in place of what was known; empty: none is."""

    def all_of(self, kind: str) -> Collection[tuple[str, str]]:
        """What is ours and the system's id for it, of every connection to this system that there is or was."""


class Setup(Struct, frozen=True, kw_only=True):
    """What a connector is made with. `settings` are what `System.read` made of the connection's file.

    `dispositions` says for one of the campaign's what to call it there, `answers` likewise for a question's answers, as
    far as the file says so; for the rest the connector knows. `secrets` are by name. `wait` sleeps for some seconds.
    `folder` is for what a pull has to write down: while that goes on it is there, and nobody else can look into it.
    `told` gives the outcomes of a voter, and the undos, that the system was told since a time, or perhaps was told;
    None: nobody knows.
    `turns` are shared by all who ask the system for something at the same time.
    """

    name: str
    campaign: Campaign
    settings: Struct
    dispositions: Mapping[str, str] = {}
    answers: Mapping[str, Mapping[str, str]] = {}
    secrets: Mapping[str, str] = {}
    remote_ids: RemoteIds
    folder: Path
    wait: Callable[[float], None]
    clock: Callable[[], datetime]
    told: Callable[[str, datetime], Sequence[Attempt]] | None = None
    turns: Turns = field(default_factory=Turns)


class Connector(Protocol):
    """A campaign's way to another system."""

    def check(self) -> Iterable[str]:
        """Logs in, reads what pull and push need, and changes nothing; sentences on what was found, and what is lost.

        A mapping that leads nowhere (a question retired, a list gone, a result without a counterpart) is one of them.
        Raises `Refused`.
        """

    def losses(self) -> Iterable[str]:
        """What the mapping loses, a sentence each, without asking the system."""

    def close(self) -> None:
        """Ends its connections."""


@runtime_checkable
class Pulls(Connector, Protocol):
    """A system that voters come from."""

    def pull(self) -> Iterator[PulledVoter]:
        """All voters of the list, whole: a voter who is missing has left it. Raises `Refused` rather than end early."""


@runtime_checkable
class Sends(Connector, Protocol):
    """A system that is told of each outcome by itself."""

    def send(self, one: Outgoing, *, doubt_since: datetime | None) -> Pushed | Lost:
        """Tells it. `doubt_since` is when it was first told without an answer, so that it may be there already.

        Whether it is there is read back, or left to the system's own rule against doubles, wherever there is one.
        Raises `SystemRefused`, and `SystemBusy`, `SystemDown` or `WrongKey`, which end the run.
        """


@runtime_checkable
class MakesScript(Connector, Protocol):
    """A system whose own questions can become a campaign's script."""

    def script(self) -> str:
        """A campaign file to begin with, that asks what the system has. Raises `Refused`."""


@runtime_checkable
class Writes(Connector, Protocol):
    """A file a day, written whole: whatever is corrected later is right in the next one.

    `lacks` is a sentence on what the files were to hold and cannot; empty where they hold all.
    """

    lacks: str

    def write(self, day: date, outcomes: Sequence[Outgoing]) -> Path:
        """Writes all outcomes of the day that stand, in place of what was written of it before. Raises `Refused`."""
