"""The report of an evening: read, and written to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonetui.client.evening_view import today_there
from phonetui.core.translation import tr
from phonetui.screen.line import Line, Span
from phonetui.supervise.files import write_new
from phonetui.supervise.text_page import TextPage
from phonetui.supervise.words import typed_day

if TYPE_CHECKING:
    from phonetui.supervise.front_page import FrontPage


async def report(page: FrontPage) -> None:
    """Of the day that is typed, today's where nothing else is."""
    today = today_there(page.desk.evening, page.desk.now)
    asked = tr("Report of which day (such as 2026-12-31; nothing: of all days):")
    typed = await page.type_line(asked, today.isoformat())
    if typed is None:
        return
    day = typed_day(typed)
    text = await page.desk.server.report(day)
    reading = TextPage(page.desk, tr("Report"), lambda width: report_lines(text, width))

    async def export() -> None:
        name = await reading.type_line(tr("Write it to:"), f"report-{day}.txt" if day else "report.txt")
        if name:
            reading.say(tr("Written to {file}.", file=await write_new(name, f"{text}\n".encode())))

    reading.ways = [("e", tr("export"), export)]
    await page.lay(reading)


def report_lines(text: str, width: int) -> list[Line]:
    """The text as it was laid out; in a narrow window each of its lines goes on in the next."""
    wide = max(width, 1)
    return [
        (Span(line[start : start + wide]),) for line in text.splitlines() for start in range(0, max(len(line), 1), wide)
    ]
