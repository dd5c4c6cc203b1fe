"""What people come for, done from beginning to end by the pages alone, on both databases."""

import email
import email.policy
import io
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from app.demo.load import SLUG
from app.people.rules import Constituency, Language, Role
from tests.browser.site import Site
from tests.browser.test_every_page import small_draft
from tests.browser.test_look import select
from tests.conftest import SHARED

pytestmark = pytest.mark.browser

PLAN = f"/plans/{SLUG}"
SECTION = "/rounds/2/read/chp_2__sec_1"
NOT_SENT = "Your comment was not sent. The text is kept on this device."

expect.set_options(timeout=20_000)


def opened(page: Page, path: str) -> None:
    """Go there, and wait until the page's scripts are at work."""
    page.goto(path)
    page.locator("html.js-on").wait_for()


def clause(page: Page, label: str) -> Locator:
    return page.locator(f'[data-clause][data-label="{label}"]')


def select_words(page: Page, label: str, words: str) -> None:
    wid = clause(page, label).get_attribute("data-wid")
    select(page, wid or "", words)
    button = page.locator(".selbtn")
    try:
        button.wait_for(timeout=5_000)
    except TookTooLong:  # as a person would: the words are selected once more
        select(page, wid or "", words)
        button.wait_for()


def ref_in(page: Page) -> str:
    found = re.search(r"R2-\d{4}", page.locator(".flash").first.inner_text())
    assert found
    return found.group()


def test_a_union_officer_comments_by_touch_in_malay_changes_and_withdraws(site: Site):
    page = site.as_person(
        Role.PARTICIPANT,
        Constituency.WORKERS,
        name="Nurul Aisyah",
        language=Language.MALAY,
        width=390,
        height=844,
        touch=True,
    )
    opened(page, SECTION)
    expect(page.locator("html")).to_have_attribute("lang", "ms")
    select_words(page, "2.1.1", "twice a year")
    page.get_by_role("button", name="Ulas perkataan ini").tap()
    sheet = page.locator(".composer[data-brought]")
    expect(sheet.locator("[name=exact]")).to_have_value("twice a year")
    box = sheet.bounding_box()
    assert box
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)  # a sheet over the foot of the page
    expect(sheet.get_by_role("button", name="Hantar ulasan")).to_be_in_viewport()
    sheet.locator("[name=text]").fill("Dua kali setahun tidak memadai; mesyuaratkan setiap suku tahun.")
    sheet.get_by_role("button", name="Hantar ulasan").tap()
    expect(page.locator(".flash").first).to_contain_text("Diterima")
    ref = ref_in(page)
    mine = page.locator(".note--mine").filter(has_text=ref)
    expect(mine).to_contain_text("setiap suku tahun")

    mine.get_by_role("link", name="Resit").tap()
    expect(page.locator(".receipt")).to_contain_text("Diterima")
    with page.expect_download() as taken:
        page.locator("a[href$='receipt.txt']").tap()
    receipt = Path(taken.value.path()).read_text()
    assert ref in receipt
    assert "setiap suku tahun" in receipt

    page.locator("a[href$='/edit']").tap()
    page.locator("[name=text]").fill("Mesyuaratkan setiap bulan.")
    page.locator(".composer .btn--go").tap()
    changed = page.locator(".note--mine").filter(has_text=ref)
    expect(changed).to_contain_text("Mesyuaratkan setiap bulan.")
    changed.locator("a[href$='#withdraw']").tap()
    page.get_by_role("button", name=f"Tarik balik {ref}").tap()
    expect(page.locator(".flash").first).to_contain_text(f"Ditarik balik: {ref}")
    gone = page.locator(".note--gone").filter(has_text=ref)
    expect(gone).to_contain_text("Ditarik balik.")

    other = site.as_person(Role.PARTICIPANT, Constituency.EMPLOYERS)
    other.goto(SECTION)
    expect(other.get_by_text(ref)).to_have_count(0)


def test_an_employers_lawyer_proposes_text_loses_nothing_supports_and_objects(site: Site):
    page = site.as_person(Role.PARTICIPANT, Constituency.EMPLOYERS)
    opened(page, SECTION)
    clause(page, "2.1.1").locator(".clause__f a[data-compose]").click()
    composer = page.locator(".composer[data-brought]")
    area = composer.locator("[name=proposed]")
    base = area.input_value()
    area.fill(base.replace("twice", "four times"))
    expect(composer.locator("[data-redline] ins")).to_contain_text("four times")
    expect(composer.locator("[data-redline] del")).to_contain_text("twice")
    composer.locator("[name=text]").fill("Quarterly meetings keep enterprises able to plan.")
    expect(composer.locator("span[data-kept]")).to_contain_text("Draft kept")

    page.reload()
    page.locator("html.js-on").wait_for()
    page.locator("[data-began]").get_by_role("link", name="Go on writing").click()
    expect(page.locator(".composer [name=text]")).to_have_value(
        "Quarterly meetings keep enterprises able to plan."
    )
    expect(page.locator(".composer [name=proposed]")).to_have_value(base.replace("twice", "four times"))
    expect(clause(page, "2.1.1").locator("[data-began]")).to_have_count(0)

    page.locator(".composer [name=text]").fill("Quarterly meetings keep enterprises able to plan ahead.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Submit comment").click()
    expect(page.locator(".composer [role=alert]")).to_have_text(NOT_SENT)
    page.context.set_offline(False)
    page.get_by_role("button", name="Submit comment").click()
    expect(page.locator(".flash").first).to_contain_text("Received")
    ref = ref_in(page)
    mine = page.locator(".note--mine").filter(has_text=ref)
    expect(mine).to_contain_text("able to plan ahead")
    expect(mine.locator("ins")).to_contain_text("four times")
    expect(page.locator("[data-began]")).to_have_count(0)

    others = page.locator(".note:not(.note--mine)").filter(has=page.get_by_role("button", name="Support"))
    id_ = others.first.get_attribute("id")
    one = page.locator(f"#{id_}")
    pressed = one.get_by_role("button", name="Support").get_attribute("aria-pressed") == "true"
    one.get_by_role("button", name="Support").click()
    expect(page.locator(f"#{id_}").get_by_role("button", name="Support")).to_have_attribute(
        "aria-pressed", "false" if pressed else "true"
    )
    page.locator(f"#{id_}").get_by_role("link", name="Object").click()
    page.get_by_label("Why you object").fill("It doubles the cost of small enterprises.")
    page.get_by_role("button", name="Object").click()
    expect(page.locator("#stance")).to_contain_text("It doubles the cost of small enterprises.")
    expect(page.get_by_role("button", name="Object")).to_have_attribute("aria-pressed", "true")


def focus_is_visible(page: Page) -> bool:
    found: bool = page.evaluate(
        """() => {
            const style = getComputedStyle(document.activeElement);
            const box = document.activeElement.getBoundingClientRect();
            const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
                || style.boxShadow !== "none";
            return document.activeElement !== document.body && ring && box.bottom > 0 && box.top < innerHeight;
        }"""
    )
    return found


def test_with_keys_alone_one_reads_chooses_words_comments_and_supports(site: Site):
    page = site.as_person(Role.PARTICIPANT, Constituency.CIVIL_SOCIETY)
    opened(page, SECTION)
    keys = page.keyboard
    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert focus_is_visible(page)
    keys.press("Enter")
    page.wait_for_function("document.activeElement.id === 'main'")
    keys.press("j")
    keys.press("j")
    here = page.evaluate("document.activeElement.dataset.label")
    assert focus_is_visible(page)
    keys.press("k")
    keys.press("j")
    assert page.evaluate("document.activeElement.dataset.label") == here
    keys.press("[")
    hint = page.locator(".selhint")
    expect(hint).to_be_visible()
    keys.press("ArrowRight")
    keys.press("Shift+ArrowRight")
    chosen = re.search(r"“(.+?)”", hint.inner_text())
    assert chosen
    keys.press("Enter")
    composer = page.locator(".composer[data-brought]")
    expect(composer.locator("[name=exact]")).to_have_value(chosen.group(1))
    page.wait_for_function("document.activeElement.name === 'text'")
    assert focus_is_visible(page)
    keys.type("Say who chairs it.")
    for _ in range(12):  # to the end of the form, by Tab, seeing where one is
        keys.press("Tab")
        assert page.evaluate(
            "document.activeElement.matches(':focus-visible') || document.activeElement.closest('.seg,.opt')"
        )
    composer.locator("[name=text]").focus()
    keys.press("Control+Enter")
    expect(page.locator(".flash").first).to_contain_text("Received")
    expect(page.locator(".note--mine").filter(has_text=ref_in(page))).to_contain_text("Say who chairs it.")

    page.locator("html.js-on").wait_for()
    page.evaluate("document.activeElement.blur()")
    keys.press("j")
    keys.press("j")
    label = page.evaluate("document.activeElement.dataset.label")
    answer = clause(page, label).locator("[data-answer=support]")
    was = answer.get_attribute("aria-pressed")
    with page.expect_navigation():
        keys.press("s")
    expect(answer).to_have_attribute("aria-pressed", "false" if was == "true" else "true")


def test_without_a_script_one_comments_keeps_sends_all_filters_and_downloads(site: Site):
    page = site.as_person(Role.PARTICIPANT, Constituency.GOVERNMENT, javascript=False, width=1024)
    page.goto(SECTION)
    clause(page, "2.1.2").locator(".clause__f a[data-compose]").click()
    page.locator("[name=exact]").fill("two seats")
    page.locator("[name=text]").fill("Say how an organisation gives a seat back.")
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.locator(".flash").first).to_contain_text("Kept")
    page.goto(SECTION)
    clause(page, "2.1.3").locator(".clause__f a[data-compose]").click()
    page.locator("[name=text]").fill("Name the four chairs.")
    page.get_by_role("button", name="Keep as draft").click()

    page.goto("/rounds/2/mine")
    ours = page.locator("[name=comment_id]")
    before = ours.count()
    assert before >= 2
    page.get_by_role("button", name="Submit the ticked comments").click()
    expect(page.locator(".flash").first).to_contain_text("Received")
    expect(ours).to_have_count(0)
    expect(page.get_by_text("two seats").first).to_be_visible()

    page.goto("/rounds/2/matrix/filters")
    page.locator("#f-q").fill("gives a seat back")
    page.locator("#f-section").select_option("chp_2__sec_1")
    page.get_by_role("button", name="Show the comments").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.locator("summary").filter(has_text="Export").click()
    with page.expect_download() as taken:
        page.locator(".pop a[href*='matrix.csv']").click()
    rows = Path(taken.value.path()).read_text(encoding="utf-8-sig")
    assert "Say how an organisation gives a seat back." in rows
    assert "Name the four chairs." not in rows


def test_one_comes_in_by_the_mailed_link(site: Site):
    page = site.visit().page
    page.goto(SECTION)
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    page.get_by_label("E-mail").fill("ooi.chee@dpc-contoh.example")
    page.get_by_role("button", name="Send me a sign-in link").click()
    expect(page.get_by_role("status")).to_contain_text("If this address has been invited")
    page.goto(link_to(page, site, "ooi.chee@dpc-contoh.example"))
    page.get_by_role("button", name="Come in").click()
    expect(page).to_have_url(re.compile(re.escape(SECTION)))
    expect(page.get_by_role("link", name="Account: Ooi Chee Kheong")).to_be_visible()


def link_to(page: Page, site: Site, address: str) -> str:
    """The link in the last mail to somebody, once the postman has been."""
    for _ in range(100):
        for path in reversed(site.mails()):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = mail.get_body(("plain",))
            found = re.search(r"http://\S+/sign-in/\S+", body.get_content() if body else "")
            if address in str(mail["To"]) and found:
                return found.group()
        page.wait_for_timeout(100)
    raise AssertionError(f"no mail to {address}")


def test_the_secretariat_goes_from_a_word_file_to_a_matrix_in_a_workbook(site: Site, tmp_path: Path):
    real = SHARED / "data" / "napfl" / "napfl.docx"
    content = real.read_bytes() if real.exists() else small_draft()
    page = site.as_person(Role.SECRETARIAT)
    opened(page, f"{PLAN}/drafts/import")
    page.get_by_label("Word file").set_input_files(
        {"name": "draft.docx", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.locator("#f-name").fill("Draft 2")
    page.get_by_label("It follows").select_option("")
    page.get_by_role("button", name="Import").click()
    page.wait_for_url(re.compile(r"/drafts/\d+"))

    paragraph = page.locator(".dc--paragraph").first
    if not paragraph.count():
        page.get_by_role("link", name="Next section").click()
    paragraph.get_by_role("link", name="Correct").click()
    page.locator("#f-text").fill("Every worker may lodge a complaint in a language of the worker's choice.")
    page.locator(".mend__form").first.get_by_role("button", name="Save").click()
    expect(page.get_by_text("a language of the worker's choice").first).to_be_visible()
    page.locator(".nav").get_by_role("link", name="Drafts").click()
    page.get_by_role("link", name="Draft 2", exact=True).click()
    while (
        hindered := page.locator(".dft__hind button")
    ).count():  # in the way of freezing, each gone in one press
        with page.expect_navigation():
            hindered.first.click()
    page.get_by_role("button", name="Freeze this draft").click()
    expect(page.locator(".flash").first).to_be_visible()
    expect(page.get_by_role("link", name="Correct")).to_have_count(0)

    opened(page, f"{PLAN}/rounds/new")
    page.locator("#draft").select_option(label="Draft 2")
    page.get_by_role("button", name="Take this draft").click()
    page.locator("#f-name").fill("Round 3 on Draft 2")
    page.get_by_role("button", name="Make the round").click()
    few = page.locator("[name=accepts_few_days][type=checkbox]")
    if few.count():
        few.check()
        page.get_by_role("button", name="Make the round").click()
    page.wait_for_url(re.compile(r"/rounds/\d+"))

    opened(page, f"{PLAN}/people/invite")
    page.locator("#f-name").fill("Siti Contoh")
    page.locator("#f-email").fill("siti.contoh@baharu.example")
    page.locator("#f-new_organisation").fill("Kesatuan Contoh Baharu")
    page.locator("#f-constituency").select_option("W")
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.locator(".flash").first).to_be_visible()
    link = link_to(page, site, "siti.contoh@baharu.example")
    guest = site.visit().page
    guest.goto(link)
    guest.get_by_role("button", name="Come in").click()
    guest.goto("/rounds/2/read/chp_2__sec_1")
    clause(guest, "2.1.1").locator(".clause__f a[data-compose]").click()
    guest.locator("[name=text]").fill("=1+1 is no formula, it is a comment.")
    guest.get_by_role("button", name="Submit comment").click()
    expect(guest.locator(".flash").first).to_contain_text("Received")

    opened(page, "/rounds/2/matrix?q=formula")
    row = page.locator("[data-row]").filter(has_text="is no formula")
    expect(row).to_contain_text("Kesatuan Contoh Baharu")
    row.locator("a.ref").click()
    expect(page.locator("tr.editing")).to_contain_text("=1+1 is no formula")
    page.get_by_role("link", name="All", exact=True).click()
    page.locator("summary").filter(has_text="Export").click()
    with page.expect_download() as taken:
        page.locator(".pop a[href$='matrix.xlsx']").click()
    kept = tmp_path / "matrix.xlsx"
    shutil.copy(taken.value.path(), kept)
    book = openpyxl.load_workbook(io.BytesIO(kept.read_bytes()))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    ours = next(cell for cell in cells if cell.value == "=1+1 is no formula, it is a comment.")
    assert ours.data_type == "s"
    office = shutil.which("soffice")
    if office:
        subprocess.run(
            [office, "--headless", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--convert-to",
             "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
             "--outdir", str(tmp_path), str(kept)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        assert any("=1+1 is no formula" in made.read_text() for made in tmp_path.glob("*.csv"))
