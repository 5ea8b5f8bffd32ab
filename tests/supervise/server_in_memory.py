"""A campaign server for supervisors without a network: it answers as the real one does, and notes what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from msgspec import Struct

from phonetui.client.campaign_server import Offline
from phonetui.client.web import Answer
from phonetui.wire import Problem
from phonetui.wire_do_not_call import (
    Numbers,
    NumbersFile,
    OneNumber,
    ReadNumbers,
    SuppressedNumber,
    SuppressedNumbers,
    TakenNumbers,
)
from phonetui.wire_supervisors import (
    AskedNow,
    AuditEntry,
    AuditLog,
    CallerNow,
    CampaignSource,
    CheckedFile,
    Counts,
    DispositionCount,
    Erased,
    Evening,
    FoundVoter,
    FoundVoters,
    HeldOfVoter,
    InvitationLink,
    KeepUntil,
    ListNow,
    ListRule,
    Look,
    MemberNow,
    MemberRule,
    Members,
    OpenInvitation,
    OpenInvitations,
    ReportText,
    Slice,
    Sought,
    TakenAnswer,
    TalkedOfLater,
    Told,
    WantedAnswer,
    WantedInvitation,
    WantedState,
    Words,
)

Wanted = dict[str, str]
Shape = TypeVar("Shape")

#: Six in the evening in New York.
NOW = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
URL, CAMPAIGN = "https://calls.example.org", "riverside"


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def caller(name: str, **more: Any) -> CallerNow:
    said: dict[str, Any] = {"doing": "calling", "since": ago(2), "heard_at": NOW, "role": "caller"}
    return CallerNow(name=name, **{"caller_id": name.lower(), **said, **more})


CALLERS = (
    caller(
        "Ana Ruiz", voter="Pat Kowalski", since=ago(18), today=Counts(12, 4, 2), last_hour=Counts(8, 3, 1), on_hand=24
    ),
    caller("Ben Okafor", doing="break", since=ago(6), today=Counts(31, 9, 5), last_hour=Counts(14, 4, 2)),
    caller("Chen Li", doing="idle", since=ago(2), today=Counts(7, 1), last_hour=Counts(7, 1)),
    caller("Dana Whitfield", doing="offline", since=ago(72), heard_at=ago(72), unsent=4, today=Counts(22, 8, 3)),
    caller(
        "Eun-ji Park", voter="Soo-Jin De La Cruz", since=ago(0.5), today=Counts(40, 12, 8), last_hour=Counts(16, 6, 3)
    ),
    caller(
        "Femi Adeyemi",
        voter="Vernon Castellanos-Whitmore",
        since=ago(4),
        today=Counts(9, 3, 1),
        last_hour=Counts(9, 3, 1),
    ),
)

#: Two hours in slices of five minutes: more and more callers, fewer and fewer left.
SLICES = tuple(
    Slice(ago(120 - 5 * nth), Counts(3 + nth // 2, 1 + nth // 6, nth // 10), 1500 - 13 * nth) for nth in range(24)
)

RESULTS = {
    "Not home": 120,
    "Talked": 31,
    "Refused": 22,
    "Busy": 14,
    "Wrong number": 9,
    "Call back": 7,
    "Moved": 3,
    "Do not call": 2,
    "Deceased": 0,
}

LISTS = (
    ListNow(
        list_id=1,
        name="precinct-12",
        priority=10,
        households=1800,
        left=900,
        there=590,
        resting=310,
        lent=61,
        round=1,
        ends_at=NOW + timedelta(hours=1, minutes=40),
    ),
    ListNow(
        list_id=2,
        name="hispanohablantes",
        priority=5,
        households=1000,
        left=304,
        there=304,
        languages=("es",),
        tags=("phone",),
        ends_at=NOW + timedelta(hours=3),
    ),
    ListNow(list_id=3, name="young-voters", priority=1, households=400, left=400, there=400, paused=True),
)

LOOKS = (
    Look("stuck", ago(18), "ana", {"caller": "Ana Ruiz", "voter": "Pat Kowalski"}),
    Look("list-ending", NOW + timedelta(minutes=40), "", {"list": "precinct-12", "left": "900"}),
    Look("refused-pushes", ago(9), "", {"connection": "van", "count": "2", "said": "resultCodeId 12 is not known"}),
    Look("rejected", ago(11), "dana", {"caller": "Dana Whitfield", "count": "2", "code": "no-ticket"}),
)

QUESTIONS = (
    AskedNow(
        question_id="q1",
        caller="Chen Li",
        asked_at=ago(7),
        text="A voter asks where to drop the ballot off.",
        voter="Ida Brandt",
    ),
    AskedNow(question_id="q2", caller="Femi Adeyemi", asked_at=ago(1), text="May I call after eight?"),
)

EVENING = Evening(
    campaign_id=CAMPAIGN,
    name="Weekend turnout",
    organisation="Riverside Votes",
    zone="America/New_York",
    state="open",
    version=3,
    role="owner",
    mark="m1",
    server_time=NOW,
    today=Counts(208, 66, 31),
    last_hour=Counts(138, 42, 16),
    callers=CALLERS,
    slices=SLICES,
    dispositions=tuple(
        DispositionCount(label.lower().replace(" ", "-"), label, count) for label, count in RESULTS.items()
    ),
    lists=LISTS,
    looks=LOOKS,
    questions=QUESTIONS,
)

MEMBERS = tuple(
    MemberNow(
        caller_id=each.caller_id,
        name=each.name,
        email=f"{each.caller_id.split()[0]}@example.org",
        role=each.role,
        devices=1,
        unsent=each.unsent,
        heard_at=each.heard_at,
    )
    for each in CALLERS
)

TOLD = (
    TalkedOfLater(
        at=ago(20),
        caller="Ana Ruiz",
        kind="report",
        about="address",
        text="moved to 12 Elm St",
        voter_id="7",
        voter="Pat Kowalski",
    ),
    TalkedOfLater(at=ago(50), caller="Chen Li", kind="remark", about="greeting", text="too long for voicemail"),
)

REPORT = """\
Weekend turnout · Riverside Votes
{days} · made Sat Nov 21, 2026, 6:00 pm

CALLERS
Caller            Attempts  Contacts  Rate   Between      Talks
Eun-ji Park             40        12  30.0%  18.1–45.4%       8
Ana Ruiz                12         4  33.3%  13.8–60.9%       2"""

FOUND = FoundVoters(
    (
        FoundVoter(voter_id="7", name="Pat Kowalski", numbers=("+18125550166",), list_name="precinct-12"),
        FoundVoter(
            voter_id="9",
            name="Pat Nguyen",
            numbers=("+18125550123", "+18125550124"),
            list_name="precinct-12",
            ended="moved",
        ),
    )
)

HELD = HeldOfVoter(
    "7",
    "Pat Kowalski",
    {
        "voters": [{"voter_id": "7", "first_name": "Pat", "last_name": "Kowalski", "born": 1971, "note": ""}],
        "attempts": [
            {"at": "2026-11-21T22:42:00Z", "disposition": "not-home"},
            {"disposition": "talked", "note": "kind"},
        ],
    },
)


class ServerInMemory:
    """Answers routes of one campaign. `done` is what changed, `failing` what every request meets instead."""

    def __init__(self, evening: Evening = EVENING) -> None:
        self.evening = evening
        self.done: list[str] = []
        self.failing: Callable[[], Answer] | None = None
        self.checked = CheckedFile(
            version=3, differences=(" script:", "-  Hi, is this {name}?", "+  Hello, is this {name}?")
        )
        self.numbers = ["+18125550100"]
        self.asked_for: set[str] = set()
        self.members = list(MEMBERS)
        self.invitations: list[OpenInvitation] = []
        self.answered: dict[str, TakenAnswer] = {}
        self.still: tuple[str, ...] = ()
        self.kept: date | None = None
        self.reported = REPORT
        self.asked = 0
        self._news = asyncio.Event()

    def change(self, **changes: Any) -> None:
        """The evening is another one from now on."""
        mark = f"m{int(self.evening.mark[1:]) + 1}"
        self.evening = msgspec.structs.replace(self.evening, mark=mark, **changes)
        self._news.set()

    async def ask(self, method: str, path: str, body: bytes = b"", token: str = "") -> Answer:
        self.asked += 1
        if self.failing is not None:
            return self.failing()
        parts = urlsplit(path)
        start = f"/v1/campaigns/{CAMPAIGN}/"
        assert parts.path.startswith(start), path
        names = [unquote(name) for name in parts.path.removeprefix(start).split("/")]
        wanted = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if (method, names) == ("GET", ["evening"]):
            return await self._evening(wanted)
        route = getattr(self, f"_{names[0].replace('-', '_')}")
        found: Struct | None = route(method, names[1:], wanted, body)
        return Answer(204, "", 0.0, b"") if found is None else json(found)

    async def close(self) -> None:
        pass

    async def _evening(self, wanted: dict[str, str]) -> Answer:
        if wanted.get("known") == self.evening.mark:
            self._news.clear()
            await self._news.wait()
            if self.failing is not None:
                return self.failing()
        return json(self.evening)

    def _state(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> None:
        assert (method, names) == ("PUT", [])
        state = read(body, WantedState).state
        self.done.append(f"state {state}")
        self.change(state=state)

    def _notices(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> None:
        assert (method, names) == ("POST", [])
        self.done.append(f"notice {read(body, Words).text}")

    def _questions(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> Struct:
        assert (method, names[1:]) == ("POST", ["answer"])
        answer = read(body, WantedAnswer)
        if names[0] in self.answered and not answer.again:
            return self.answered[names[0]]
        self.done.append(f"answer {names[0]} {answer.text}")
        self.change(questions=tuple(each for each in self.evening.questions if each.question_id != names[0]))
        return TakenAnswer(True)

    def _file(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> Struct:
        if (method, names) == ("GET", []):
            return CampaignSource("name: Weekend turnout\n")
        source = read(body, CampaignSource)
        if (method, names) == ("PUT", []):
            self.done.append(f"use {len(source.source)} over {source.over_version}")
        else:
            assert (method, names) == ("POST", ["check"])
        return self.checked

    def _lists(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> None:
        assert method == "PUT"
        self.done.append(f"list {names[0]} {msgspec.json.encode(read(body, ListRule)).decode()}")

    def _invitations(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> Struct | None:
        if (method, names) == ("GET", []):
            return OpenInvitations(tuple(self.invitations))
        if method == "DELETE":
            self.done.append(f"end link {names[0]}")
            self.invitations = [each for each in self.invitations if each.invitation_id != names[0]]
            return None
        assert (method, names) == ("POST", [])
        read(body, WantedInvitation)
        self.done.append(f"invite {body.decode()}")
        return InvitationLink(f"{URL}/join/#secret", NOW + timedelta(days=7))

    def _members(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> Struct | None:
        if (method, names) == ("GET", []):
            return Members(tuple(self.members))
        others = [each for each in self.members if each.caller_id != names[0]]
        member = next(each for each in self.members if each.caller_id == names[0])
        if (method, names[1:]) == ("POST", ["sign-out"]):
            self.done.append(f"sign out {names[0]}")
        elif method == "DELETE":
            self.done.append(f"remove {names[0]}")
            self.members = others
        else:
            assert (method, names[1:]) == ("PUT", [])
            rule = read(body, MemberRule)
            self.done.append(f"member {names[0]} {msgspec.json.encode(rule).decode()}")
            said = {name: value for name, value in msgspec.structs.asdict(rule).items() if value is not None}
            changed = msgspec.structs.replace(member, **said)
            self.members = sorted([*others, changed], key=lambda each: each.name)
        return None

    def _told(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> Struct:
        assert (method, names) == ("GET", [])
        return Told(TOLD)

    def _report(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> Struct:
        assert (method, names) == ("GET", [])
        days = {"": "All calls so far", "2026-11-21": "Calls of Sat Nov 21, 2026"}
        return ReportText(self.reported.format(days=days[wanted.get("day", "")]))

    def _voters(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> Struct:
        if (method, names) == ("POST", ["find"]):
            return FOUND if read(body, Sought).text.lower() in "pat" else FoundVoters(())
        if method == "GET":
            self.done += [f"export {names[0]}"] if wanted == {"exported": "true"} else []
            return HELD
        assert method == "DELETE"
        self.done.append(f"erase {names[0]}")
        return Erased(names[0], 3, self.still)

    def _do_not_call(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> Struct | None:
        if (method, names) == ("POST", ["find"]):
            listed = [each for each in self.numbers if read(body, Sought).text in each]
            found = tuple(SuppressedNumber(each, NOW, each in self.asked_for) for each in listed)
            return SuppressedNumbers(len(self.numbers), found)
        if (method, names) == ("POST", ["file"]):
            file = read(body, NumbersFile)
            assert "/" not in file.name
            lines = file.content.decode("latin-1").splitlines()[1:]
            numbers = tuple(each for each in lines if each[-1:].isdigit())
            new, refused = len(set(numbers) - set(self.numbers)), len(lines) - len(numbers)
            return ReadNumbers(("Phone",), numbers, new, refused, ("line 4: none",) if refused else ())
        if (method, names) == ("POST", ["take-off"]):
            self.numbers.remove(read(body, OneNumber).number)
            return None
        assert (method, names) == ("POST", [])
        wanted_ones = read(body, Numbers).numbers
        fine = [each for each in wanted_ones if each[-1].isdigit()]
        self.numbers += fine
        return TakenNumbers(len(fine), tuple(each for each in wanted_ones if each not in fine))

    def _keep_until(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> Struct | None:
        if method == "GET":
            return KeepUntil(self.kept)
        assert method == "PUT"
        self.kept = read(body, KeepUntil).day
        return None

    def _audit(self, method: str, names: list[str], wanted: Wanted, body: bytes) -> Struct:
        assert (method, names) == ("GET", [])
        entries = (
            AuditEntry(ago(20), "Robin Vance", "member", "c-1 supervisor", "Dana Whitfield"),
            AuditEntry(ago(30), "Robin Vance", "opened"),
            AuditEntry(ago(60), "", "imported", "3"),
        )
        return AuditLog(entries[2:], 0) if "before" in wanted else AuditLog(entries[:2], 7)


def read(body: bytes, shape: type[Shape]) -> Shape:
    return msgspec.json.decode(body, type=shape, strict=True)


def json(body: Struct) -> Answer:
    return Answer(200, "application/json", 0.0, msgspec.json.encode(body))


def problem(kind: str, detail: str = "") -> Answer:
    told = Problem(type=kind, title=kind, status=403, detail=detail)
    return Answer(403, "application/problem+json", 0.0, msgspec.json.encode(told))


def offline() -> Answer:
    raise Offline("Nothing answers at calls.example.org; check the address, or ask whether the server is running.")
