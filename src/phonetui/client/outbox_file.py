"""An outbox in a file: what the campaign does not have yet, to be carried there without a network.

The file holds what was recorded of each call, readable to whoever has it; a voter is in it as a number that only the
campaign server can resolve. The tickets in it are what keeps anybody from making one up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from phonetui.client.account import Account
from phonetui.client.journal_records import Entry, Rejected
from phonetui.client.private_files import new_file
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr
from phonetui.wire_outbox import OutboxEnd, OutboxHead, OutboxLine

#: Of a desk without an account; no campaign server takes what it exports.
NOBODYS = OutboxHead(server="", caller_id="", device_id="")
NOTHING = later("The campaign has everything; there is nothing to export.")


class _OfCampaign(Struct):
    campaign_id: str


_read_campaign = msgspec.json.Decoder(_OfCampaign).decode


def head_of(account: Account) -> OutboxHead:
    """Whose events they are."""
    return OutboxHead(server=account.server_url, caller_id=account.caller_id, device_id=account.device_id)


def write_outbox(file: Path, head: OutboxHead, unsent: Sequence[Entry], rejected: Sequence[Rejected]) -> None:
    """Write a new file, 0600; everything stays in the journal.

    Raises `Refused` where there is nothing to write, and where it cannot be written.
    """
    if not (unsent or rejected):
        raise Refused(tr(NOTHING))
    try:
        with new_file(file) as out:
            for line in _lines(head, unsent, rejected):
                out.write(line)
    except FileExistsError:
        raise Refused(
            tr("There is a file {file} already, and it was left as it is; name a new one.", file=file)
        ) from None
    except OSError as error:
        raise Refused(
            tr(
                "The file {file} cannot be written ({reason}); name a new file in a folder of yours, "
                "or make some room.",
                file=file,
                reason=error.strerror,
            )
        ) from None


def campaign_of(entry: Entry) -> str:
    """The campaign that an event says it belongs to."""
    return _read_campaign(entry.body).campaign_id


def _lines(head: OutboxHead, unsent: Sequence[Entry], rejected: Sequence[Rejected]) -> Iterator[bytes]:
    seen = hashlib.sha256()
    reasons = {each.entry.id: each.reason.text for each in rejected}
    entries = (*unsent, *(each.entry for each in rejected))
    events = (OutboxLine(campaign_of(entry), Raw(entry.body), reasons.get(entry.id, "")) for entry in entries)
    for line in (head, *events):
        written = msgspec.json.encode(line) + b"\n"
        seen.update(written)
        yield written
    yield msgspec.json.encode(OutboxEnd(len(entries), seen.hexdigest())) + b"\n"
