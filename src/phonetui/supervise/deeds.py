"""What each key of the three pages does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from phonetui.client.audit_words import deed_words
from phonetui.client.evening_view import ROLES, look_words, zone_of
from phonetui.core.keys import show_key
from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.core.translation import later, tr, tr_n
from phonetui.core.when import clock, short_day
from phonetui.screen import clipboard
from phonetui.screen.line import BLANK, Line, Span, cells_of, pad, text_lines
from phonetui.supervise.actions import ACTIONS, PAGES
from phonetui.supervise.files import read_text, write_new
from phonetui.supervise.invitations_page import InvitationsPage
from phonetui.supervise.lists_page import ListsPage
from phonetui.supervise.numbers_page import NumbersPage
from phonetui.supervise.people_page import PeoplePage
from phonetui.supervise.questions_page import QuestionsPage
from phonetui.supervise.report_page import report
from phonetui.supervise.text_page import TextPage
from phonetui.supervise.voters_page import VotersPage
from phonetui.supervise.words import typed_day
from phonetui.wire import CampaignState, Role
from phonetui.wire_supervisors import (
    AuditEntry,
    CampaignSource,
    CheckedFile,
    KeepUntil,
    TalkedOfLater,
    WantedInvitation,
)

if TYPE_CHECKING:
    from phonetui.supervise.front_page import FrontPage

#: Callers of one invitation.
MOST_USES = 1000

#: What is asked before a campaign is brought into a state, the key that confirms it, and what is said afterwards.
_STATES: dict[CampaignState, tuple[str, str, str, str]] = {
    "open": (
        later("Open: voters are given out again."), "o", later("open it"), later("The campaign is open.")
    ),
    "paused": (
        later("Pause: no voters are given out; calls that go on are finished."),
        "p", later("pause it"), later("The campaign is paused."),
    ),
    "closed": (
        later("Close: nobody is called any more; what is unsent is still taken."),
        "c", later("close it"), later("The campaign is closed."),
    ),
}  # fmt: skip


# -- now ---------------------------------------------------------------------------------------------------------------


def look(page: FrontPage) -> None:
    """All that needs a look, in whole sentences."""

    def text(width: int) -> list[Line]:
        evening = page.desk.evening
        zone = zone_of(evening) if evening else None
        told = [f"! {look_words(each, page.desk.now, zone)}" for each in (evening.looks if evening else ())]
        return _paragraphs(told or [tr("All is well.")], width)

    page.open(TextPage(page.desk, tr("What needs a look"), text))


def refresh(page: FrontPage) -> None:
    """Ask the server now."""
    page.desk.try_now()
    page.say(tr("Trying now…"))


def show_help(page: FrontPage) -> None:
    """Every key."""
    label = max(cells_of(tr(action.label)) for action in ACTIONS) + 2

    def text(width: int) -> list[Line]:
        lines: list[Line] = []
        for name, (digit, title) in PAGES.items():
            lines += [BLANK] if lines else []
            lines.append((Span(digit, "accent"), Span(f"  {tr(title)}")))
            for action in ACTIONS:
                if action.page == name:
                    first, *others = text_lines(tr(action.help), width - label - 4, "quiet")
                    key = pad((Span(show_key(action.key), "accent"),), 4)
                    lines.append((*key, *pad((Span(tr(action.label)),), label), *first))
                    lines += [(Span(" " * (label + 4)), *other) for other in others]
        more = tr("Tab turns to the next page, Esc to the first; ↑↓ PgUp PgDn move in a list, Enter takes an entry.")
        return [*lines, BLANK, *text_lines(more, width, "quiet")]

    page.open(TextPage(page.desk, tr("Every key"), text, tells_keys=True))


# -- do ----------------------------------------------------------------------------------------------------------------


async def _notice(page: FrontPage) -> None:
    async def send(text: str) -> bool:
        await page.desk.server.notice(text)
        return True

    if await page.send_line(tr("To everybody who calls:"), send):
        page.say(tr("Sent; everybody who calls sees it now."))


def _toggle(page: FrontPage) -> None:
    is_open = page.desk.evening is None or page.desk.evening.state == "open"
    page.begin(lambda: _set_state(page, "paused" if is_open else "open"))


async def _set_state(page: FrontPage, state: CampaignState) -> None:
    about, key, label, done = _STATES[state]
    if await page.confirm(tr(about), key, tr(label)):
        await page.desk.server.set_state(state)
        page.say(tr(done))


async def _script(page: FrontPage) -> None:
    """A file is checked, then what it would change is read, then it is used."""
    name = await page.type_line(tr("The changed campaign file:"))
    if not name:
        return
    source = await read_text(name)

    def named(mistake: str) -> str:
        """The server calls the file `file`, whatever it is called here."""
        return re.sub("^file(?=:)", lambda _: Path(name).name, mistake)

    found = await page.desk.server.check(CampaignSource(source))
    mistakes, warnings = tuple(map(named, found.mistakes)), tuple(map(named, found.warnings))
    checked = msgspec.structs.replace(found, mistakes=mistakes, warnings=warnings)
    page.say("")

    async def use() -> None:
        told = await page.desk.server.use(CampaignSource(source, checked.version))
        if told.mistakes:
            raise Refused(named(told.mistakes[0]))
        reading.dismiss()
        page.say(tr("In use: callers move over between calls."))

    can_be_used = not checked.mistakes and checked.differences
    ways = [("y", tr("use it"), use)] if can_be_used else []
    reading = TextPage(page.desk, tr("What it changes"), lambda width: checked_lines(checked, width), ways)
    await page.lay(reading)


def checked_lines(checked: CheckedFile, width: int) -> list[Line]:
    """Mistakes first; else what the file changes, marked with + and -."""
    if checked.mistakes:
        told = tr_n(
            "{n} mistake; the file cannot be used:", "{n} mistakes; the file cannot be used:", len(checked.mistakes)
        )
        return _paragraphs([told, *(f"! {each}" for each in checked.mistakes)], width)
    lines = [line for each in checked.warnings for line in text_lines(f"! {each}", width, "alarm")]
    lines += [BLANK] if lines else []
    if not checked.differences:
        return [*lines, *text_lines(tr("The file is the one that is in use."), width)]
    for each in checked.differences:
        lines += text_lines(each, width, "text" if each[:1] in "+-" else "quiet")
    return lines


async def _source(page: FrontPage) -> None:
    name = await page.type_line(tr("Write the campaign's file to:"), "campaign.yaml")
    if name:
        source = await page.desk.server.source()
        page.say(tr("Written to {file}.", file=await write_new(name, source.source.encode())))


async def _invite(page: FrontPage) -> None:
    roles: list[tuple[str, Role]] = [("c", "caller"), ("s", "supervisor")]
    if page.desk.evening is not None and page.desk.evening.role == "owner":
        roles.append(("o", "owner"))
    others = [("e", tr("or end a link"))]
    key = await page.choose(tr("Invite a"), [*((key, tr(ROLES[role])) for key, role in roles), *others])
    if key is None:
        return
    if key == "e":
        await page.lay(InvitationsPage(page.desk, await page.desk.server.invitations()))
        return
    uses = await page.type_line(tr("How many may join with it:"), "1")
    if uses is None:
        return
    if not (uses.isascii() and uses.isdigit() and 1 <= int(uses) <= MOST_USES):
        raise Refused(tr("{text} is not a number from 1 to {most}.", text=uses, most=MOST_USES))
    invited = await page.desk.server.invite(WantedInvitation(dict(roles)[key], int(uses)))
    copied = await clipboard.copy(page.app, invited.link)
    ends = invited.expires_at.astimezone(_zone(page))
    until = tr("It can be used until {day}, {time}.", day=short_day(ends.date()), time=clock(ends))
    said = tr("It is copied: paste it into a mail.") if copied else tr("Select it with the mouse to copy it.")
    text = [tr("Whoever has this link can join:"), invited.link, f"{said} {until}"]
    await page.lay(TextPage(page.desk, tr("Invitation"), lambda width: _paragraphs(text, width)))


async def _told(page: FrontPage) -> None:
    told = await page.desk.server.told()
    zone = _zone(page)
    said = [line for each in told for line in (_told_words(each, zone), "")]
    said = said or [tr("Nobody has written anything yet.")]
    await page.lay(TextPage(page.desk, tr("Told by callers"), lambda width: _lines_of(said, width)))


def _told_words(told: TalkedOfLater, zone: tzinfo | None) -> str:
    at = told.at.astimezone(zone)
    of = tr("{voter}: {about}", voter=told.voter, about=told.about) if told.voter else told.about
    kind = tr("correction") if told.kind == "report" else tr("on the script")
    head = f"{short_day(at.date())} {clock(at)}  {told.caller}, {kind}"
    return f"{head} ({of}): {told.text}" if of else f"{head}: {told.text}"


# -- privacy -----------------------------------------------------------------------------------------------------------


async def _find(page: FrontPage) -> None:
    text = await page.type_line(tr("Name, number or id of the voter:"))
    if text:
        found = await page.desk.server.find(text)
        if not found.voters:
            raise Refused(tr("No voter of this campaign has “{text}” for a name, a number or an id.", text=text))
        await page.lay(VotersPage(page.desk, found))


async def _numbers(page: FrontPage) -> None:
    await page.lay(NumbersPage(page.desk, await page.desk.server.suppressed()))


async def _keep(page: FrontPage) -> None:
    kept = (await page.desk.server.keep_until()).day
    asked = tr("Keep voters until (such as 2026-12-31; nothing: until erased by hand):")
    text = await page.type_line(asked, kept.isoformat() if kept else "")
    if text is None:
        return
    day = typed_day(text)
    await page.desk.server.set_keep_until(KeepUntil(day))
    page.say(
        tr("The voters are kept until {day}.", day=short_day(day))
        if day
        else tr("The voters are kept until erased by hand.")
    )


async def _audit(page: FrontPage) -> None:
    log = await page.desk.server.audit()
    entries, before, zone = list(log.entries), log.before, _zone(page)

    async def older() -> None:
        nonlocal before
        if not before:
            reading.say(tr("That is all."))
            return
        more = await page.desk.server.audit(before)
        entries.extend(more.entries)
        before = more.before
        reading.say(tr_n("{n} more entry below.", "{n} more entries below.", len(more.entries)))

    def text(width: int) -> list[Line]:
        return _lines_of([_audit_words(each, zone) for each in entries] or [tr("Nothing yet.")], width)

    reading = TextPage(page.desk, tr("Audit log"), text, [("o", tr("older"), older)] if before else [])
    await page.lay(reading)


def _audit_words(entry: AuditEntry, zone: tzinfo | None) -> str:
    at = entry.at.astimezone(zone)
    by = entry.by or tr("the server's console")
    return "  ".join([f"{short_day(at.date())} {clock(at)}", by, deed_words(entry)])


# ----------------------------------------------------------------------------------------------------------------------


def _zone(page: FrontPage) -> tzinfo | None:
    """The campaign's, in which the whole evening is told."""
    return zone_of(page.desk.evening) if page.desk.evening else None


def _paragraphs(told: list[str], width: int) -> list[Line]:
    return [line for each in told for line in (*text_lines(each, width), BLANK)]


def _lines_of(told: list[str], width: int) -> list[Line]:
    return [line for each in told for line in text_lines(clean(each, 2000), width)]


DEEDS: dict[str, Callable[[FrontPage], None]] = {
    "look": look,
    "chart": lambda page: page.next_chart(),
    "refresh": refresh,
    "answer": lambda page: page.open(QuestionsPage(page.desk)),
    "notice": lambda page: page.begin(lambda: _notice(page)),
    "pause": _toggle,
    "close": lambda page: page.begin(lambda: _set_state(page, "closed")),
    "script": lambda page: page.begin(lambda: _script(page)),
    "source": lambda page: page.begin(lambda: _source(page)),
    "lists": lambda page: page.open(ListsPage(page.desk)),
    "people": lambda page: page.open(PeoplePage(page.desk)),
    "invite": lambda page: page.begin(lambda: _invite(page)),
    "told": lambda page: page.begin(lambda: _told(page)),
    "report": lambda page: page.begin(lambda: report(page)),
    "find": lambda page: page.begin(lambda: _find(page)),
    "numbers": lambda page: page.begin(lambda: _numbers(page)),
    "keep": lambda page: page.begin(lambda: _keep(page)),
    "audit": lambda page: page.begin(lambda: _audit(page)),
    "help": show_help,
    "quit": lambda page: page.leave(),
}
