"""The campaign file to start from, with dates that lie ahead."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources
from string import Template

from phonetui.core.translation import ENGLISH, speaking
from phonetui.core.when import day

_TUESDAY = 1


def template(today: date) -> str:
    """A commented campaign file that has no mistakes: calling from today to an election some weeks ahead."""
    text = resources.files(__package__).joinpath("campaign_template.yaml").read_text(encoding="utf-8")
    election = election_after(today)
    with speaking(ENGLISH):
        return Template(text).substitute(starts=today, ends=election, election=day(election))


def election_after(today: date) -> date:
    """A Tuesday between three and four weeks from today."""
    ahead = today + timedelta(weeks=3)
    return ahead + timedelta(days=(_TUESDAY - ahead.weekday()) % 7)
