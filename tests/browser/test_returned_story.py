"""A secretary's morning with what came back by e-mail, from the upload to the matrix, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlmodel import Session

from app.people.rules import Role
from tests.browser.returned import SHEET, a_copy
from tests.browser.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False])
def test_a_secretary_takes_in_a_copy_and_a_sheet(site: Site, tmp_path: Path, scripts: bool):
    with Session(site.engine) as session:
        (tmp_path / "copy.docx").write_bytes(a_copy(session, 2))
    (tmp_path / "sheet.csv").write_bytes(SHEET)
    page = site.as_person(Role.SECRETARIAT, javascript=scripts)
    page.goto("/rounds/2/returned")
    page.locator("#f-files").set_input_files([tmp_path / "copy.docx", tmp_path / "sheet.csv"])
    page.get_by_label("From which organisation").select_option(index=1)
    page.get_by_role("button", name="Send the files up").click()
    row = page.get_by_role("row").filter(has_text="sheet.csv")
    if not scripts:
        expect(page.get_by_text("Files received: 2.")).to_be_visible()
        for _ in range(60):
            if row.get_by_text("Read, not imported").count():
                break
            page.wait_for_timeout(500)
            page.goto("/rounds/2/returned")
    expect(row.get_by_text("Read, not imported")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="sheet.csv").click()
    expect(page.get_by_role("button", name="Import this file")).to_be_disabled()
    lost = page.locator('[data-fate="wanting"]')
    lost.get_by_label("Clause, or words from it").fill("Section 2.1")
    lost.get_by_role("button", name="Place it there").click()
    expect(page.locator('[data-fate="wanting"]')).to_have_count(0)
    page.get_by_role("button", name="Import this file").click()
    expect(page.get_by_text("2 comments came from this file.")).to_be_visible()
    page.goto("/rounds/2/returned")
    page.get_by_role("link", name="copy.docx").click()
    expect(page.locator("mark.hq")).to_be_visible()
    expect(page.locator(".ritem ins").first).to_contain_text("Instead")
    page.get_by_role("button", name="Import this file").click()
    expect(page.get_by_text(re.compile("New comments: 2. New replies: 1."))).to_be_visible()
    page.goto("/rounds/2/matrix?q=Say+who+decides")
    expect(page.get_by_text("Say who decides.").first).to_be_visible()
