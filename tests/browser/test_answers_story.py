"""A round's answers, from what blocks them to what a commenter makes of them, by clicks alone."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import update
from sqlmodel import Session, col

from app.demo.load import SLUG
from app.matrix.dispositions import Disposition
from app.matrix.models import Point
from app.people.rules import Constituency, Role
from tests.browser.site import Site
from tests.browser.test_every_page import look

pytestmark = pytest.mark.browser

NOTE = "Protection that starts with a finding starts too late."


def test_the_secretariat_publishes_and_a_commenter_maintains_the_objection(site: Site):
    secretariat = site.as_person(Role.SECRETARIAT)
    secretariat.goto("/rounds/2/settings")
    secretariat.get_by_text("Close the round", exact=True).click()
    secretariat.get_by_role("button", name="Close it now").click()
    secretariat.get_by_role("link", name="Publish the answers").click()
    expect(secretariat.get_by_role("heading", name="What blocks the answers")).to_be_visible()
    expect(secretariat.get_by_text("The answers cannot be published yet.")).to_be_visible()
    secretariat.get_by_role("link", name="Mend it: R2-", exact=False).first.click()
    expect(secretariat).to_have_url(f"{site.address}/rounds/2/points/{secretariat.url.rsplit('/', 1)[1]}")

    with Session(site.engine) as session:  # two days of meetings, in one statement
        session.execute(
            update(Point)
            .where(col(Point.round_id) == 2, col(Point.disposition) != Disposition.WITHDRAWN)
            .values(disposition=None)
        )
        session.execute(
            update(Point)
            .where(col(Point.round_id) == 2, col(Point.disposition).is_(None))
            .values(disposition=Disposition.NOT_ACCEPTED, reason="The draft stays as it is.")
        )
        session.commit()
    secretariat.goto("/rounds/2/gate")
    expect(secretariat.get_by_text("Nothing blocks the answers.")).to_be_visible()
    secretariat.get_by_label("See first what one person will read").select_option(
        label="Jeyanthi a/p Selvanathan"
    )
    secretariat.get_by_role("button", name="Show").click()
    expect(secretariat.get_by_text("Nobody has read this yet.")).to_be_visible()
    expect(secretariat.get_by_text("The draft stays as it is.").first).to_be_visible()
    assert look(secretariat) == []
    secretariat.go_back()
    secretariat.get_by_role("button", name="Publish the answers").click()
    expect(secretariat.locator(".flash")).to_contain_text("The answers are published.")

    commenter = site.as_person(Role.PARTICIPANT, Constituency.WORKERS, name="Jeyanthi")
    commenter.goto(f"/plans/{SLUG}")
    commenter.locator(".todo li", has_text="Round 2").get_by_role("link", name="Read the answers").click()
    answer = commenter.locator("article.ysw").first
    answer.get_by_role("button", name="Can live with it").click()
    expect(commenter.locator(".flash")).to_contain_text("Noted.")
    answer.locator("summary").click()
    answer.get_by_label("Why, in a few words").fill(NOTE)
    answer.get_by_role("button", name="Maintain the objection").click()
    expect(commenter.locator("article.ysw").first.locator("textarea")).to_have_value(NOTE)

    secretariat.goto("/rounds/2/gate")
    expect(secretariat.get_by_role("region", name="Reactions")).to_contain_text("Maintains the objection1")
    secretariat.goto("/rounds/2/answers?constituency=W")
    expect(secretariat.get_by_text(NOTE)).to_be_visible()
