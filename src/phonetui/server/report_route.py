"""The report for supervisors, who have no shell on the server's machine."""

from __future__ import annotations

from datetime import date

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.engine import Database
from phonetui.server.report_making import make_report
from phonetui.server.report_text import as_text
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, Office
from phonetui.wire_supervisors import ReportText


@get(f"{OF_CAMPAIGN}/report", security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS, "bad-request"))
async def see_report(
    campaign_id: FromPath[str],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
    database: NamedDependency[Database],
    day: FromQuery[date | None] = None,
) -> ReportText:
    """Says what came of a day's calls, or of all so far."""
    now = await office.read(caller, campaign_id, lambda at: at.now)
    async with office.one_search:
        return ReportText(
            await database.look(lambda it: as_text(make_report(it, campaign_id, now=now, since=day, until=day)))
        )


ROUTES = [see_report]
