"""What `phonetui server connect` says of pulls, pushes and how a connection stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from phonetui.commands.answer import counted
from phonetui.server.connections import Linked
from phonetui.server.pulling import PullReport
from phonetui.server.push_outbox import Pushing
from phonetui.server.push_status import Status

#: To these the running server keeps a line open, and nothing is pulled or pushed.
KEPT_OPEN = ("slack",)
#: Refused records that are shown; `--json` has all of them.
SHOWN = 20


def listed_text(found: Sequence[tuple[Linked, datetime | None]]) -> str:
    """The connections, a line each."""
    if not found:
        return "Nothing is connected. To begin: phonetui server connect NAME new SYSTEM"
    return "\n".join(
        f"{one.name}  {one.system}, campaign {one.campaign_id}; {_next(one.system, run)}."
        f"{f' {one.failing}' if one.failing else ''}"
        for one, run in found
    )


def pulled_text(name: str, report: PullReport) -> str:
    """What came of a pull."""
    lines = [
        f"{counted(report.came, 'voter')} came from {name}: {report.imported:,} new, {report.merged:,} known, "
        f"{report.do_not_call:,} not to be called, {report.refused:,} left out.",
        *(f"  {count:>9,}  {reason}" for reason, count in report.reasons.items()),
    ]
    if report.refused_file:
        lines.append(f"Who was left out, by their ids there: {report.refused_file}")
    lines += _counted("Not whole:", report.remarks)
    if report.withdrawn:
        lines.append(f"{counted(report.withdrawn, 'voter')} left the list there and will not be called.")
    return "\n".join(lines)


def pushed_text(name: str, done: Pushing) -> str:
    """What came of a push."""
    lines = [done.said] if done.said else []
    if not (done.pushed or done.refused or done.lost or done.waiting):
        lines.append(f"There is nothing to tell {name}. A result goes once it is ten minutes old.")
        return "\n".join(lines + _strangers(done.strangers))
    lines.append(f"{counted(done.pushed, 'result')} told to {name}; {done.waiting:,} still to tell.")
    if done.refused:
        lines.append(f"It refused {done.refused:,}; see: phonetui server connect {name} status")
    if done.lost:
        lines.append(f"It cannot be told {done.lost:,}; see: phonetui server connect {name} status")
    return "\n".join(lines + _strangers(done.strangers))


def status_text(found: Status) -> str:
    """How a connection stands."""
    lines = [f"{found.name}: {found.system}, campaign {found.campaign}; {_next(found.system, found.next_run)}."]
    if found.system in KEPT_OPEN:
        return "\n".join([*lines, *([f"The line failed: {found.said}"] if found.said else [])])
    lines += [f"The last run failed: {found.said}"] if found.said else []
    lines += [f"The last pull failed: {found.pull_said}"] if found.pull_said not in ("", found.said) else []
    runs = f"{_last('push', found.pushed_at)}, {_last('pull', found.pulled_at)}"
    lines.append(f"{counted(found.pushed, 'result')} told; {runs}.")
    if found.waiting:
        since = f", the oldest from {_when(found.waiting_since)}" if found.waiting_since else ""
        doubt = f", {found.in_doubt:,} of them perhaps told already" if found.in_doubt else ""
        lines.append(f"{found.waiting:,} waiting{since}{doubt}.")
    if found.young:
        lines.append(f"{found.young:,} saved since it last looked; each goes once it is ten minutes old.")
    if found.left_out:
        lines.append(f"{counted(found.left_out, 'voter')} left out by the last pull.")
    lines += _counted("Not whole:", found.remarks)
    lines += _counted("Told in part:", found.shortened)
    if found.in_part:
        again = f"phonetui server connect {found.name} push --again"
        lines.append(f"{found.in_part:,} of these can be told whole, once you have mended why: {again}")
    lines += _counted("Not told, since it cannot be:", found.lost)
    return "\n".join(lines + _strangers(found.strangers) + _refused(found))


def _refused(found: Status) -> list[str]:
    if not found.refused_count:
        return []
    shown = found.refused[:SHOWN]
    more = found.refused_count - len(shown)
    return [
        f"{found.refused_count:,} refused, by the voter's id there:",
        *(f"  {one.file_id or '(no id)'}  {one.disposition}  {one.said}" for one in shown),
        *([f"  and {more:,} more; --json shows them"] if more else []),
        f"Once you have mended why: phonetui server connect {found.name} push --again",
    ]


def _strangers(count: int) -> list[str]:
    if not count:
        return []
    return [
        f"{counted(count, 'result')} not told, for the voters did not come from there: each goes once a pull brings "
        "its voter by the same id, or, where your file had none, by the same name and number. If your voter files have "
        "that system's own ids, write `ids: theirs` in the connection's file."
    ]


def _counted(heading: str, sentences: Mapping[str, int]) -> list[str]:
    lines = [f"  {count:>9,}  {sentence}" for sentence, count in sorted(sentences.items())]
    return [heading, *lines] if lines else []


def _next(system: str, at: datetime | None) -> str:
    if system in KEPT_OPEN:
        return "the running server keeps the line open"
    return f"next run {_when(at)}" if at else "run by hand"


def _last(what: str, at: datetime | None) -> str:
    return f"last {what} {_when(at)}" if at else f"no {what} yet"


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
