"""What supervisors did, in words: the log holds ids, counts and states alone."""

from __future__ import annotations

from collections.abc import Mapping

from phonetui.core.translation import later, tr
from phonetui.wire_supervisors import AuditEntry

#: By the log's action; `{of}` is what it was done to, `{whom}` the member by name, or the list by number.
_DEEDS: Mapping[str, str] = {
    "opened": later("opened the campaign"),
    "paused": later("paused the campaign"),
    "closed": later("closed the campaign"),
    "file": later("took version {of} of the file into use"),
    "list": later("changed list {whom}: {of}"),
    "invited": later("invited: {of}"),
    "invitation-ended": later("ended an invitation: {of}"),
    "member": later("changed {whom}: {of}"),
    "signed-out": later("signed {whom} out everywhere"),
    "removed": later("removed {whom}"),
    "noticed": later("told all callers something"),
    "answered": later("answered a question ({of})"),
    "searched": later("looked for a voter"),
    "shown": later("read all that is held of voter {of}"),
    "exported": later("exported all that is held of voter {of}"),
    "erased": later("erased voter {of}"),
    "erased-all": later("erased every voter: {of}"),
    "erased-words": later("emptied what was written down: {of}"),
    "suppressed": later("put numbers on the do-not-call list: {of}"),
    "unsuppressed": later("took numbers off the do-not-call list: {of}"),
    "keep-until": later("voters are kept until: {of}"),
    "imported": later("took a voter file in: {of}"),
    "import-undone": later("took an import back: {of}"),
    "marked": later("marked voters: {of}"),
    "connected": later("connected {of}"),
    "disconnected": later("disconnected {of}"),
    "pulled": later("pulled from {of}"),
    "pushed": later("pushed to {of}"),
}

#: What is changed of a list or a member, by the log's word; `{n}` is what it is now, or how many there are now.
_CHANGES: Mapping[str, str] = {
    "paused": later("it rests"),
    "called": later("it is called"),
    "priority": later("priority {n}"),
    "languages": later("languages, {n} now"),
    "tags": later("tags, {n} now"),
}


def deed_words(entry: AuditEntry) -> str:
    """`removed Dana Whitfield`; the log's own words where there are none of ours."""
    words = _DEEDS.get(entry.action)
    if words is None:
        return f"{entry.action} {entry.subject}".rstrip()
    whom, _, rest = entry.subject.partition(" ")
    if "{whom}" in words:
        what, _, n = rest.partition(" ")
        return tr(words, whom=entry.whom or whom, of=tr(_CHANGES[what], n=n) if what in _CHANGES else rest)
    return tr(words, of=entry.subject or "–")
