"""A connection's file: every mistake with its file, line and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from phonetui.core.campaign import Answer, Campaign, Question, Step
from phonetui.core.refusal import Refused
from phonetui.server import connection_file
from phonetui.server.connection_file import leads_nowhere
from phonetui.server.connection_template import template
from tests.server.connectors.small import FILE, Small, install

from .phone_bank import TURNOUT

PLAN = Question("plan", {"en": "Will you vote?"}, (Answer("yes", {"en": "Yes"}), Answer("no", {"en": "No"})))
CAMPAIGN = msgspec.structs.replace(TURNOUT, steps=(Step("hello", question=PLAN), Step("bye", ends=True)))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a system `small`."""
    install(monkeypatch, Small())


def find(campaign_id: str) -> Campaign | None:
    return CAMPAIGN if campaign_id == "turnout" else None


def mistakes(text: str) -> list[str]:
    """What is said of the file."""
    with pytest.raises(Refused) as refused:
        connection_file.read(text, "small.yaml", find)
    return str(refused.value).splitlines()


def test_a_whole_file() -> None:
    mapped = "dispositions: {talked: Voicemail, busy: Engaged}\nanswers: {plan: {yes: Voted}}\n"
    text = f"{FILE}every: 15\nfrom: 2026-10-20\n{mapped}"
    file = connection_file.read(text, "small.yaml", find)
    assert (file.system_name, file.campaign_id, file.every, file.since) == ("small", "turnout", 15, date(2026, 10, 20))
    assert file.dispositions == {"talked": "Voicemail", "busy": "Engaged"}
    assert file.answers == {"plan": {"yes": "Voted"}}
    assert msgspec.structs.asdict(file.settings) == {"list_name": "everybody"}


def test_what_may_be_left_out() -> None:
    file = connection_file.read(FILE, "small.yaml", find)
    assert (file.every, file.since, file.dispositions, file.answers) == (0, date.min, {}, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["small.yaml:1: the file is empty; it begins with a line such as `system: van`"]),
        (
            "campaign: turnout\n",
            ["small.yaml:1: system: `system` is missing; add it, such as `system: van`"],
        ),
        ("system: smal\n", ["small.yaml:1: system: there is no system `smal`; did you mean `small`?"]),
        (
            "system: small\n",
            [
                "small.yaml:1: campaign: `campaign` is missing; add it, such as `campaign: weekend-turnout`",
                "small.yaml:1: list: `list` is missing; add it, such as `list: everybody`",
            ],
        ),
        (
            FILE.replace("turnout", "turnut"),
            [
                "small.yaml:2: campaign: there is no campaign `turnut`; `phonetui server campaign list` shows what "
                "there is"
            ],
        ),
        (f"{FILE}lists: a\n", ["small.yaml:4: lists: `lists` is not a key here; did you mean `list`?"]),
        (f"{FILE}every: 0\n", ["small.yaml:4: every: expected a whole number from 1, such as 15; found `0`"]),
        (
            f"{FILE}every: 99999999999999\n",
            ["small.yaml:4: every: expected minutes, 10,080 at most, such as 15; found `99999999999999`"],
        ),
        (f"{FILE}ids: ours\n", ["small.yaml:4: ids: expected `theirs`, or no such key, such as theirs; found `ours`"]),
        (
            f"{FILE}from: monday\n",
            ["small.yaml:4: from: expected a date, year first, such as 2026-10-20; found `monday`"],
        ),
        (
            f"{FILE}dispositions:\n  bussy: Busy\n",
            ["small.yaml:5: dispositions.bussy: `bussy` is not a key here; did you mean `busy`?"],
        ),
        (
            f"{FILE}answers:\n  plan:\n    yess: Voted\n  plans: {{}}\n",
            [
                "small.yaml:6: answers.plan.yess: `yess` is not a key here; did you mean `yes`?",
                "small.yaml:7: answers.plans: `plans` is not a key here; did you mean `plan`?",
            ],
        ),
    ],
)
def test_mistakes(text: str, said: list[str]) -> None:
    assert mistakes(text) == said


def test_nothing_is_pulled_or_pushed_where_the_server_keeps_a_line_open() -> None:
    slack = "system: slack\ncampaign: turnout\nchannel: C0123456789\n"
    assert connection_file.read(slack, "office.yaml", find).every == 0
    assert mistakes(f"{slack}every: 15\nids: theirs\n") == [
        "small.yaml:4: every: nothing is pulled from Slack or pushed to it; take `every` out",
        "small.yaml:5: ids: nothing is pulled from Slack or pushed to it; take `ids` out",
    ]
    assert template("office", "slack", "office.yaml", CAMPAIGN) == (
        "# The connection office: Slack. Everything after a # is a remark.\n"
        "# Take it into use with: phonetui server connect office add office.yaml\n"
        "\n"
        "system: slack\n"
        "campaign: turnout\n"
        "\n"
        "# Where questions, the day's summary and alarms go: the channel's id, at the end of its details.\n"
        "channel: C0123456789\n"
        "# Each message in this channel is a notice to everybody who calls. Without it no notice comes from Slack.\n"
        "# notices: C0987654321\n"
    )


def test_a_file_whose_campaign_has_changed_is_still_read_and_says_what_leads_nowhere() -> None:
    file = connection_file.read(
        f"{FILE}dispositions: {{away: Not Home}}\nanswers: {{plan: {{maybe: Perhaps}}, sign: {{yes: Yard}}}}\n",
        "s.yaml",
    )
    assert leads_nowhere(file, CAMPAIGN) == [
        "The campaign has no `dispositions.away` any more; take it out of the connection's file.",
        "The campaign has no `answers.plan.maybe` any more; take it out of the connection's file.",
        "The campaign has no `answers.sign` any more; take it out of the connection's file.",
    ]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    with pytest.raises(Refused) as refused:
        connection_file.read_file(file)
    assert (
        str(refused.value)
        == f"The file {file} cannot be read (No such file or directory); name a file that may be read."
    )
    file.write_bytes(b"system: \xff")
    with pytest.raises(Refused) as refused:
        connection_file.read_file(file)
    assert str(refused.value) == f"The file {file} is not UTF-8 text; save it as UTF-8."


def test_the_file_to_begin_with_has_no_mistakes() -> None:
    text = template("there", "small", "there.yaml", CAMPAIGN)
    assert connection_file.read(text, "there.yaml", find).campaign_id == "turnout"
    unremarked = text.replace("# every", "every").replace("# from", "from").replace("# dispositions:", "dispositions:")
    unremarked = unremarked.replace("#   busy:", "  busy: Engaged")
    file = connection_file.read(unremarked, "there.yaml", find)
    assert (file.every, file.since, file.dispositions) == (15, TURNOUT.starts, {"busy": "Engaged"})
