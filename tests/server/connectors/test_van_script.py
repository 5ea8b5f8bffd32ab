"""A campaign file that asks what a committee has in NGP VAN."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phonetui.core import campaign_file
from phonetui.core.push import Pushed
from tests.server.connectors.given import CAMPAIGN, outgoing
from tests.server.connectors.van_connected import Office
from tests.server.connectors.van_stand_in import APPLICATION, KEY
from tests.shell import Shell


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    office.van.has(1, "812-555-0166")
    yield office
    assert office.van.wrongs == []
    office.van.close()


def test_the_script_passes_the_check_and_its_answers_find_their_way_back(office: Office) -> None:
    with office.connects() as van:
        text = van.script()
    checked = campaign_file.read(text, "van.yaml")

    assert checked.warnings == ()
    ours = (CAMPAIGN.campaign_id, CAMPAIGN.name, CAMPAIGN.organisation, CAMPAIGN.starts, CAMPAIGN.ends, CAMPAIGN.zone)
    its = checked.campaign
    assert (its.campaign_id, its.name, its.organisation, its.starts, its.ends, its.zone) == ours
    steps = checked.campaign.steps
    assert [step.id for step in steps] == ["disclosure", "hello", "sq_101", "sq_102", "codes_1", "goodbye"]
    asked = {step.question.id: step.question for step in steps if step.question}
    assert asked["sq_101"].ask == {"en": "Can we count on your support?"}
    assert [(one.id, one.label["en"]) for one in asked["sq_101"].answers] == [
        ("sr_1", "Strong"),
        ("sr_2", "Leaning"),
        ("sr_3", "Against"),
    ]
    assert asked["codes_1"].kind == "several"

    one = outgoing(1, answers={"sq_101": "sr_2", "sq_102": "sr_8", "codes_1": "ac_502"})
    with office.connects(campaign=checked.campaign) as van:
        told = van.send(one, doubt_since=None)
    assert isinstance(told, Pushed)
    assert (told.said, told.in_part) == ("", False)
    assert office.van.stored[0]["told"] == ["Support: Leaning", "Vote Plan: No", "Apply Yard Sign"]


def test_what_is_in_vain_or_hostile_makes_no_broken_file(office: Office) -> None:
    many = [{"surveyResponseId": n, "name": f"Choice {n}: #{n}"} for n in range(900, 912)]
    kept = {"surveyQuestionId": 900, "status": None, "scriptQuestion": None, "responses": many}
    office.van.questions = [
        {**kept, "name": 'Say "{first}": \\ - # \x1b[31m\n{{'},
        {**kept, "surveyQuestionId": 901, "name": ""},
    ]
    office.van.questions += [{**kept, "surveyQuestionId": 902, "name": "Empty", "responses": []}]
    office.van.codes = [
        {"activistCodeId": n, "name": f"Code {n}", "status": "Active", "scriptQuestion": None} for n in range(20)
    ]

    with office.connects() as van:
        text = van.script()
    campaign = campaign_file.read(text, "van.yaml").campaign

    assert [step.id for step in campaign.steps][2:-1] == ["sq_900", "sq_901", "codes_1", "codes_2", "codes_3"]
    assert "\x1b" not in text
    assert campaign.steps[2].question
    assert campaign.steps[2].question.ask == {"en": 'Say "(first)": \\ - # [31m (('}
    assert [answer.id for answer in campaign.steps[2].question.answers][-1] == "sr_908"
    assert '        # - {label: "Choice 911: #911", id: sr_911}' in text


def test_a_committee_without_questions_has_a_script_all_the_same(office: Office) -> None:
    office.van.questions, office.van.codes = [], []

    with office.connects() as van:
        campaign = campaign_file.read(van.script(), "van.yaml").campaign

    assert [step.id for step in campaign.steps] == ["disclosure", "hello", "goodbye"]


@pytest.fixture
def server(shell: Shell) -> Shell:
    """A campaign server in the shell's own home."""
    assert shell.run("server", "init") == 0
    assert shell.run("server", "campaign", "new", "turnout.yaml") == 0
    assert shell.run("server", "campaign", "add", "turnout.yaml") == 0
    return shell


def test_the_command_writes_a_campaign_file_that_the_check_takes(
    office: Office, server: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"system: van\ncampaign: weekend-turnout\napplication: {APPLICATION}\nurl: {office.van.url}\n"
    Path("van.yaml").write_text(source, "utf-8")
    assert server.run("server", "connect", "van", "add", "van.yaml") == 0
    monkeypatch.setenv("PHONETUI_CONNECT_VAN_KEY", KEY)

    assert server.run("server", "connect", "van", "script", "--out", "script.yaml") == 0
    assert server.out == ("script.yaml is written. Fill it in, then: phonetui server campaign check script.yaml\n")
    assert server.run("server", "campaign", "check", "script.yaml") == 0
    assert server.run("server", "campaign", "add", "script.yaml") == 0
    assert server.run("server", "connect", "van", "script") == 0
    assert server.out == Path("script.yaml").read_text("utf-8")
    assert server.refusal("server", "connect", "van", "script", "--out", "script.yaml") == (
        "There is a file script.yaml already; name a new one."
    )


def test_a_system_without_questions_of_its_own_writes_no_script(server: Shell, tmp_path: Path) -> None:
    Path("kept.yaml").write_text(f"system: files\ncampaign: weekend-turnout\nresults: {tmp_path}\n", "utf-8")
    assert server.run("server", "connect", "kept", "add", "kept.yaml") == 0

    assert server.refusal("server", "connect", "kept", "script") == (
        "Files has no questions of its own that could be asked."
    )
