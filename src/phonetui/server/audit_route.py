"""The audit log, for supervisors to read."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.audit import entries
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, Deed, Office
from phonetui.wire_supervisors import AuditLog

_HIGHEST = 2**31 - 1


@get(f"{OF_CAMPAIGN}/audit", security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS, "bad-request"))
async def get_audit(
    campaign_id: FromPath[str],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
    before: FromQuery[int] = 0,
) -> AuditLog:
    """Lists what supervisors did, the newest first; `before` goes on with older ones."""

    def look(at: Deed) -> AuditLog:
        return entries(at.connection, at.campaign_id, max(0, min(before, _HIGHEST)))

    return await office.read(caller, campaign_id, look)


ROUTES = [get_audit]
