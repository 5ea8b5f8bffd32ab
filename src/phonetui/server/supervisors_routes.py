"""All routes for supervisors and owners, whose shapes are in `wire_supervisors`."""

from __future__ import annotations

from phonetui.server import (
    asking_in,
    audit_route,
    campaign_states,
    do_not_call,
    evening,
    keep_until,
    list_orders,
    live_file,
    membership,
    privacy_routes,
    report_route,
    supervisors_word,
    told_by_callers,
)

ROUTES = [
    *evening.ROUTES,
    *campaign_states.ROUTES,
    *supervisors_word.ROUTES,
    *live_file.ROUTES,
    *list_orders.ROUTES,
    *asking_in.ROUTES,
    *membership.ROUTES,
    *told_by_callers.ROUTES,
    *report_route.ROUTES,
    *privacy_routes.ROUTES,
    *do_not_call.ROUTES,
    *keep_until.ROUTES,
    *audit_route.ROUTES,
]
