"""The campaign's figures counted from the events alone, apart from how `core` and the server's SQL count them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

#: What the campaign's file says of its results.
REACHED = {"refused", "language", "call_back", "do_not_call", "talked"}
OF_THE_PERSON_FOR_GOOD = {"refused", "moved", "deceased", "talked"}
OF_THE_NUMBER_FOR_GOOD = {"wrong_number", "disconnected", "do_not_call"}

Said = dict[str, Any]


def standing(bodies: Iterable[bytes]) -> list[Said]:
    """The outcomes that nothing takes back, each with `ticket` of the dialing that it is about.

    What is about an attempt that is not among them is left out.
    Of those that take the place of the same one the later wins, by the length of the chain, then by count, then by id.
    """
    said = {one["id"]: one for one in map(json.loads, bodies) if one["kind"] in ("outcome", "undo")}
    chains: dict[str, list[tuple[int, int, str]]] = {}
    for one in said.values():
        links, first = 0, one
        while first.get("supersedes") in said:
            links, first = links + 1, said[first["supersedes"]]
        if not first.get("supersedes"):
            chains.setdefault(first["id"], []).append((links, one["seq"], one["id"]))
    last = [(said[first], said[max(chain)[2]]) for first, chain in chains.items()]
    return [{**one, "ticket": first["ticket"]} for first, one in last if one["kind"] == "outcome"]


def figures(outcomes: Iterable[Said]) -> tuple[int, int, int]:
    """Attempts, contacts and talks; the latter two once a voter and round."""
    outcomes = list(outcomes)
    reached = [one for one in outcomes if one["disposition"] in REACHED]
    talked = [one for one in reached if one["disposition"] == "talked" or one.get("talked")]
    return (
        sum(not one.get("same_call") for one in outcomes),
        len({(one["voter_id"], _round(one)) for one in reached}),
        len({(one["voter_id"], _round(one)) for one in talked}),
    )


def _round(one: Said) -> int:
    """From the ticket, which says when the household was lent, which it is, and in which round, before the seal."""
    said: str = one["ticket"].partition(".")[0]
    return int(said.split("-")[2], 16)
