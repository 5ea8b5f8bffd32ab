"""All routes for supervisors and owners, whose shapes are in `wire_supervisors`."""

from __future__ import annotations

from phonetui.server import campaign_states, evening, supervisors_word

ROUTES = [*evening.ROUTES, *campaign_states.ROUTES, *supervisors_word.ROUTES]
