"""A page of every part, made of real models, for tests of the look."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from fastapi import Request
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader
from lxml import html

from app.errors import Conflict, Invalid
from app.people.models import Organisation, Person, Seat
from app.people.rules import ROLE_NAMES, Constituency, Role
from app.plans.models import Plan
from app.positions.queries import Progress
from app.roadmap.queries import Step
from app.rounds.models import Round
from app.rounds.rules import Phase
from app.text.redline import redline
from app.web.here import Page
from app.web.page import render, templates

NOW = datetime(2026, 5, 12, 6, 12, tzinfo=UTC)
HOSTILE = '"><script>alert(1)</script>'


def request(path: str = "/plans/napfl", headers: dict[str, str] | None = None) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"a=1&b=2",
            "headers": raw,
            "server": ("testserver", 80),
            "scheme": "http",
        }
    )


def a_round(phase: Phase = Phase.OPEN, **more) -> Round:
    return Round(
        **{
            "id": 2,
            "plan_id": 1,
            "draft_id": 1,
            "number": 2,
            "name": "Round 2 on Draft 1",
            "phase": phase,
            "opens_at": NOW - timedelta(days=7),
            "closes_at": datetime(2026, 5, 18, 9, 0, tzinfo=UTC),
            "created_at": NOW,
            **more,
        }
    )


def a_step(n: int, state: str) -> Step:
    return Step(
        n, f"Stage {n}", f"Peringkat {n}", "stage", date(2026, 5, n), date(2026, 5, n), state, "", None
    )


def a_page(language: str = "en", *, name: str = "Tan W. L.", seated: bool = True) -> Page:
    seat = Seat(
        id=1,
        plan_id=1,
        person_id=1,
        role=Role.PARTICIPANT if seated else Role.SECRETARIAT,
        constituency=Constituency.EMPLOYERS if seated else None,
        invited_at=NOW,
    )
    body = Organisation(
        id=1,
        plan_id=1,
        name="Persatuan Majikan Contoh",
        constituency=Constituency.EMPLOYERS,
        created_at=NOW,
    )
    return Page(
        request=request(),
        language=language,
        now=NOW,
        active="read",
        person=Person(id=1, email="tan@x.example", name=name, created_at=NOW),
        seat=seat,
        organisation=body if seated else None,
        role_name=ROLE_NAMES[seat.role],
        plan=Plan(id=1, slug="napfl", title="Plan", sample=True, created_at=NOW),
        round=a_round(),
        steps=[a_step(1, "done"), a_step(2, "now"), a_step(3, "next")],
        progress=Progress(14, 62),
        nav=[("home", "/plans/napfl", "Home"), ("read", "/rounds/2/read", "Read and comment")],
        flash=[("ok", "Copied", {})],
        sample=True,
    )


def shown(name: str, page: Page, *, status: int = 200, **context) -> html.HtmlElement:
    """A page as a browser reads it."""
    answer = render(page.request, name, page=page, status=status, **context)
    assert answer.status_code == status
    return html.document_fromstring(bytes(answer.body).decode())


def problem_page(page: Page, status: int, problem: Invalid | Conflict) -> html.HtmlElement:
    return shown(
        "errors/problem.html",
        page,
        status=status,
        problem=problem,
        theirs=getattr(problem, "theirs", {}),
        mine=getattr(problem, "mine", {}),
    )


PROBLEM = Invalid(
    "There is no such page, or you have no seat in its plan.",
    fields={"email": "Copied", "comment": "Copied", "priority": "Copied", "file": "Copied"},
)


@contextmanager
def own_templates(language: str) -> Iterator[None]:
    """The templates beside these tests stand among the product's."""
    environment = templates(language)
    kept = environment.loader
    assert isinstance(kept, BaseLoader)
    environment.loader = ChoiceLoader([kept, FileSystemLoader(Path(__file__).parent)])
    try:
        yield
    finally:
        environment.loader = kept


def every_part(language: str) -> str:
    """Every part of every component on one page."""
    with own_templates(language):
        answer = render(
            request(),
            "look.html",
            page=a_page(language),
            problem=PROBLEM,
            hostile=HOSTILE,
            runs=redline("fifty or more workers", "twenty or more workers & <b>"),
        )
    return bytes(answer.body).decode()


#: A clause with a sign outside the basic plane, so that UTF-16 and code points differ behind it.
CLAUSE = "Employers with fifty or more workers shall set up 𝒜 workplace mechanism within twelve months."


def page_of_clauses(passage: dict[str, str], on: int) -> str:
    """Two clauses with marks in their text; the composer stands under clause `on`, if any."""
    answer = render(request("/clauses"), "clauses.html", page=a_page(), passage=passage, on=on, text=CLAUSE)
    return bytes(answer.body).decode()
