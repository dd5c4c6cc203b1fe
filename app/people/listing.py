"""A list of people to invite, as somebody keeps it: which column is what, and what each row says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from app.documents.rows import Row
from app.errors import Invalid
from app.people.identity import email_of, folded, name_of
from app.people.rules import Capacity, Constituency, Language, Region, Role
from app.words import N_

#: What a column is, by the titles it is given, folded.
TITLES = {
    "name": ("name", "full name", "nama", "nama penuh"),
    "email": (
        "email",
        "e-mail",
        "email address",
        "e-mail address",
        "mail",
        "emel",
        "e-mel",
        "alamat emel",
        "alamat e-mel",
    ),
    "organisation": (
        "organisation",
        "organization",
        "body",
        "agency",
        "organisasi",
        "pertubuhan",
        "badan",
        "agensi",
    ),
    "constituency": ("constituency", "kumpulan", "konstituensi", "constituency (g/e/w/c/o)"),
    "region": ("region", "wilayah"),
    "role": ("role", "peranan"),
    "capacity": ("capacity", "kapasiti", "sifat"),
    "language": ("language", "bahasa"),
}
FIELDS = {title: name for name, titles in TITLES.items() for title in titles}

SIDES = {
    Constituency.GOVERNMENT: ("g", "government", "kerajaan"),
    Constituency.EMPLOYERS: ("e", "employers", "employer", "majikan"),
    Constituency.WORKERS: ("w", "workers", "worker", "pekerja"),
    Constituency.CIVIL_SOCIETY: ("c", "civil society", "masyarakat sivil", "ngo", "cso"),
    Constituency.OBSERVER: ("o", "observers", "observer", "pemerhati"),
}
REGIONS = {
    Region.NATIONAL: ("national", "kebangsaan", "nasional"),
    Region.PENINSULAR: (
        "peninsular",
        "peninsular malaysia",
        "peninsula",
        "semenanjung",
        "semenanjung malaysia",
    ),
    Region.SABAH: ("sabah",),
    Region.SARAWAK: ("sarawak",),
}
ROLES = {
    Role.PARTICIPANT: ("participant", "peserta"),
    Role.FOCAL_POINT: ("focal point", "focal_point", "pegawai perhubungan", "titik tumpu"),
    Role.FACILITATOR: ("facilitator", "fasilitator", "pemudah cara"),
    Role.DRAFTER: ("drafter", "penggubal", "pendraf"),
    Role.SECRETARIAT: ("secretariat", "sekretariat", "urus setia", "urusetia"),
    Role.REVIEWER: ("reviewer", "penilai", "penyemak"),
    Role.OBSERVER: ("observer", "pemerhati"),
}
CAPACITIES = {
    Capacity.CONSTITUENCY: ("constituency", "for the constituency", "kumpulan", "bagi pihak kumpulan"),
    Capacity.ORGANISATION: (
        "organisation",
        "organization",
        "for the organisation",
        "organisasi",
        "bagi pihak organisasi",
    ),
    Capacity.PERSONAL: ("personal", "peribadi", "persendirian"),
    Capacity.TABLE: ("table", "workshop table", "meja", "meja bengkel"),
}
LANGUAGES = {
    Language.ENGLISH: ("en", "english", "inggeris", "bahasa inggeris", "bi"),
    Language.MALAY: ("ms", "my", "malay", "melayu", "bahasa melayu", "bahasa malaysia", "bm"),
}

NO_TITLES = N_(
    "No row names the columns. The first row must hold at least the titles name and email (nama, e-mel)."
)
TWICE_TITLED = N_("Two columns are titled as %(field)s. Keep one.")
NO_PEOPLE = N_("There is nobody in this list below its titles.")
NOT_A_SIDE = N_("“%(value)s” is no constituency. Write G, E, W, C or O, or its name.")
NOT_A_REGION = N_("“%(value)s” is no region. Write National, Peninsular Malaysia, Sabah or Sarawak.")
NOT_A_ROLE = N_(
    "“%(value)s” is no role. Write Participant, Focal point, Facilitator, Drafter, Secretariat, Reviewer or Observer."
)
NOT_A_CAPACITY = N_("“%(value)s” is no capacity. Write Constituency, Organisation, Personal or Table.")
NOT_A_LANGUAGE = N_("“%(value)s” is no language. Write English or Bahasa Melayu.")
TWICE = N_("This address is in row %(row)s already.")

Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row: a sentence with its values."""

    sentence: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Listed:
    """A row of the list: what it says as typed, what it means, and what is wrong with it."""

    row: int
    typed: dict[str, str]
    name: str = ""
    email: str = ""
    organisation: str = ""
    constituency: Constituency | None = None
    region: Region | None = None
    role: Role | None = None
    capacity: Capacity = Capacity.ORGANISATION
    language: Language = Language.MALAY
    wrong: list[Wrong] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A list that was read: its rows, and the titles of columns that were left aside."""

    rows: list[Listed]
    unread: list[str]


def read_list(rows: Sequence[Row], *, language: Language) -> PeopleList:
    """What a list says; `language` is for rows that name none. Invalid when it has no titles, or nobody in it."""
    at, columns, unread = _titles(rows)
    found = [_listed(row, columns, language) for row in rows[at + 1 :] if _says_something(row, columns)]
    if not found:
        raise Invalid(NO_PEOPLE)
    first: dict[str, int] = {}
    for one in found:
        if one.email and one.email in first:
            one.wrong.append(Wrong(TWICE, {"row": first[one.email]}))
        elif one.email:
            first[one.email] = one.row
    return PeopleList(found, unread)


def _titles(rows: Sequence[Row]) -> tuple[int, dict[str, int], list[str]]:
    """Where the titles stand (a heading may precede them), which column is which field, and the others."""
    for at, row in enumerate(rows[:10]):
        named = [FIELDS.get(_title(cell), "") for cell in row.cells]
        if "name" not in named or "email" not in named:
            continue
        for one in named:
            if one and named.count(one) > 1:
                raise Invalid(TWICE_TITLED, field=one)
        columns = {one: place for place, one in enumerate(named) if one}
        unread = [cell for cell, one in zip(row.cells, named, strict=True) if cell and not one]
        return at, columns, unread
    raise Invalid(NO_TITLES)


def _title(cell: str) -> str:
    return folded(cell.strip("*: ")).replace("‐", "-").replace("_", " ")


def _says_something(row: Row, columns: dict[str, int]) -> bool:
    return any(row.cells[place] for place in columns.values() if place < len(row.cells))


def _listed(row: Row, columns: dict[str, int], language: Language) -> Listed:
    typed = {name: row.cells[place] if place < len(row.cells) else "" for name, place in columns.items()}
    one = Listed(row=row.number, typed=typed, language=language)
    for name in ("name", "email"):
        try:
            value = name_of(typed[name]) if name == "name" else email_of(typed[name])
            setattr(one, name, value)
        except Invalid as problem:
            one.wrong.append(Wrong(problem.sentence, problem.values))
    if typed.get("organisation"):
        try:
            one.organisation = name_of(typed["organisation"], most=200)
        except Invalid as problem:
            one.wrong.append(Wrong(problem.sentence, problem.values))
    one.constituency = _one_of(one, "constituency", SIDES, NOT_A_SIDE)
    one.region = _one_of(one, "region", REGIONS, NOT_A_REGION)
    one.role = _one_of(one, "role", ROLES, NOT_A_ROLE)
    one.capacity = _one_of(one, "capacity", CAPACITIES, NOT_A_CAPACITY) or Capacity.ORGANISATION
    one.language = _one_of(one, "language", LANGUAGES, NOT_A_LANGUAGE) or language
    return one


def _one_of(one: Listed, name: str, members: dict[Member, tuple[str, ...]], sentence: str) -> Member | None:
    value = one.typed.get(name, "")
    if not value:
        return None
    said = folded(value).strip(". ")
    for member, words in members.items():
        if said in words:
            return member
    one.wrong.append(Wrong(sentence, {"value": value[:80]}))
    return None
