"""`phonetui server bridge`: the Asterisk through which the server places calls."""

from __future__ import annotations

import asyncio
import os
from argparse import Namespace

from phonetui.commands.answer import Answer
from phonetui.commands.server_place import ServerPlace, place_of
from phonetui.core.refusal import Refused
from phonetui.server import ari_place
from phonetui.server.ari import Ari
from phonetui.server.ari_place import EXAMPLE, NUMBER_EXAMPLE, SECRET, TRUNK_EXAMPLE, AriPlace
from phonetui.server.engine import reading_engine, sync_engine


def set_bridge(arguments: Namespace) -> Answer:
    """Says where the Asterisk is, or shows it; it is tried before it is kept."""
    place = place_of(arguments)
    if arguments.off:
        return _turn_off(place)
    given = (arguments.ari, arguments.trunk, arguments.number)
    if given == (None, None, None):
        return _show(place)
    if None in given:
        raise Refused("Give all of --ari URL, --trunk DIALED and --number NUMBER.")
    asterisk = ari_place.ari_place(arguments.ari, arguments.application, arguments.trunk, arguments.number)
    secret = SECRET.read(place.data, os.environ)
    if not secret:
        raise Refused(
            f"Set {SECRET.variable} to the secret of {asterisk.user} in the environment, then type this again."
        )
    asyncio.run(_try(asterisk, secret))
    kept = ""
    if SECRET.variable in os.environ:
        kept = f" Set {SECRET.variable} where the server runs, too."
        if place.data is not None:
            SECRET.keep(place.data, secret)
            kept = f" Its secret is kept in {place.data / SECRET.file}."
    with sync_engine(place.url).begin() as connection:
        ari_place.keep(connection, asterisk)
    return Answer(f"{_told(asterisk)}{kept} The server uses it from its next start on.", _facts(asterisk))


async def _try(asterisk: AriPlace, secret: str) -> None:
    """Asks for the channels, and not for events: those would be taken from a server that runs."""
    ari = Ari(asterisk, secret)
    try:
        await ari.channels()
    finally:
        await ari.close()


def _turn_off(place: ServerPlace) -> Answer:
    with sync_engine(place.url).begin() as connection:
        ari_place.keep(connection, None)
    return Answer("From its next start on the server places no calls.", _facts(None))


def _show(place: ServerPlace) -> Answer:
    with reading_engine(place.url).connect() as connection:
        asterisk = ari_place.find(connection)
    if asterisk is None:
        example = f'phonetui server bridge --ari {EXAMPLE} --trunk "{TRUNK_EXAMPLE}" --number {NUMBER_EXAMPLE}'
        return Answer(f"The server places no calls. To place them through an Asterisk: {example}", _facts(None))
    return Answer(_told(asterisk), _facts(asterisk))


def _told(asterisk: AriPlace) -> str:
    return (
        f"Calls go through the Asterisk at {asterisk.shown}, as the application {asterisk.application}, "
        f"and out by {asterisk.trunk}, showing {asterisk.number}."
    )


def _facts(asterisk: AriPlace | None) -> dict[str, str]:
    if asterisk is None:
        return {"ari": "", "application": "", "trunk": "", "number": ""}
    return {
        "ari": asterisk.url,
        "application": asterisk.application,
        "trunk": asterisk.trunk,
        "number": asterisk.number,
    }
