"""The lines that every page has: title, what was done last, the connection and the keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from phonetui.client.evening_view import state_words
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.keys import show_key
from phonetui.core.translation import tr
from phonetui.core.when import clock
from phonetui.screen.line import BETWEEN, BLANK, Line, Span, fit, join, spread, text_lines, width
from phonetui.supervise.actions import PAGES, PageName
from phonetui.wire import CampaignState

#: A mark beside the word, since no colour says anything alone.
_MARKS: dict[CampaignState, str] = {"open": "▸", "paused": "‖", "closed": "■"}


def title_line(desk: SupervisorsDesk, page: PageName | None, title: str, across: int) -> Line:
    """Whose evening it is and whether it is open; at the right the pages, or the title of another."""
    evening = desk.evening
    right: Line = (Span(title),) if page is None else _tabs(page)
    if evening is None:
        return spread((Span("phonetui", "quiet"),), right, across)
    state = f"{_MARKS[evening.state]} {state_words(evening)}"
    rest = across - width(right) - len(BETWEEN) - width((Span(state),)) - 2
    names = fit(f"{evening.organisation}{BETWEEN}{evening.name}", rest)
    if rest < 12:
        return spread((Span(state, "text" if evening.state == "open" else "alarm"),), right, across)
    left = (Span(f"{names}{BETWEEN}", "quiet"), Span(state, "quiet" if evening.state == "open" else "alarm"))
    return spread(left, right, across)


def _tabs(page: PageName) -> Line:
    """The page in view is marked, beside its colour."""
    tabs: list[Line] = []
    for name, (key, label) in PAGES.items():
        here = name == page
        mark = "▸" if here else ""
        tabs.append((Span(f"{mark}{key}", "accent", key), Span(f" {tr(label)}", "text" if here else "quiet", key)))
    return join(tabs, "  ")


def said_lines(desk: SupervisorsDesk, said: str, *, alarm: bool, across: int) -> list[Line]:
    """What was done last; else why the server does not answer."""
    if said:
        return text_lines(f"! {said}" if alarm else said, across, "alarm" if alarm else "text")
    return text_lines(desk.line.why, across, "quiet") if desk.line.why and not desk.line.is_up else []


def status_line(desk: SupervisorsDesk, keys: Sequence[tuple[str, str]], across: int) -> Line:
    """The connection, and as many of the keys as there is room for, the last one always."""
    left = _connection(desk)
    hints = [key_hint(key, label) for key, label in keys]
    while len(hints) > 1 and width(left) + 2 + width(join(hints, "  ")) > across:
        del hints[-2]
    return spread(left, join(hints, "  "), across)


def key_hint(key: str, label: str) -> Line:
    """`n notice`; clicking it is pressing the key."""
    return (Span(show_key(key), "accent", key), Span(f" {label}", "quiet", key))


def _connection(desk: SupervisorsDesk) -> Line:
    line = desk.line
    if line.is_up:
        return (Span(tr("● online"), "quiet"),)
    if line.state == "connecting":
        return (Span(tr("◌ connecting"), "quiet"),)
    since = tr("○ offline since {time}", time=clock(line.since.astimezone())) if line.since else tr("○ offline")
    wait = tr("trying now")
    if line.next_try is not None:
        wait = tr(
            "next try in {wait}", wait=tr("{n} s", n=max(1, -(-(line.next_try - desk.now) // timedelta(seconds=1))))
        )
    return (Span(since, "alarm"), Span(BETWEEN, "quiet"), Span(wait, "quiet"))


def too_small_lines(across: int, columns: int, rows: int, most: tuple[int, int]) -> list[Line]:
    """In a window without room."""
    told = tr(
        "This window has {columns} columns and {rows} rows; make it {most} by {least} or larger.",
        columns=columns,
        rows=rows,
        most=most[0],
        least=most[1],
    )
    return [BLANK, *text_lines(told, across)]
