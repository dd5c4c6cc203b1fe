"""A drafter puts a clause together in a browser: choices, own words, what stands behind them, and taking back."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.people.rules import Language, Role
from tests.browser.site import Site
from tests.browser.test_every_page import look

pytestmark = pytest.mark.browser

QUEUE = "/rounds/2/drafting"


def text(page: Page) -> str:
    return page.locator("#f-text").input_value()


def test_a_drafter_merges_a_clause_chooses_at_a_collision_and_writes_own_words(site: Site):
    page = site.as_person(Role.DRAFTER)
    page.goto(QUEUE)
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="2.1.2", exact=True))
    row.get_by_role("link").first.click()
    page.locator("html.js-on").wait_for()
    page.get_by_role("link", name="All that is asked").click()
    choice = page.locator("section.clash").filter(has_text="readings exclude each other")
    expect(choice).to_have_count(1)

    # What was typed by hand stays when another reading is chosen.
    choice.locator("label.opt").filter(has_text="without a vote").click()
    expect(page.locator("#f-text")).to_have_value(re.compile("without a vote"))
    assert "and civil society each" not in text(page)  # the rest of the same proposal goes in with it
    page.locator("#f-text").fill(text(page).replace("two years", "three years"))
    expect(page.locator("[data-redline] ins").last).to_contain_text("three")
    choice.locator("label.opt").filter(has_text="Sabah and Sarawak").first.click()
    expect(page.locator("#f-text")).to_have_value(re.compile("between Sabah and Sarawak.*three years"))
    assert "and civil society each" in text(page)
    expect(page.locator(".slot--own")).to_have_text(re.compile("three"))
    page.get_by_role("button", name="Save the text").click()
    expect(page.locator(".flash")).to_contain_text("The text is saved.")

    # Own words want something behind them.
    behind = page.locator("#behind")
    expect(behind).to_contain_text("1 change has nothing behind it")
    behind.get_by_label("Or a note").fill("The Committee's term is three years.")
    behind.get_by_role("button", name="Put behind it").click()
    expect(page.locator("#behind")).to_contain_text("The Committee's term is three years.")
    expect(page.locator("#behind")).not_to_contain_text("nothing behind it")
    assert look(page) == []

    # A second window saves on: the first is told, loses nothing, and saves what joins the two.
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#f-text").fill(text(other).replace("Steering Committee", "Steering Council"))
    other.get_by_role("button", name="Save the text").click()
    expect(other.locator(".flash")).to_contain_text("The text is saved.")
    page.locator("#f-text").fill(text(page).replace("chosen by", "elected by"))
    page.get_by_role("button", name="Save the text").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    assert "Steering Council" in text(page)
    assert "elected by" in text(page)
    assert look(page) == []
    page.get_by_role("button", name="Save the joined text").click()
    expect(page.locator(".flash")).to_contain_text("joined")

    page.get_by_role("link", name="History").click()
    page.get_by_role("listitem").filter(has_text="version 1").get_by_role("button").click()
    expect(page.locator(".flash")).to_contain_text("The earlier text stands again.")
    assert "Steering Committee" in text(page)

    # What the text suggests is proposed with one press; the page is one's own language's on a phone.
    phone = site.as_person(Role.DRAFTER, language=Language.MALAY, width=390, height=844, touch=True)
    phone.goto(f"{QUEUE}/hcontainer_2__entry_5")
    phone.get_by_role("button", name="Simpan teks").tap()
    expect(phone.locator(".flash")).to_contain_text("Teks telah disimpan.")
    became = phone.locator("#became form").filter(has_text="Tidak diterima")
    became.locator("textarea").fill("Takrif Akta kekal.")
    became.get_by_role("button").tap()
    expect(phone.locator(".flash")).to_contain_text("dicadangkan")
    assert look(phone) == []
