"""Two secretaries work on the matrix at the same time and see each other's saves arrive."""

import uuid
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlmodel import Session, col

from app.comments.forms import Written
from app.comments.rules import Scope
from app.matrix import submitting
from app.people.models import Seat
from app.people.rules import Role
from app.rounds.models import Round
from tests.browser.site import Site
from tests.browser.test_stories import opened
from tests.factories import viewer_of

pytestmark = pytest.mark.browser


def give_to(page: Page, point_id: str, drafter: str) -> None:
    """Give a point to a drafter, on the point's own page."""
    opened(page, f"/rounds/2/points/{point_id}")
    page.get_by_label("Drafter", exact=True).select_option(label=drafter)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("region", name="What happened to it")).to_contain_text(drafter)


def test_two_secretaries_see_each_others_saves_arrive_and_lose_nothing_they_type(site: Site):
    aminah = site.as_person(Role.SECRETARIAT, name="Aminah")
    wong = site.as_person(Role.SECRETARIAT, name="Wong")
    opened(aminah, "/rounds/2/matrix")
    aminah.locator("[data-live][data-hears]").wait_for(state="attached")
    point_id = aminah.locator("[data-row][data-point]").nth(1).get_attribute("data-point") or ""
    row = aminah.locator(f'[data-row][data-point="{point_id}"]')
    note = aminah.locator("[data-livenote]")

    give_to(wong, point_id, "Edmund Jiton")
    expect(note).to_contain_text("Wong Kah Yee changed this row.")
    expect(row).not_to_contain_text("Edmund")
    note.get_by_role("button", name="Show").click()
    expect(row).to_contain_text("Edmund")
    expect(note).to_have_count(0)

    # What is being typed stays, whatever is shown anew around it.
    row.locator("[data-open]").click()
    reason = aminah.get_by_label("Reason, as commenters will read it")
    reason.fill("The Department is named in clause 4.")
    give_to(wong, point_id, "Suria binti Abdul Latif")
    expect(note).to_contain_text("What you typed stays; when you save, both are shown.")
    note.get_by_role("button", name="Show").click()
    expect(row).to_contain_text("Suria")
    expect(reason).to_have_value("The Department is named in clause 4.")
    aminah.get_by_role("button", name="Save", exact=True).click()
    expect(row).to_contain_text("The Department is named in clause 4.")
    expect(row).to_contain_text("Suria")

    with Session(site.engine) as session:
        seat = session.scalars(
            select(Seat).where(col(Seat.role) == Role.PARTICIPANT).order_by(col(Seat.id))
        ).first()
        assert seat is not None
        submitting.submit(
            session,
            by=viewer_of(seat),
            round_=session.get_one(Round, 2),
            written=Written(client_uuid=str(uuid.uuid4()), scope=Scope.PLAN, text="Who decides?"),
            at=datetime.now(UTC),
        )
        session.commit()
    expect(aminah.locator("[data-live]")).to_contain_text("1 new comment:")
    aminah.locator("[data-live]").get_by_role("link", name="Show").click()
    expect(aminah.get_by_text("Who decides?").first).to_be_visible()
