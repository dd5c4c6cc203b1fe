"""From a point without a drafter to a decision on a shared screen, by three people and mostly by keys."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlmodel import Session, col

from app.matrix.dispositions import Disposition
from app.matrix.models import Point
from app.people.rules import Role
from tests.browser.site import Site
from tests.browser.test_stories import opened

pytestmark = pytest.mark.browser

ROUND = "/rounds/2"


def point(site: Site, point_id: int) -> Point:
    with Session(site.engine) as session:
        return session.get_one(Point, point_id)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_points_are_given_out_proposed_on_and_decided_in_the_room(site: Site):
    secretariat = site.as_person(Role.SECRETARIAT)
    drafter = site.as_person(Role.DRAFTER)
    contested = site.one(
        select(col(Point.id))
        .where(
            col(Point.round_id) == 2,
            col(Point.controversy) > 0,
            col(Point.proposes).is_(True),
            col(Point.disposition).is_(None),
        )
        .order_by(col(Point.controversy).desc(), col(Point.position), col(Point.id))
    )

    # Given out evenly, seen before it is done.
    opened(secretariat, f"{ROUND}/assign")
    secretariat.get_by_label("Puteri Nadia").first.check()
    secretariat.get_by_label("Edmund Jiton").first.check()
    secretariat.locator("form", has=secretariat.locator("[name=seats]")).get_by_role("button").click()
    expect(secretariat.get_by_role("heading", name="would be given out")).to_be_visible()
    secretariat.get_by_role("button", name="Give them out").click()
    expect(secretariat.get_by_text("Every point has a drafter.")).to_be_visible()

    # A drafter proposes.
    opened(drafter, f"{ROUND}/points/{contested}")
    drafter.get_by_role("radio", name="Partly accepted", exact=True).check()
    drafter.get_by_label("Reason, as commenters will read it").fill("The seats stay, the vote is shared.")
    drafter.get_by_role("button", name="Save", exact=True).click()
    expect(drafter.get_by_text("Saved.", exact=True)).to_be_visible()

    # In the room it is decided by keys, with the words of the proposal to begin from.
    opened(secretariat, f"{ROUND}/meeting")
    secretariat.get_by_label("Name of the meeting").fill("Resolution meeting 1")
    secretariat.get_by_role("radio", name="The most contested first").check()
    secretariat.get_by_label("Show drafters' proposals on the screen").check()
    secretariat.get_by_role("button", name="Begin").click()
    expect(secretariat).to_have_url(re.compile(f"/points/{contested}$"))
    secretariat.locator("form[data-awake]").first.wait_for()
    press(secretariat, "m")
    expect(secretariat.locator("[data-reason]")).to_be_focused()
    secretariat.keyboard.type(" Agreed in the room.")
    secretariat.context.set_offline(offline=True)
    press(secretariat, "Control+Enter")
    expect(secretariat.locator("[data-offline]")).to_be_visible()
    secretariat.context.set_offline(offline=False)
    press(secretariat, "Control+Enter")
    expect(secretariat).not_to_have_url(re.compile(f"/points/{contested}$"))
    decided = point(site, contested)
    assert decided.disposition is Disposition.MODIFIED
    assert decided.reason == "The seats stay, the vote is shared. Agreed in the room."
    assert decided.decided_meeting == "Resolution meeting 1"
    expect(secretariat.get_by_text(re.compile(r"^\d+ of \d+ decided$"))).to_be_visible()

    # Back, undone, decided as it stands; the screen goes on where it was.
    opened(secretariat, f"{ROUND}/meetings/1/points/{contested}")
    expect(secretariat.locator(".q--taken")).to_contain_text("Accepted with modification")
    press(secretariat, "u")
    expect(secretariat.locator(".q--prop")).to_be_visible()
    assert point(site, contested).disposition is None
    press(secretariat, "a")
    expect(secretariat.locator(".q--taken")).to_contain_text("Accepted")

    # In the matrix, by keys: the row opens in place, is saved, and the next one opens.
    opened(secretariat, f"{ROUND}/matrix?state=open")
    secretariat.locator("table[data-awake]").wait_for()
    press(secretariat, "j", "e")
    secretariat.locator("tr.editing form[data-awake]").wait_for()
    first = int((secretariat.locator("tr.editing form").get_attribute("id") or "").removeprefix("answer-"))
    expect(secretariat.locator("tr.editing input[type=radio]").first).to_be_focused()
    press(secretariat, "Space", "Control+Enter")
    expect(secretariat.locator("tr.editing form")).not_to_have_id(f"answer-{first}")
    assert point(site, first).disposition is Disposition.ACCEPTED

    # Two at once: what both changed is shown, and neither wording is lost.
    at = secretariat.locator("tr.editing form")
    second = int((at.get_attribute("id") or "").removeprefix("answer-"))
    other = site.as_person(Role.SECRETARIAT, name="Wong Kah Yee")
    opened(other, f"{ROUND}/points/{second}")
    other.get_by_role("radio", name="Deferred to the next round", exact=True).check()
    other.get_by_label("Reason, as commenters will read it").fill("Counted over the calendar year.")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Saved.", exact=True)).to_be_visible()
    at.get_by_role("radio", name="Partly accepted", exact=True).check()
    at.get_by_label("Reason, as commenters will read it").fill("Counted as a yearly average.")
    at.get_by_role("button", name="Save", exact=True).click()
    expect(secretariat.get_by_role("alert")).to_contain_text("Wong Kah Yee changed this")
    secretariat.get_by_role("button", name="Use theirs, keep my disposition").click()
    expect(secretariat.locator("tr.editing")).to_have_count(0)
    settled = point(site, second)
    assert (settled.disposition, settled.reason) == (Disposition.PARTLY, "Counted over the calendar year.")
