"""Changing a campaign's file while it is called: checked first, the difference shown, taken over between calls."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Iterator
from functools import partial

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy import select

from phonetui.core.campaign import Campaign
from phonetui.core.campaign_file import CampaignFileError, Checked, read
from phonetui.core.refusal import Refused
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.stored_campaign import store_campaign
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, WITH_BODY, Deed, Office
from phonetui.server.tables import campaigns
from phonetui.wire_supervisors import CampaignSource, CheckedFile

#: Lines that are shown around each difference.
AROUND = 2
#: Characters of a file: a long script has a tenth of it.
LONGEST_FILE = 400_000
#: What a mistake calls the file: the supervisor's terminal knows its name.
_NAME = "file"


def source_of(at: Deed) -> CampaignSource:
    """The file in use."""
    this = select(campaigns.c.source, campaigns.c.version).where(campaigns.c.campaign_id == at.campaign_id)
    row = at.connection.execute(this).one()
    return CampaignSource(row.source, row.version)


def _read(source: str, campaign_id: str) -> Checked:
    """Raises `CampaignFileError` with every mistake, and `Refused` for a file of another campaign."""
    if len(source) > LONGEST_FILE:
        raise Refused(f"The file has {len(source):,} characters; at most {LONGEST_FILE:,} can be read.")
    checked = read(source, _NAME)
    if checked.campaign.campaign_id != campaign_id:
        raise Refused(f"The file is of the campaign {checked.campaign.campaign_id}, not of {campaign_id}.")
    return checked


def _check(source: str, now_in_use: CampaignSource, campaign_id: str) -> tuple[CheckedFile, Campaign | None]:
    """What the file would change, and the campaign that it describes; none where it has mistakes."""
    differences = tuple(_differences(now_in_use.source, source)) if len(source) <= LONGEST_FILE else ()
    found = CheckedFile(version=now_in_use.over_version, differences=differences)
    try:
        checked = _read(source, campaign_id)
    except CampaignFileError as error:
        return msgspec.structs.replace(found, mistakes=tuple(map(str, error.mistakes))), None
    except Refused as refused:
        return msgspec.structs.replace(found, mistakes=(str(refused),)), None
    return msgspec.structs.replace(found, warnings=tuple(map(str, checked.warnings))), checked.campaign


def _differences(before: str, after: str) -> Iterator[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=AROUND, lineterm="")
    for place, line in enumerate(lines):
        if place >= 2 and not line.startswith("@@"):  # the first two name the files
            yield line


def _take(at: Deed, campaign: Campaign, data: CampaignSource) -> int:
    """The new version; raises `Refused` where somebody else was first."""
    connection, campaign_id = at.connection, at.campaign_id
    this = select(campaigns.c.version).where(campaigns.c.campaign_id == campaign_id).with_for_update()
    version = connection.execute(this).scalar_one()
    if version != data.over_version:
        raise Refused(
            f"Somebody else has changed the file meanwhile: it is at version {version}. Check yours against that one."
        )
    taken = store_campaign(connection, campaign, data.source, at.now)
    at.record("file", taken)
    return taken


# -- routes ------------------------------------------------------------------------------------------------------------


@get(f"{OF_CAMPAIGN}/file", security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS))
async def get_file(
    campaign_id: FromPath[str], caller: NamedDependency[Caller], office: NamedDependency[Office]
) -> CampaignSource:
    """Gives the campaign's file as it is in use."""
    return await office.read(caller, campaign_id, source_of)


@post(f"{OF_CAMPAIGN}/file/check", status_code=200, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def check_file(
    campaign_id: FromPath[str],
    data: JSONBody[CampaignSource],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> CheckedFile:
    """Says what mistakes a file has, and what it would change."""
    now_in_use = await office.read(caller, campaign_id, source_of)
    return (await asyncio.to_thread(_check, data.source, now_in_use, campaign_id))[0]


@put(f"{OF_CAMPAIGN}/file", security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def put_file(
    campaign_id: FromPath[str],
    data: JSONBody[CampaignSource],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> CheckedFile:
    """Takes a file into use, unless it has mistakes; callers move over between two calls."""
    now_in_use = await office.read(caller, campaign_id, source_of)
    checked, campaign = await asyncio.to_thread(_check, data.source, now_in_use, campaign_id)
    if campaign is None:
        return checked
    version = await office.do(caller, campaign_id, partial(_take, campaign=campaign, data=data))
    return msgspec.structs.replace(checked, version=version)


ROUTES = [get_file, check_file, put_file]
