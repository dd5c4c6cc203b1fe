"""What a list of people says, in English and Malay, whatever the order of its columns."""

import pytest

from app.documents.rows import Row, read_rows
from app.errors import Invalid
from app.people.listing import read_list
from app.people.rules import Capacity, Constituency, Language, Region, Role
from app.people.seating import side_of


def listed(text: str, language: Language = Language.ENGLISH):
    return read_list(read_rows(text.encode()), language=language)


def test_titles_may_be_malay_and_in_any_order():
    found = listed(
        "Bahasa;Peranan;Wilayah;Kumpulan;Organisasi;E-mel;Nama\nMelayu;Pegawai perhubungan;Sabah;Pekerja;Kesatuan;S@Contoh.example;Siti\n"
    )
    [one] = found.rows
    assert (one.name, one.email, one.organisation) == ("Siti", "s@contoh.example", "Kesatuan")
    assert (one.constituency, one.region, one.role) == (Constituency.WORKERS, Region.SABAH, Role.FOCAL_POINT)
    assert (one.capacity, one.language) == (Capacity.ORGANISATION, Language.MALAY)
    assert one.wrong == []


def test_titles_may_stand_below_a_heading_and_columns_it_does_not_know_are_named():
    found = listed("Senarai jemputan,,\n,,\nName,Phone,Email address\nTan,012,tan@contoh.example\n")
    assert [one.row for one in found.rows] == [4]
    assert found.unread == ["Phone"]


def test_each_row_says_everything_that_is_wrong_with_it():
    found = listed("name,email,constituency,region,role,language\n,siti,Kelab,Bulan,Raja,Klingon\n")
    [one] = found.rows
    assert len(one.wrong) == 6


def test_an_address_that_comes_twice_is_wrong_the_second_time():
    found = listed("name,email\nA,a@contoh.example\nB,b@contoh.example\nC,A@contoh.example\n")
    assert [bool(one.wrong) for one in found.rows] == [False, False, True]
    assert found.rows[2].wrong[0].values == {"row": 2}


def test_a_short_row_lacks_what_it_lacks():
    found = read_list([Row(1, ["name", "email", "role"]), Row(2, ["Siti"])], language=Language.ENGLISH)
    assert len(found.rows[0].wrong) == 1


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "name,organisation\nA,B\n", "name,email\n", "name,email,e-mel\nA,a@b.example,c\n"]
)
def test_a_list_without_titles_or_people_is_refused(text):
    with pytest.raises(Invalid):
        listed(text)


def test_a_seat_is_counted_where_its_organisation_is_and_the_secretariat_nowhere():
    for side in (
        Constituency.GOVERNMENT,
        Constituency.EMPLOYERS,
        Constituency.WORKERS,
        Constituency.CIVIL_SOCIETY,
    ):
        assert side_of(Role.PARTICIPANT, side) is side
        assert side_of(Role.FOCAL_POINT, side) is side
        with pytest.raises(Invalid):
            side_of(Role.OBSERVER, side)
        for role in (Role.SECRETARIAT, Role.DRAFTER, Role.FACILITATOR, Role.REVIEWER):
            assert side_of(role, side) is None
    assert side_of(Role.OBSERVER, Constituency.OBSERVER) is Constituency.OBSERVER
    for role in (Role.PARTICIPANT, Role.FOCAL_POINT):
        with pytest.raises(Invalid):
            side_of(role, Constituency.OBSERVER)
    for role in (Role.PARTICIPANT, Role.FOCAL_POINT, Role.OBSERVER):
        with pytest.raises(Invalid):
            side_of(role, None)
    assert side_of(Role.SECRETARIAT, None) is None
