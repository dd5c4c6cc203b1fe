"""From decided texts to the next draft in a browser: built, frozen, comments carried over, one settled, compared."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update
from sqlmodel import Session, col

from app.demo.load import SLUG
from app.drafting.models import ResultingText
from app.people.rules import Constituency, Role
from app.plans.models import Clause
from app.rounds.models import Round
from app.rounds.rules import Phase
from tests.browser.site import Site
from tests.browser.test_every_page import look

pytestmark = pytest.mark.browser

DRAFTS = f"/plans/{SLUG}/drafts"


def closed(site: Site) -> int:
    """The demo's open round closed, and one of its decided clauses taken out of the text."""
    with Session(site.engine) as session:
        round_ = session.scalars(select(Round).where(col(Round.phase) == Phase.OPEN)).one()
        session.execute(update(Round).where(col(Round.id) == round_.id).values(phase=Phase.CLOSED))
        gone = session.scalar(
            select(col(Clause.id)).where(
                col(Clause.draft_id) == round_.draft_id, col(Clause.label) == "Foreword ¶3"
            )
        )
        session.add(
            ResultingText(round_id=round_.id or 0, clause_id=gone or 0, text=None, at=round_.created_at)
        )
        session.commit()
        return round_.id or 0


def test_a_drafter_builds_the_next_draft_and_takes_along_what_still_stands(site: Site):
    round_id = closed(site)
    page = site.as_person(Role.DRAFTER)
    page.goto(f"{DRAFTS}/next?round={round_id}")
    expect(page.locator(".nd__sum")).to_contain_text("1 clause goes")
    page.get_by_role("button", name="Build the next draft").click()
    page.wait_for_url(re.compile(r"/drafts/\d+$"))
    draft = page.url.rpartition("/")[2]
    page.get_by_role("button", name="Freeze this draft").click()
    page.get_by_role("link", name="Carried over").click()
    page.get_by_role("button", name="Carry over what still stands").click()
    expect(page.locator(".cr__sum")).to_contain_text("comments carried over")
    waiting = page.locator(".nd__case")
    n = waiting.count()
    assert n > 0
    assert look(page) == []

    # With keys: to the first one, then its button; it says what is missing, and nothing is lost.
    page.locator("html.js-on").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("Choose a place")
    waiting.first.locator("[name=look]").fill("Steering Committee")
    waiting.first.get_by_role("button", name="Look", exact=True).click()
    expect(page.locator(".cr__found")).to_contain_text("Steering Committee")
    waiting.first.get_by_label("Its words are gone").check()
    waiting.first.get_by_role("button", name="Note it").click()
    expect(waiting).to_have_count(n - 1)

    reader = site.as_person(Role.PARTICIPANT, Constituency.WORKERS)
    reader.goto(f"{DRAFTS}/{draft}")
    reader.get_by_role("link", name="Compare", exact=True).click()
    expect(reader.locator(".cmp__row--deleted, .cmp__row--edited").first).to_be_visible()
    reader.get_by_role("link", name="Only changes").click()
    expect(reader.locator(".cmp__row--deleted")).to_have_count(1)
    assert look(reader) == []
