"""The file that a connection begins with."""

from __future__ import annotations

from phonetui.core.campaign import Campaign
from phonetui.server.connection_file import answers_of
from phonetui.server.connectors.system import system

_HEAD = """\
# The connection {name}: {title}. Everything after a # is a remark.
# Take it into use with: phonetui server connect {name} add {file}

system: {system}
campaign: {campaign}
"""
_RUNS = """
# The server pulls and pushes by itself every so many minutes; without it, only what you type is done.
# every: 15

# Results of earlier days are not told; without it, all are.
# from: {starts}
"""
_MAPPING = """
# What a result is called there, where it is not what phonetui takes it for; `check` says what is missing.
# dispositions:
{dispositions}
"""
_ANSWERS = """
# What an answer is called there.
# answers:
{answers}
"""


def template(name: str, system_name: str, file: str, campaign: Campaign | None) -> str:
    """A commented connection file; raises `Refused` for a system that is not known."""
    its = system(system_name)
    known = campaign.campaign_id if campaign else "CAMPAIGN"
    starts = campaign.starts if campaign else "2026-10-20"
    parts = [_HEAD.format(name=name, title=its.title, file=file, system=system_name, campaign=known)]
    if not its.kept_open:
        parts.append(_RUNS.format(starts=starts))
    parts += ["", its.template.strip("\n"), ""]
    if campaign and not its.kept_open:
        parts.append(_MAPPING.format(dispositions="\n".join(f"#   {one.id}:" for one in campaign.dispositions)))
        if asked := answers_of(campaign):
            parts.append(_ANSWERS.format(answers="\n".join(_remarks(asked))))
    return "\n".join(parts).replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


def _remarks(asked: dict[str, tuple[str, ...]]) -> list[str]:
    lines: list[str] = []
    for question_id, answers in asked.items():
        lines += [f"#   {question_id}:", *(f"#     {answer}:" for answer in answers)]
    return lines
