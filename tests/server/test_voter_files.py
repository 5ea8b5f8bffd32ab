"""Reading voter files of every kind: what is recognised, what is understood, what is refused."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.core.voter import Address, Phone, Voter
from phonetui.server import delimited
from phonetui.server.voter_files import RefusedRow, VoterFile, VoterRow

from .office import NORTH_CAROLINA, THRUTALK, VAN

Make = Callable[..., Path]

TWO = "First Name,Last Name,Phone\nRenée,Owens,919-555-0101\nNgozi,Núñez,919-555-0102\n"


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a file of text or of bytes."""

    def write(content: str | bytes, encoding: str = "utf-8", name: str = "voters.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def read(path: Path, map_file: Path | None = None) -> list[VoterRow | RefusedRow]:
    with VoterFile(path, map_file, 2026) as file:
        return list(file.rows())


def people(path: Path, map_file: Path | None = None) -> list[Voter]:
    return [row.voter for row in read(path, map_file) if isinstance(row, VoterRow)]


def names(path: Path) -> list[str]:
    return [voter.full_name for voter in people(path)]


def reasons(path: Path) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in read(path) if isinstance(row, RefusedRow)]


def refusal(path: Path, map_file: Path | None = None) -> str:
    with pytest.raises(Refused) as told:
        read(path, map_file)
    return str(told.value)


# -- the sample files --------------------------------------------------------------------------------------------------


def test_a_my_voters_export_is_read_field_by_field() -> None:
    first = read(VAN)[1]
    assert isinstance(first, VoterRow)
    assert (first.line, first.file_key) == (3, "id:41000262")
    assert first.voter == Voter(
        "",
        "Nadia",
        "Soto",
        "Lee",
        age=50,
        party="U",
        phones=(Phone("+14485550108", "home"),),
        address=Address("7649 Glenwood Way", "Pensacola", "FL", "32501"),
        precinct="Pensacola 12",
        zones=("America/Chicago",),
        zone_source="ZIP",
    )


def test_a_number_nobody_can_dial_gives_way_to_another_in_the_row() -> None:
    by_key = {row.file_key: row.voter for row in read(VAN) if isinstance(row, VoterRow)}
    bad = ["41000072", "41039773", "41080437", "41120625", "41160730", "41198136"]
    assert [by_key[f"id:{key}"].phones for key in bad] == [
        (Phone("+16465550155", "cell"),),
        (Phone("+12125550180", "cell"), Phone("+16465550148", "home")),
        (Phone("+18125550163", "home"),),
        (Phone("+13325550153", "home"),),
        (Phone("+18125550105", "cell"), Phone("+19305550162", "home")),
        (Phone("+19305550133", "home"),),
    ]


def test_north_carolinas_file_is_read_without_its_padding() -> None:
    voter = people(NORTH_CAROLINA)[0]
    assert (voter.first_name, voter.last_name, voter.age, voter.party) == ("Thaddeus", "Grant", 56, "LIB")
    assert voter.address == Address("4180 Spring Way", "Wilmington", "NC", "28401")
    assert voter.precinct == "44"
    assert voter.phones == (Phone("+19105550196"),)
    assert "Gómez" in {voter.last_name for voter in people(NORTH_CAROLINA)}


def test_a_thrutalk_upload_has_only_its_area_codes_for_the_zone() -> None:
    voters = people(THRUTALK)
    assert {voter.zone_source for voter in voters} == {"area code"}
    assert next(v for v in voters if v.number.startswith("+1605")).zones == ("America/Chicago", "America/Denver")


# -- encodings, delimiters, quotes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_every_common_encoding_is_recognised(make: Make, encoding: str) -> None:
    assert names(make(TWO, encoding)) == ["Renée Owens", "Ngozi Núñez"]


def test_utf_16_of_the_other_order_with_its_mark_is_recognised(make: Make) -> None:
    assert names(make(codecs.BOM_UTF16_BE + TWO.encode("utf-16-be"))) == ["Renée Owens", "Ngozi Núñez"]


def test_a_file_of_two_encodings_is_read_in_both(make: Make) -> None:
    utf_8, _, latin = TWO.partition("Ngozi")
    assert names(make(utf_8.encode() + b"Ngozi" + latin.encode("cp1252"))) == ["Renée Owens", "Ngozi Núñez"]


def test_windows_quotes_are_kept(make: Make) -> None:
    assert names(make("name,phone\nSin\x92ad O\x92Brien,919-555-0101\n", "latin-1")) == ["Sin’ad O’Brien"]


@pytest.mark.parametrize("delimiter", ["\t", ",", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_common_delimiter_and_line_end_is_recognised(make: Make, delimiter: str, end: str) -> None:
    assert names(make(TWO.replace(",", delimiter).replace("\n", end))) == ["Renée Owens", "Ngozi Núñez"]


def test_quoted_fields_may_hold_delimiters_quotes_and_line_ends(make: Make) -> None:
    path = make('"name","address","phone"\n"Rosa ""Rosie"" Owens", "12 Mill Ct\nApt 4, rear","919-555-0101"\n')
    [voter] = people(path)
    assert voter.full_name == 'Rosa "Rosie" Owens'
    assert voter.address.street == "12 Mill Ct Apt 4, rear"


def test_a_quote_in_a_file_without_quoting_is_a_letter(make: Make) -> None:
    rows = [f"{n}\tRosa {n}\t919-555-0{n:03}\n" for n in range(100, 130)]
    rows[5] = '105\t"Rosie Owens\t919-555-0105\n'
    rows[9] = '109\tRosa "Rosie" Owens\t919-555-0109\n'
    path = make("id\tname\tphone\n" + "".join(rows))
    assert names(path)[5] == "Rosie Owens"
    assert names(path)[9] == 'Rosa "Rosie" Owens'
    assert len(people(path)) == 30


def test_a_quote_that_is_never_closed_costs_one_row_at_most(make: Make) -> None:
    rows = [f'{n},"Owens, Rosa {n}",919-555-0{n:03}\n' for n in range(100, 130)]
    rows[5] = '105,"Owens, Rosa 105,919-555-0105\n'
    rows[9] = '109,"Rosa 109 Owens,919-555-0109\n'
    path = make("id,name,phone\n" + "".join(rows))
    assert reasons(path) == [(7, "a quote is not closed")]
    assert [row.line for row in read(path)] == list(range(2, 32))
    assert names(path)[8] == "Rosa 109 Owens"


def test_a_quote_left_open_on_the_last_line_costs_nothing_else(make: Make) -> None:
    path = make('name,phone\nAmos Lee,919-555-0102\n"Rosa Owens,919-555-0101\n')
    assert (names(path), reasons(path)) == (["Amos Lee"], [(3, "too few fields")])


def test_a_quoted_field_of_many_lines_is_taken_for_an_open_quote(make: Make) -> None:
    path = make('name,phone,note\nRosa Owens,919-555-0101,"a\n' + "b\n" * 20 + 'c"\nAmos Lee,919-555-0102,\n')
    assert names(path) == ["Rosa Owens", "Amos Lee"]


def test_rows_that_do_not_fit_the_header_are_refused_with_their_line(make: Make) -> None:
    path = make(
        "id,name,phone\n1,Rosa Owens,919-555-0101\n2,Amos Lee\n\n3,Kim Soto,919-555-0103,extra\n"
        "4,Fern Owens,919-555-0104,,\n5,Noor Khan,919-555-0105\n"
    )
    assert reasons(path) == [(3, "too few fields"), (5, "too many fields")]
    assert names(path) == ["Rosa Owens", "Fern Owens", "Noor Khan"]


def test_control_characters_and_nul_bytes_are_cleaned_away(make: Make) -> None:
    path = make(
        "id,name,phone\n1\x00,Ro\x1b[31msa\x00 \u202eOwens,919-555-0101\x00\n" + "2,Amos Lee,919-555-0102\n" * 20
    )
    first = read(path)[0]
    assert isinstance(first, VoterRow)
    assert (first.file_key, first.voter.full_name, first.voter.number) == ("id:1", "Ro[31msa Owens", "+19195550101")


def test_an_overlong_field_is_cut_and_a_monstrous_one_costs_its_row(make: Make) -> None:
    path = make(
        f"name,party,phone\nRosa Owens,{'x' * 5000},919-555-0101\nAmos Lee,{'x' * 200_000},919-555-0102\n"
        "Kim Soto,,919-555-0103\n"
    )
    assert [len(voter.party) for voter in people(path)] == [120, 0]
    assert reasons(path) == [(3, "a field is too long")]


def test_a_line_without_end_is_read_in_pieces(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LONGEST_LINE", 1000)
    path = make(f"name,phone\nRosa Owens,919-555-0101\n{'x' * 3500}\nAmos Lee,919-555-0102\n")
    assert names(path) == ["Rosa Owens", "Amos Lee"]
    assert {reason for _, reason in reasons(path)} == {"too few fields"}


# -- fields ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "voter_id,first,last,mobile,street address,apt,city,state,zip code,dob,party affiliation",
        "State Voter ID,GIVEN NAME,SURNAME,Cell Phone,ADDRESS_1,Unit Number,Town,state_cd,Postal Code,Birth Date,Party",
        "ID,fname,LName,cell,Res Street Address,Address 2,VCity,Residence State,ZIP5,YOB,Registered Party",
    ],
)
def test_the_obvious_names_of_columns_are_known(make: Make, header: str) -> None:
    path = make(f"{header}\n7,Rosa,Owens,919-555-0101,12 Mill Ct,4B,Durham,NC,27701,1985,DEM\n")
    [row] = read(path)
    assert isinstance(row, VoterRow)
    assert row.file_key == "id:7"
    assert row.voter == Voter(
        "",
        "Rosa",
        "Owens",
        age=41,
        party="DEM",
        phones=(Phone("+19195550101", "cell"),),
        address=Address("12 Mill Ct Unit 4B", "Durham", "NC", "27701"),
        zones=("America/New_York",),
        zone_source="ZIP",
    )


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Rosa Owens", ("Rosa", "", "Owens")),
        ("Rosa Maria Lopez Owens", ("Rosa", "Maria Lopez", "Owens")),
        ('"Owens, Rosa Maria"', ("Rosa", "Maria", "Owens")),
        ("Rosa", ("Rosa", "", "")),
    ],
)
def test_a_name_in_one_column_is_divided(make: Make, written: str, parts: tuple[str, ...]) -> None:
    [voter] = people(make(f"Full Name,Phone\n{written},919-555-0101\n"))
    assert (voter.first_name, voter.middle_name, voter.last_name) == parts


def test_numbers_keep_their_kinds_preferred_first_and_none_twice(make: Make) -> None:
    path = make(
        "name,work phone,home phone,cell phone,preferred phone\n"
        "Rosa Owens,9195550104,9195550103,9195550102,9195550101\n"
        "Amos Lee,9195550104,9195550103,9195550103,(919) 555-0104\n"
    )
    assert [voter.phones for voter in people(path)] == [
        (
            Phone("+19195550101", "preferred"),
            Phone("+19195550102", "cell"),
            Phone("+19195550103", "home"),
            Phone("+19195550104", "work"),
        ),
        (Phone("+19195550104", "work"), Phone("+19195550103", "cell")),
    ]


def test_a_row_is_refused_for_what_is_wrong_with_its_first_number(make: Make) -> None:
    path = make(
        "name,phone,cell phone\n"
        "Rosa Owens,,\n"
        "Amos Lee,n/a,919-555-0100 x12\n"
        "Kim Soto,1-800-555-0199,555\n"
        "Fern Owens,+44 20 7946 0958,\n"
        " ,919-555-0101,\n"
    )
    assert reasons(path) == [
        (2, "no number"),
        (3, "the number has an extension"),
        (4, "the number is toll-free"),
        (5, "the number is outside the United States"),
        (6, "no name"),
    ]


def test_elections_are_read_from_their_columns(make: Make) -> None:
    path = make(
        "name,phone,voted 2022 general,2024 General,Primary_2024,General20,2024 general score,Municipal 2023\n"
        "Rosa Owens,919-555-0101,Y,A,11/5/2024,N,71,\n"
        "Amos Lee,919-555-0102,0,x,no,P,12,-\n"
    )
    assert [voter.elections for voter in people(path)] == [
        ("2022 general", "2024 general", "2024 primary"),
        ("2020 general", "2024 general"),
    ]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("R", "registration removed"),
        ("Cancelled", "registration removed"),
        ("deceased", "registration removed"),
        ("D", "registration denied"),
        ("DENIED", "registration denied"),
    ],
)
def test_those_who_are_not_registered_are_left_out(make: Make, status: str, reason: str) -> None:
    path = make(f"id,name,phone,status\n7,Rosa Owens,919-555-0101,{status}\n8,Amos Lee,919-555-0102,Inactive\n")
    assert read(path)[0] == RefusedRow(2, "7", reason)
    assert names(path) == ["Amos Lee"]


def test_a_zip_that_lost_its_zero_and_an_age_that_cannot_be(make: Make) -> None:
    path = make("name,phone,zip,age\nRosa Owens,413-555-0101,1001,212\n")
    [voter] = people(path)
    assert (voter.address.zip_code, voter.zone_source, voter.age) == ("01001", "ZIP", None)


def test_tags_and_language_are_kept(make: Make) -> None:
    [voter] = people(make("name,phone,tags,language\nRosa Owens,919-555-0101,volunteer; student,Spanish\n"))
    assert (voter.tags, voter.language) == (("volunteer", "student"), "Spanish")


# -- maps --------------------------------------------------------------------------------------------------------------


def test_a_map_names_columns_that_are_not_recognised(make: Make) -> None:
    path = make(
        "Nr,Vorname,Nachname,Tel.,Tel. 2,House,Road,E24,Party\n7,Rosa,Owens,919-555-0101,919-555-0102,12,Mill Ct,X,D\n"
    )
    said = make(
        "id: Nr\nfirst_name: Vorname\nlast_name: nachname\nphone: [Tel., Tel. 2]\naddress: [House, Road]\n"
        "elections: [E24]\n",
        name="map.yaml",
    )
    [row] = read(path, said)
    assert isinstance(row, VoterRow)
    assert row.file_key == "id:7"
    assert row.voter.full_name == "Rosa Owens"
    assert row.voter.phones == (Phone("+19195550101"), Phone("+19195550102"))
    assert row.voter.address.street == "12 Mill Ct"
    assert row.voter.elections == ("E24",)
    assert row.voter.party == "D"


def test_every_mistake_in_a_map_is_named_with_its_line(make: Make) -> None:
    path = make(TWO)
    said = make("frist_name: First Name\nphone: Telephone\ncity: {a: b}\n", name="map.yaml")
    assert refusal(path, said).splitlines() == [
        "map.yaml:1: frist_name: `frist_name` is not a key here; did you mean `first_name`?",
        "map.yaml:2: phone: the file has no column `Telephone`; look at its first line",
        "map.yaml:3: city: expected a column name, or a list of them, such as Column name; found keys and values",
    ]


def test_a_map_that_is_missing_or_not_text_is_refused(make: Make, tmp_path: Path) -> None:
    path = make(TWO)
    assert (
        refusal(path, tmp_path / "none.yaml")
        == f"{tmp_path / 'none.yaml'} cannot be read (No such file or directory); name a file that may be read."
    )
    assert refusal(path, make(b"phone: T\xe9l", name="map.yaml")) == "map.yaml is not UTF-8 text; save it as UTF-8."


# -- what is no voter file ---------------------------------------------------------------------------------------------


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert (
        refusal(tmp_path / "none.csv")
        == f"{tmp_path / 'none.csv'} cannot be read (No such file or directory); name a file that may be read."
    )
    assert refusal(tmp_path) == f"{tmp_path} cannot be read (Is a directory); name a file that may be read."


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n \n"])
def test_an_empty_file_is_refused(make: Make, content: str) -> None:
    assert refusal(make(content)) == "voters.csv is empty."


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04" + bytes(50), " but a spreadsheet or another zip archive"),
        (b"\xd0\xcf\x11\xe0" + bytes(50), " but an old Excel workbook"),
        (gzip.compress(b"name,phone", mtime=0), " but compressed"),
        (b"%PDF-1.7 voters", " but a PDF"),
        (bytes(range(256)) * 8, ""),
    ],
)
def test_a_file_that_is_not_text_is_refused(make: Make, content: bytes, kind: str) -> None:
    assert refusal(make(content)) == f"voters.csv is not text{kind}; save it as CSV or tab-delimited text."


def test_a_file_without_numbers_or_names_is_refused_and_its_rows_are_not_shown(make: Make) -> None:
    assert refusal(make("Rosa,Owens,919-555-0101\nAmos,Lee,919-555-0102\n")) == (
        "voters.csv has no phone column that is recognised; if it has one, name it in a map file: "
        "--map FILE.yaml with a line such as `phone: its column`."
    )
    assert refusal(make("id,phone\n1,919-555-0101\n")) == (
        "voters.csv has no name column that is recognised; if it has one, name it in a map file: "
        "--map FILE.yaml with a line such as `name: its column`."
    )


def test_a_mail_address_is_kept_for_follow_ups_and_anything_else_is_none(make: Make) -> None:
    rows = ["Ann,919-555-0101,ann@example.org", "Bo,919-555-0102,Bo <bo@example.org>", "Cy,919-555-0103,none"]
    voters = people(make("\n".join(["First Name,Phone,E-Mail", *rows])))
    assert [voter.email for voter in voters] == ["ann@example.org", "", ""]
