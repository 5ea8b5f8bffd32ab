"""Whether all that pull and push need is there in NGP VAN; nothing is changed, and no export begun."""

from __future__ import annotations

from collections.abc import Iterator

from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import Setup, SystemBusy, SystemDown, WrongKey
from phonetui.server.connectors.van_answers import Answers
from phonetui.server.connectors.van_people import ExportColumns
from phonetui.server.connectors.van_results import CANVASSED, Results
from phonetui.server.connectors.van_server import FORBIDDEN, VanServer
from phonetui.server.connectors.van_settings import VanSettings
from phonetui.server.delimited import DelimitedFile


def check(setup: Setup, server: VanServer, settings: VanSettings) -> Iterator[str]:
    """What was found. Raises `Refused` where VAN lets nobody in, or does not answer."""
    context = server.context
    yield f"NGP VAN lets the key in to {settings.database_name}; calls are entered as {settings.contact_type}."
    for part in (_voters(setup, server, settings), _exports(server, settings), _answers(setup, server)):
        try:
            yield from part
        except (SystemDown, SystemBusy):
            raise
        except Refused as refused:
            if isinstance(refused, WrongKey) and refused.status != FORBIDDEN:
                raise
            yield str(refused)
    yield from Results(setup.campaign, setup.dispositions, context.result_codes).all_missing()
    yield from losses(setup.campaign, settings)


def _voters(setup: Setup, server: VanServer, settings: VanSettings) -> Iterator[str]:
    if settings.vanids is not None:
        with DelimitedFile(settings.vanids) as file:
            ExportColumns(file.header, settings.database, str(settings.vanids))
        yield f"Voters come from {settings.vanids}, which has VANIDs."
    elif settings.list_id:
        found = server.saved_list(settings.list_id)
        many = "" if found.list_count is None else f" with {found.list_count:,} people"
        yield f"Voters come from the saved list {found.name}{many}."
    else:
        yield f"No voters come from NGP VAN: the file of {setup.name} names no `list`."


def _exports(server: VanServer, settings: VanSettings) -> Iterator[str]:
    if not settings.list_id:
        return
    types = {one.export_job_type_id: one.name for one in server.export_types()}
    if settings.export_type in types:
        yield f"The key may export lists as {types[settings.export_type]}; which columns that has, the first pull says."
    else:
        named = ", ".join(f"{number} ({name})" for number, name in types.items()) or "none"
        yield f"The key may not export lists as type {settings.export_type}; change `export_type` to one of: {named}."


def _answers(setup: Setup, server: VanServer) -> Iterator[str]:
    if any(step.question for step in setup.campaign.steps):
        answers = Answers(setup.campaign, setup.answers, server.survey_questions, server.activist_codes)
        yield from answers.without_counterpart()


def losses(campaign: Campaign, settings: VanSettings) -> Iterator[str]:
    """What the two mappings lose, whatever VAN has."""
    yield f"NGP VAN takes answers with {CANVASSED} alone; with any other result they stay here."
    yield "It has no place for notes, for the time of a call back, and for who called."
    yield "It takes nothing back: a correction is a second response, and what was undone here must be removed there."
    yield (
        "When an answer of it is lost and the next run is almost an hour later, or the voter had the same result "
        "within the hour, the call is told again and may be there twice; `status` says of which."
    )
    if any(disposition.quiet for disposition in campaign.dispositions):
        yield "Until when somebody wants no calls is not known there."
    if settings.read == "list" and (settings.list_id or settings.vanids):
        yield "With `read: list` nobody knows here who is not to be called there; `read: people` brings that in."
