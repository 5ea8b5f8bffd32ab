"""The campaigns of an account that are on this laptop, as their journals hold them."""

from __future__ import annotations

from pathlib import Path

from phonetui.client.account import Account, journals
from phonetui.client.folders import Folders
from phonetui.client.journal_peek import read_campaign
from phonetui.client.journal_refusals import JournalRefused
from phonetui.core.campaign import Campaign


def kept_campaigns(folders: Folders, account: Account, key: bytes, open_here: Path) -> tuple[Campaign, ...]:
    """Those of every journal but `open_here`, by name, without what cannot be read now.

    `open_here` is a journal that this process has open: were it touched, its locks would be lost.
    """
    paths = (path for path in journals(folders, account.server_url, account.caller_id) if path != open_here)
    found = (campaign for path in paths if (campaign := _campaign(path, key)))
    return tuple(sorted(found, key=lambda each: each.name))


def _campaign(path: Path, key: bytes) -> Campaign | None:
    try:
        return read_campaign(path, key)
    except JournalRefused:  # whoever opens it is told why
        return None
