"""Where the campaign's phone system is, as an organiser types it and as the server keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.server import ari_place as place_of_ari
from phonetui.server.ari_place import NUMBER_EXAMPLE, SECRET, TRUNK_EXAMPLE, ari_place
from phonetui.server.engine import sync_engine

HERE = "http://phonetui@127.0.0.1:8088/ari"


@pytest.mark.parametrize(
    ("url", "address", "user", "shown"),
    [
        (HERE, "http://127.0.0.1:8088/ari", "phonetui", "127.0.0.1:8088"),
        ("http://a%40b@localhost:8088/ari/", "http://localhost:8088/ari", "a@b", "localhost:8088"),
        ("https://a@pbx.example.org/ari", "https://pbx.example.org/ari", "a", "pbx.example.org"),
        ("http://a@[::1]:8088/ari", "http://[::1]:8088/ari", "a", "[::1]:8088"),
    ],
)
def test_the_address_says_where_and_as_whom(url: str, address: str, user: str, shown: str) -> None:
    place = ari_place(url, "phonetui", TRUNK_EXAMPLE, NUMBER_EXAMPLE)
    assert (place.address, place.user, place.shown) == (address, user, shown)


@pytest.mark.parametrize(
    "url",
    [
        *("127.0.0.1:8088", "ws://a@127.0.0.1/ari", "http://127.0.0.1:8088/ari", "http://a@/ari"),
        *("http://a@127.0.0.1:99999/ari", "http://a@127.0.0.1:0/ari", "http://a@127.0.0.1/a ri", "http://a@[::1/ari"),
        *(f"{HERE}?api_key=x", f"{HERE}#x"),
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refused) as refused:
        ari_place(url, "phonetui", TRUNK_EXAMPLE, NUMBER_EXAMPLE)
    assert str(refused.value) == f"{url} is not the address of an ARI; one looks like {HERE}."


def test_a_secret_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(Refused) as refused:
        ari_place("http://phonetui:sesame@127.0.0.1:8088/ari", "phonetui", TRUNK_EXAMPLE, NUMBER_EXAMPLE)
    assert str(refused.value) == (
        "Leave the secret out of the address, and give it in the environment as PHONETUI_ARI_SECRET."
    )


def test_the_secret_does_not_leave_the_machine_unencrypted() -> None:
    with pytest.raises(Refused) as refused:
        ari_place("http://a@pbx.example.org:8088/ari", "phonetui", TRUNK_EXAMPLE, NUMBER_EXAMPLE)
    assert str(refused.value) == (
        "Over http to pbx.example.org secret and numbers could be read on the way: use https."
    )


@pytest.mark.parametrize("name", ["", "two words", "calls.x", "a/b", "é", "x" * 41])
def test_an_application_has_a_plain_name(name: str) -> None:
    with pytest.raises(Refused) as refused:
        ari_place(HERE, name, TRUNK_EXAMPLE, NUMBER_EXAMPLE)
    assert str(refused.value) == (
        f"{name} is not a name for the application: use letters, digits, - and _, 40 at most."
    )


@pytest.mark.parametrize(
    "trunk",
    [
        *("", "carrier", "PJSIP/carrier", "PJSIP/{number}@a&PJSIP/boss", "PJSIP/{number}@a,b"),
        *("PJSIP/{phone}@carrier", "PJSIP/{number}{digits}@carrier", "{number}@carrier", "PJSIP/{number}@carrier\n"),
    ],
)
def test_what_dials_no_number_or_another_is_refused(trunk: str) -> None:
    with pytest.raises(Refused) as refused:
        ari_place(HERE, "phonetui", trunk, NUMBER_EXAMPLE)
    assert str(refused.value) == f"{trunk} does not say what to dial; it looks like PJSIP/{{number}}@carrier."


@pytest.mark.parametrize(
    ("trunk", "dialed"),
    [
        (TRUNK_EXAMPLE, "PJSIP/+18125550166@carrier"),
        ("PJSIP/carrier/sip:{digits}@sip.example.org:5060", "PJSIP/carrier/sip:18125550166@sip.example.org:5060"),
    ],
)
def test_a_number_is_dialed_as_the_carrier_wants_it(trunk: str, dialed: str) -> None:
    assert ari_place(HERE, "phonetui", trunk, NUMBER_EXAMPLE).endpoint("+18125550166") == dialed


@pytest.mark.parametrize("number", ["", "8125550111", "+1 812 555 0111", "+0812555011", "Riverside"])
def test_who_is_called_sees_a_number_that_can_be_called_back(number: str) -> None:
    with pytest.raises(Refused) as refused:
        ari_place(HERE, "phonetui", TRUNK_EXAMPLE, number)
    assert str(refused.value) == (
        f"{number} is not a number to show to those who are called; write it as +18125550111."
    )


def test_the_phone_system_in_use_is_kept_in_the_database(url: str) -> None:
    place = ari_place(HERE, "phonetui", TRUNK_EXAMPLE, NUMBER_EXAMPLE)
    with sync_engine(url).begin() as connection:
        assert place_of_ari.find(connection) is None
        place_of_ari.keep(connection, place)
        assert place_of_ari.find(connection) == place
        place_of_ari.keep(connection, None)
        assert place_of_ari.find(connection) is None


def test_the_secret_is_kept_for_this_user_alone(tmp_path: Path) -> None:
    SECRET.keep(tmp_path, "open sesame")
    file = tmp_path / "ari-secret"
    assert file.stat().st_mode & 0o777 == 0o600
    assert SECRET.read(tmp_path, {}) == "open sesame"
    file.chmod(0o640)
    with pytest.raises(Refused) as refused:
        SECRET.read(tmp_path, {})
    assert (
        str(refused.value) == f"The secret of the phone system {file} is open to other users; run `chmod 600 {file}`."
    )
