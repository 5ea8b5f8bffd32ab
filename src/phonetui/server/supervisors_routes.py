"""All routes for supervisors and owners, whose shapes are in `wire_supervisors`."""

from __future__ import annotations

from phonetui.server import asking_in, campaign_states, evening, list_orders, live_file, supervisors_word

ROUTES = [
    *evening.ROUTES,
    *campaign_states.ROUTES,
    *supervisors_word.ROUTES,
    *live_file.ROUTES,
    *list_orders.ROUTES,
    *asking_in.ROUTES,
]
