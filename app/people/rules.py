"""Who takes part: constituencies, roles, capacities, and the person as a request sees them."""

import enum
from dataclasses import dataclass

from app.words import N_


class Constituency(enum.StrEnum):
    """A side of the table; four of equal weight, and observers apart."""

    GOVERNMENT = "G"
    EMPLOYERS = "E"
    WORKERS = "W"
    CIVIL_SOCIETY = "C"
    OBSERVER = "O"


#: The four that are counted in a balance, in the one order they are ever shown.
SEATS = (
    Constituency.GOVERNMENT,
    Constituency.EMPLOYERS,
    Constituency.WORKERS,
    Constituency.CIVIL_SOCIETY,
)

CONSTITUENCY_NAMES = {
    Constituency.GOVERNMENT: N_("Government"),
    Constituency.EMPLOYERS: N_("Employers"),
    Constituency.WORKERS: N_("Workers"),
    Constituency.CIVIL_SOCIETY: N_("Civil society"),
    Constituency.OBSERVER: N_("Observers"),
}


class Region(enum.StrEnum):
    """Where an organisation speaks from."""

    NATIONAL = "national"
    PENINSULAR = "peninsular"
    SABAH = "sabah"
    SARAWAK = "sarawak"


REGION_NAMES = {
    Region.NATIONAL: N_("National"),
    Region.PENINSULAR: N_("Peninsular Malaysia"),
    Region.SABAH: N_("Sabah"),
    Region.SARAWAK: N_("Sarawak"),
}


class Role(enum.StrEnum):
    """What a seat is for."""

    PARTICIPANT = "participant"
    FOCAL_POINT = "focal_point"
    FACILITATOR = "facilitator"
    DRAFTER = "drafter"
    SECRETARIAT = "secretariat"
    REVIEWER = "reviewer"
    OBSERVER = "observer"


ROLE_NAMES = {
    Role.PARTICIPANT: N_("Participant"),
    Role.FOCAL_POINT: N_("Focal point"),
    Role.FACILITATOR: N_("Facilitator"),
    Role.DRAFTER: N_("Drafter"),
    Role.SECRETARIAT: N_("Secretariat"),
    Role.REVIEWER: N_("Reviewer"),
    Role.OBSERVER: N_("Observer"),
}

#: Roles that speak for an organisation, which therefore must have one.
SPEAKS_FOR_A_BODY = frozenset({Role.PARTICIPANT, Role.FOCAL_POINT, Role.OBSERVER})


class Capacity(enum.StrEnum):
    """In whose name a seat's comments are made."""

    CONSTITUENCY = "constituency"
    ORGANISATION = "organisation"
    PERSONAL = "personal"
    TABLE = "table"


CAPACITY_NAMES = {
    Capacity.CONSTITUENCY: N_("For the constituency"),
    Capacity.ORGANISATION: N_("For the organisation"),
    Capacity.PERSONAL: N_("Personal"),
    Capacity.TABLE: N_("Workshop table"),
}


class Language(enum.StrEnum):
    """The languages people read and write here."""

    ENGLISH = "en"
    MALAY = "ms"


LANGUAGE_NAMES = {Language.ENGLISH: N_("English"), Language.MALAY: N_("Bahasa Melayu")}


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person at their seat in one plan: what policy and visibility look at.

    `person_id` is None for someone who is not signed in; `seat_id` is None without a seat in the plan.
    """

    person_id: int | None
    seat_id: int | None
    plan_id: int
    role: Role | None
    constituency: Constituency | None
    organisation_id: int | None
    language: Language = Language.ENGLISH
