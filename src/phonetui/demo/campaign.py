"""The sample campaign, with dates that fit the day on which it is tried."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources
from string import Template

from phonetui.core.campaign_template import election_after
from phonetui.core.translation import speaking
from phonetui.core.when import day


def sample(today: date) -> str:
    """The campaign file: calling goes on wherever the voter lives, and the election is some weeks ahead."""
    text = resources.files(__package__).joinpath("riverside.yaml").read_text(encoding="utf-8")
    election = election_after(today)
    return Template(text).substitute(
        starts=today - timedelta(days=7),
        election=election,
        saturday=today + timedelta(days=7 - (today.weekday() + 2) % 7),
        day_before=election - timedelta(days=1),
        fair=election - timedelta(weeks=2),
        election_en=_day_in("en", election),
        election_es=_day_in("es", election),
    )


def _day_in(language: str, on: date) -> str:
    with speaking(language):
        return day(on)
