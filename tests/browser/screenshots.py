"""Takes the pictures of the README: `make screenshots`, from the demo consultation in the system's Chromium."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select
from sqlmodel import col

from app.demo.load import SLUG
from app.people.rules import Constituency, Language, Role
from app.plans.models import Draft
from tests.browser.site import Site, chromium_here, served, with_demo
from tests.databases import Sqlite

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SECTION = "/rounds/2/read/chp_2__sec_1"


def taken(page: Page, name: str) -> None:
    """Once fonts are there, into docs/screenshots/."""
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png", scale="css", animations="disabled", caret="hide")


def take(site: Site) -> None:
    reader = site.as_person(Role.PARTICIPANT, Constituency.EMPLOYERS)
    for section in ("annex_1__goal_1", "annex_1__goal_2", "chp_1__sec_2", "chp_2__sec_2"):
        reader.goto(f"/rounds/2/read/{section}")  # somebody who has read a little
    reader.goto(SECTION)
    taken(reader, "read")

    secretariat = site.as_person(Role.SECRETARIAT)
    secretariat.goto("/rounds/2/matrix")
    taken(secretariat, "matrix")
    secretariat.goto(f"/plans/{SLUG}/roadmap")
    taken(secretariat, "roadmap")

    drafter = site.as_person(Role.DRAFTER)
    draft = site.one(select(col(Draft.id)).order_by(col(Draft.id).desc()))
    drafter.goto(f"/plans/{SLUG}/drafts/{draft}?section=annex_1__goal_1")
    taken(drafter, "draft")

    phone = site.as_person(
        Role.PARTICIPANT, Constituency.WORKERS, language=Language.MALAY, width=390, height=844, touch=True
    )
    phone.goto(SECTION)
    phone.locator("html.js-on").wait_for()
    phone.locator("[data-clause]").nth(1).locator(".clause__f a[data-compose]").tap()
    area = phone.locator(".composer [name=proposed]")
    area.fill(area.input_value().replace("twice", "four times"))
    phone.locator(".composer").evaluate("sheet => { sheet.scrollTop = 150; }")
    taken(phone, "phone-ms")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Sqlite(Path(folder))
        browser = playwright.chromium.launch(
            executable_path=chromium_here(), args=["--no-sandbox", "--disable-gpu"]
        )
        with (
            server.database(server.prepared(with_demo)) as engine,
            served(engine, browser, Path(folder) / "mail") as site,
        ):
            take(site)
        browser.close()


if __name__ == "__main__":
    main()
