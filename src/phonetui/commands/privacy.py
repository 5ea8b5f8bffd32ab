"""`phonetui server campaign pause|close|reopen|keep`, `voters find|show|erase`, `do-not-call` and `audit`."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from phonetui.client.audit_words import deed_words
from phonetui.commands.answer import Answer, counted
from phonetui.commands.asking import ask
from phonetui.commands.progress import Tell, progress
from phonetui.commands.server_place import place_of
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.server import audit as log
from phonetui.server import do_not_call_file
from phonetui.server.campaign_states import set_state
from phonetui.server.clock import utc_now
from phonetui.server.engine import forget_overwritten, reading_engine, sync_engine
from phonetui.server.erasing import erase as erase_voters
from phonetui.server.finding import find as find_voters
from phonetui.server.finding import wanted
from phonetui.server.held_records import held, voter_key
from phonetui.server.keep_until import set_keep_until
from phonetui.server.stored_campaign import known_campaign
from phonetui.server.suppressing import how_many_are_new, listed, take_off
from phonetui.wire import CampaignState
from phonetui.wire_supervisors import AuditEntry, AuditLog, FoundVoter

#: Numbers of a file that are named before they are added.
MOST_NAMED = 5

# -- campaigns ---------------------------------------------------------------------------------------------------------


def pause(arguments: Namespace) -> Answer:
    """Nobody is lent voters for now."""
    return _bring(arguments, "paused", "is paused: nobody is lent voters until `phonetui server campaign reopen`.")


def close(arguments: Namespace) -> Answer:
    """No more calls are made."""
    return _bring(arguments, "closed", "is closed. What laptops have not sent yet is still taken.")


def reopen(arguments: Namespace) -> Answer:
    """Calls are made again."""
    return _bring(arguments, "open", "is open: callers are lent voters.")


def _bring(arguments: Namespace, state: CampaignState, said: str) -> Answer:
    campaign_id = arguments.campaign
    with sync_engine(place_of(arguments).url).begin() as connection:
        changed = set_state(connection, campaign_id, state, log.AT_THE_CONSOLE, utc_now())
    return Answer(f"{campaign_id} {said}", {"campaign": campaign_id, "state": state, "changed": changed})


def keep(arguments: Namespace) -> Answer:
    """Until when a campaign's voters are kept."""
    campaign_id, day = arguments.campaign, arguments.day
    with sync_engine(place_of(arguments).url).begin() as connection:
        known_campaign(connection, campaign_id)
        set_keep_until(connection, campaign_id, day, log.AT_THE_CONSOLE, utc_now())
    said = f"until the end of {day:%B} {day.day}, {day.year}" if day else "until somebody erases them"
    after = " Then the server erases them by itself, once the campaign is closed or over." if day else ""
    return Answer(f"The voters of {campaign_id} are kept {said}.{after}", {"campaign": campaign_id, "day": day})


# -- voters ------------------------------------------------------------------------------------------------------------


def find(arguments: Namespace) -> Answer:
    """Voters by name, number, or the file's id."""
    url = place_of(arguments).url
    text = " ".join(arguments.text) or ask(tr("Name, number or id of the voter:"))
    wanted(text)
    with sync_engine(url).begin() as connection:
        known_campaign(connection, arguments.campaign)
        log.record(connection, arguments.campaign, log.AT_THE_CONSOLE, "searched", "", utc_now())
    with reading_engine(url).connect() as connection:
        found = find_voters(connection, arguments.campaign, text)
    lines = [_line(voter) for voter in found.voters] or [f"Nobody in {arguments.campaign} is found by that."]
    return Answer("\n".join([*lines, *(["There are more; say more of the name."] if found.more else [])]), found)


def _line(voter: FoundVoter) -> str:
    ended = f"; not called any more: {voter.ended}" if voter.ended else ""
    return f"{voter.voter_id}  {voter.name}  {', '.join(voter.numbers)}  ({voter.list_name}){ended}"


def show(arguments: Namespace) -> Answer:
    """All that is held of a voter."""
    voter_id = voter_key(arguments.voter)
    with sync_engine(place_of(arguments).url).begin() as connection:
        known_campaign(connection, arguments.campaign)
        shown = held(connection, arguments.campaign, voter_id)
        log.record(connection, arguments.campaign, log.AT_THE_CONSOLE, "shown", voter_id, utc_now())
    text = json.dumps(msgspec.to_builtins(shown), indent=2, ensure_ascii=False)
    if arguments.out is None:
        return Answer(text, shown)
    _write(arguments.out, text)
    return Answer(f"All that is held of voter {voter_id} is in {arguments.out}.", {"file": str(arguments.out)})


def _write(file: Path, text: str) -> None:
    """A new file that nobody else may read."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as writing:
            writing.write(f"{text}\n")
    except FileExistsError:
        raise Refused(f"{file} is there already; name a new file.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be written ({error.strerror}); name a file in a folder of yours.") from None


def erase(arguments: Namespace) -> Answer:
    """Erases a voter."""
    voter_id, place = voter_key(arguments.voter), place_of(arguments)
    with sync_engine(place.url).begin() as connection:
        known_campaign(connection, arguments.campaign)
        shown = held(connection, arguments.campaign, voter_id)
        if not arguments.yes:
            rows = counted(sum(map(len, shown.held.values())), "record")
            text = f"{rows} tell of {shown.name}. Nothing is erased yet; do it for good with --yes."
            return Answer(text, {"voter": voter_id, "erased": False})
        now, keys = utc_now(), place.keys()
        done = erase_voters(
            connection, arguments.campaign, [voter_id], now, erasing_key=keys.erasing, ticket_key=keys.ticket
        )
        log.record(connection, arguments.campaign, log.AT_THE_CONSOLE, "erased", voter_id, now)
    forget_overwritten(place.url)
    lines = [f"Voter {voter_id} is erased. What was counted stays.", *done.still]
    return Answer("\n".join(lines), {"voter": voter_id, "erased": True, "records": done.records, "still": done.still})


# -- the whole server --------------------------------------------------------------------------------------------------


def import_numbers(arguments: Namespace) -> Answer:
    """Adds a file's numbers to the do-not-call list; without `--yes` it says which."""
    url, file = place_of(arguments).url, arguments.file
    if not arguments.yes:
        return _preview(url, file)
    with sync_engine(url).connect() as connection, progress(sys.stderr, quiet=arguments.json) as tell:
        report = do_not_call_file.import_numbers(connection, file, utc_now(), progress=partial(_told, tell))
    lines = [
        f"{counted(report.rows_read, 'row')}: {counted(report.added, 'number')} newly suppressed on the whole server, "
        f"{report.refused:,} refused."
    ]
    if report.refused:
        lines.append(f"The refused rows are in {report.refused_file}, each with its line and the reason.")
    return Answer("\n".join(lines), report)


def _preview(url: str, file: Path) -> Answer:
    read = do_not_call_file.read_file(file)
    with reading_engine(url).connect() as connection:
        new = how_many_are_new(connection, read.numbers)
    columns = f"column{'s' if len(read.columns) > 1 else ''} {', '.join(read.columns)}"
    lines = [f"{file.name}, {columns}: {counted(len(read.numbers), 'number')}, {new:,} new to the list."]
    if read.numbers:
        lines.append(", ".join(read.numbers[:MOST_NAMED]) + (", …" if len(read.numbers) > MOST_NAMED else ""))
    if read.refused:
        lines.append(f"{counted(read.refused, 'row')} without one: {'; '.join(read.why)}.")
    lines.append("Nothing is added yet; add them with --yes.")
    facts = {"file": str(file), "columns": read.columns, "numbers": len(read.numbers), "new": new, "added": False}
    return Answer("\n".join(lines), {**facts, "refused": read.refused})


def remove_number(arguments: Namespace) -> Answer:
    """Takes a number off the do-not-call list that was imported or typed."""
    url = place_of(arguments).url
    written = ask(tr("Number to be called again:"))
    with sync_engine(url).begin() as connection:
        now = utc_now()
        number = take_off(connection, written, now)
        log.record(connection, log.WHOLE_SERVER, log.AT_THE_CONSOLE, "unsuppressed", 1, now)
    return Answer(
        f"{number} may be called again. Voters who were imported without it have it after the next import; those who "
        "were marked as not to be called stay out.",
        {"number": number, "removed": True},
    )


def _told(tell: Tell, rows: int) -> None:
    tell(counted(rows, "row"))


def list_numbers(arguments: Namespace) -> Answer:
    """The do-not-call list."""
    with reading_engine(place_of(arguments).url).connect() as connection:
        found = listed(connection, arguments.digits)
    lines = [f"{counted(found.count, 'number')} may not be called by anybody."]
    lines += [
        f"{each.number}  {each.at:%Y-%m-%d}  {'asked in a call' if each.by_call else 'from a file, or by hand'}"
        for each in found.numbers
    ]
    return Answer("\n".join(lines), found)


def audit(arguments: Namespace) -> Answer:
    """All that supervisors did, the newest first, by the campaign's clock."""
    with reading_engine(place_of(arguments).url).connect() as connection:
        zone = ZoneInfo(known_campaign(connection, arguments.campaign).campaign.zone)
        page = log.entries(connection, arguments.campaign)
        found = list(page.entries)
        while page.before:
            page = log.entries(connection, arguments.campaign, page.before)
            found += page.entries
    lines = [_entry(entry, zone) for entry in found] or ["Nothing was done yet."]
    return Answer("\n".join(lines), AuditLog(tuple(found), 0))


def _entry(entry: AuditEntry, zone: ZoneInfo) -> str:
    return f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M}  {entry.by or 'at the server'}  {deed_words(entry)}"
