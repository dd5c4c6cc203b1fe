"""The secretariat consolidates in a browser: rows are picked by keys, grouped, put back, and a suggestion accepted."""

import pytest
from playwright.sync_api import expect

from app.people.rules import Role
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def test_rows_are_picked_by_keys_grouped_and_put_back_and_a_suggestion_is_accepted(site: Site):
    page = site.as_person(Role.SECRETARIAT)
    page.goto("/")
    page.get_by_role("navigation", name="Consultation").get_by_role("link", name="Matrix").click()
    bulk = page.locator("[data-bulk]")
    expect(bulk).to_be_hidden()
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(bulk).to_contain_text("2 selected")
    picked = page.locator("tr[aria-selected=true] a.ref").all_text_contents()
    page.keyboard.press("g")
    said = page.locator(".flash")
    expect(said).to_contain_text("1 comment joined P")
    issue = page.locator("tr.iss", has_text="2 organisations").first
    expect(issue).to_be_visible()
    for ref in picked:
        expect(page.locator("tr.kid a.ref", has_text=ref)).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(".flash")).to_contain_text("Undone")
    for ref in picked:
        expect(page.locator("tr.kid0 a.ref", has_text=ref)).to_be_visible()

    page.locator("summary", has_text="Consolidate").click()
    page.get_by_role("link", name="Suggested groups").click()
    first = page.locator("section.sug").first
    expect(first).to_contain_text("organisations")
    refs = first.locator("label.tick").all_text_contents()
    first.get_by_role("button", name="Group what is ticked").click()
    expect(page.locator(".flash")).to_contain_text("joined P")
    expect(page.locator("section.sug", has_text=refs[0])).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(".flash")).to_contain_text("Undone")
    assert site.visits[-1].complaints == []
