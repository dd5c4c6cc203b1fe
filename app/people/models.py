"""People, the bodies they come from, their seats, and how they sign in."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db import one_of
from app.people.rules import Capacity, Constituency, Language, Region, Role


class Organisation(SQLModel, table=True):
    """A body that takes part in a plan."""

    __table_args__ = (UniqueConstraint("plan_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    name: str = Field(max_length=200)
    short_name: str = Field(default="", max_length=60)
    constituency: Constituency = Field(sa_type=one_of(Constituency))
    region: Region = Field(default=Region.NATIONAL, sa_type=one_of(Region))
    created_at: datetime
    version: int = 1


class Person(SQLModel, table=True):
    """Somebody with an e-mail address; `email` is kept in lower case, and is empty once erased."""

    id: int | None = Field(default=None, primary_key=True)
    email: str | None = Field(default=None, max_length=254, unique=True)
    name: str = Field(default="", max_length=120)
    language: Language = Field(default=Language.ENGLISH, sa_type=one_of(Language))
    created_at: datetime
    erased_at: datetime | None = None
    calendar_secret: str | None = Field(default=None, max_length=64, unique=True)


class Seat(SQLModel, table=True):
    """A person's place in a plan."""

    __table_args__ = (
        UniqueConstraint("plan_id", "person_id"),
        Index(None, "plan_id", "organisation_id"),
        Index(None, "person_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    person_id: int = Field(foreign_key="person.id")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    role: Role = Field(sa_type=one_of(Role))
    constituency: Constituency | None = Field(default=None, sa_type=one_of(Constituency))
    capacity: Capacity = Field(default=Capacity.ORGANISATION, sa_type=one_of(Capacity))
    invited_at: datetime
    invited_by: int | None = Field(default=None, foreign_key="person.id")
    first_signed_in_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1


class SignInLink(SQLModel, table=True):
    """A link that signs one person in once; only the SHA-256 of its secret is kept.

    One asked for by an unknown address belongs to nobody: it is written all the same, so that the asker
    cannot tell, and never leaves.
    """

    __tablename__ = "sign_in_link"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    secret_hash: str = Field(max_length=64, unique=True)
    next_path: str = Field(default="/", max_length=400)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


class SignInAttempt(SQLModel, table=True):
    """One request for a link, counted by address and by person; `key` is a hash, never the thing itself."""

    __tablename__ = "sign_in_attempt"

    __table_args__ = (Index(None, "key", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=64)
    at: datetime


class SignedIn(SQLModel, table=True):
    """A session: a browser that a person signed in with. Only the SHA-256 of its token is kept."""

    __tablename__ = "signed_in"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    device: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=64)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class ApiToken(SQLModel, table=True):
    """A secret a program shows to act as the person who made it; only its SHA-256 is kept."""

    __tablename__ = "api_token"

    # The id of an erased token is never given again: its history stays its own.
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=80)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None


class InvitationList(SQLModel, table=True):
    """A file of people to invite, kept between its preview and its confirmation by the same person."""

    __tablename__ = "invitation_list"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    plan_id: int = Field(foreign_key="plan.id")
    name: str = Field(max_length=255)
    content: bytes = Field(sa_type=LargeBinary)
    created_at: datetime
