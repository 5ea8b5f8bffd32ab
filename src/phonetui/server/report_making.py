"""Making a report of a campaign, whole or by one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from phonetui.core.campaign import Campaign
from phonetui.core.figures import figures, total
from phonetui.core.report import Report, Section
from phonetui.server.report import Period, count, made
from phonetui.server.report_answers import questions
from phonetui.server.report_hours import days, hours
from phonetui.server.report_script import script
from phonetui.server.report_sections import callers, results, voter_lists, zones
from phonetui.server.report_tables import Source, label
from phonetui.server.stored_campaign import known_campaign

#: In the order of a whole report.
SECTIONS: Mapping[str, Callable[[Source], Section]] = {
    "result": results,
    "day": days,
    "hour": hours,
    "caller": callers,
    "question": questions,
    "script": script,
    "list": voter_lists,
    "zone": zones,
}


def make_report(
    connection: Connection,
    campaign_id: str,
    *,
    now: datetime,
    by: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Report:
    """The report of calls from `since` to `until`, both days in the campaign's zone, `by` one of `SECTIONS` or all.

    Raises `Refused` for an unknown campaign.
    """
    campaign = known_campaign(connection, campaign_id).campaign
    counted = count(made(connection, campaign_id, _period(campaign, since, until)))
    whole = total(counted.groups["disposition"].values())
    source = Source(connection, campaign, counted)
    wanted = [by] if by else [*SECTIONS]
    return Report(
        campaign_id=campaign_id,
        name=label(campaign.name),
        organisation=label(campaign.organisation),
        zone=campaign.zone,
        made_at=now,
        since=since,
        until=until,
        total=figures(whole),
        sections=tuple(SECTIONS[each](source) for each in wanted) if whole.results else (),
        empty="" if whole.results else _nothing(campaign_id, of_days=bool(since or until)),
    )


def _nothing(campaign_id: str, *, of_days: bool) -> str:
    if of_days:
        return f"No calls of these days are recorded in the campaign {campaign_id}."
    return f"No calls are recorded in the campaign {campaign_id} yet."


def _period(campaign: Campaign, since: date | None, until: date | None) -> Period:
    """The first and the last day of the calendar bound nothing."""
    zone = ZoneInfo(campaign.zone)
    return Period(
        datetime.combine(since, time(), zone) if since and since != date.min else None,
        datetime.combine(until + timedelta(days=1), time(), zone) if until and until != date.max else None,
    )
