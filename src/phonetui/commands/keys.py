"""`phonetui keys`: every key, with the campaign's results and the user's own keys."""

from __future__ import annotations

import asyncio
import os
from argparse import Namespace
from typing import get_args

from phonetui.client.account import load_accounts
from phonetui.client.phone_keys import READ_OFF, line_actions
from phonetui.client.settings import load_settings
from phonetui.client.sign_in import Laptop, resume
from phonetui.commands.answer import Answer
from phonetui.commands.call_screen import this_laptop
from phonetui.commands.practice import known_campaign
from phonetui.core.actions import ACTIONS
from phonetui.core.campaign import Campaign
from phonetui.core.keymap import Keymap, keymap
from phonetui.core.keys import show_key
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import BY_ID as USUAL_RESULTS
from phonetui.core.translation import later, tr
from phonetui.dial.dialer import Cap

#: Columns for the keys, for what it is called, and for its name in the settings.
KEYS, LABEL, NAME = 22, 14, 17


def list_keys(arguments: Namespace) -> Answer:
    """The keys of the campaign that was called for last, and of what dials; without a campaign no results."""
    laptop = this_laptop()
    settings = load_settings(laptop.folders.settings_file, os.environ)
    campaign, why = _campaign(laptop)
    engine = settings.dialer
    keys = keymap(campaign, settings.all_keys, line_actions(engine, () if engine in READ_OFF else get_args(Cap)))
    results = ["", tr("Results"), *_result_lines(campaign, keys)] if campaign else []
    lines = [*_action_lines(keys), *results, "", tr(_HOW)]
    return Answer("\n".join([*lines, *(["", why] if why else [])]), _facts(campaign, keys))


_HOW = later("Change one by its name in the third column: phonetui settings set keys.undo k")


def _campaign(laptop: Laptop) -> tuple[Campaign | None, str]:
    """The campaign on this laptop; where there is none, or it cannot be read now, why its results are not shown."""
    account = next(iter(load_accounts(laptop.folders)), None)
    try:
        known = asyncio.run(resume(laptop, account)) if account else None
        campaign = asyncio.run(known_campaign(laptop, known)) if known else None
    except Refused as refused:
        return None, str(refused)
    return campaign, "" if campaign else tr(
        "A campaign's results have keys too; they are shown once its script is here."
    )


def _action_lines(keys: Keymap) -> list[str]:
    rows = [(_shown(keys, action.id), action) for action in ACTIONS]
    return [f"{shown:<{KEYS}}{each.label:<{LABEL}}{each.id:<{NAME}}{each.help}" for shown, each in rows if shown]


def _shown(keys: Keymap, action_id: str) -> str:
    its = [show_key(key) for key in keys.actions.get(action_id, ()) if key]
    return f"{its[0]} … {its[-1]}" if action_id == "answer" and len(its) > 3 else " ".join(its)


def _result_lines(campaign: Campaign, keys: Keymap) -> list[str]:
    rows = [(keys.results[each.id], campaign.words(each.label), each.id) for each in campaign.dispositions]
    return [
        f"{key:<{KEYS}}{label:<{LABEL}}{name if name in USUAL_RESULTS else ''}".rstrip() for key, label, name in rows
    ]


def _facts(campaign: Campaign | None, keys: Keymap) -> dict[str, dict[str, list[str]]]:
    """What a program makes of them: by action and by result, each with its keys."""
    actions = {name: [key for key in its if key] for name, its in keys.actions.items()}
    return {"actions": actions, "results": {name: [key] for name, key in keys.results.items()} if campaign else {}}
