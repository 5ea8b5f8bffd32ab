"""Voters of files without ids, once a system's list comes that has an id for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, select, update

from phonetui.core.voter import Voter
from phonetui.server.bulk import among
from phonetui.server.identity import id_key, name_key
from phonetui.server.tables import voters


def give_ids(connection: Connection, campaign_id: str, list_id: int, coming: Mapping[str, Voter]) -> Collection[str]:
    """Gives whoever is known by name and number alone the key under which they come, and their list; returns the keys.

    Nobody is given the key of a voter who is here already, nor one of two who come with the same name and number.
    """
    known = _there(connection, campaign_id, coming)
    named = {
        (name_key(voter, phone.number), key)
        for key, voter in coming.items()
        if key.startswith(id_key("")) and key not in known
        for phone in voter.phones
    }
    times = Counter(name for name, _ in named)
    nameless = _there(connection, campaign_id, times)
    given = {key: nameless[name] for name, key in sorted(named) if name in nameless and times[name] == 1}
    if given:
        one = update(voters).where(voters.c.campaign_id == campaign_id, voters.c.voter_id == bindparam("voter"))
        keys = [{"voter": voter_id, "key": key} for key, voter_id in given.items()]
        connection.execute(one.values(file_key=bindparam("key"), list_id=list_id), keys)
    return given.keys()


def _there(connection: Connection, campaign_id: str, keys: Collection[str]) -> dict[str, int]:
    """The voters who have one of the keys, by it."""
    these = (voters.c.campaign_id == campaign_id) & among(connection, voters.c.file_key, keys)
    rows = connection.execute(select(voters.c.file_key, voters.c.voter_id).where(these))
    return {row.file_key: row.voter_id for row in rows}
