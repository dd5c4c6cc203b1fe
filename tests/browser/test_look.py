"""The parts of pages and their scripts in a real browser: accessible, strict, and nothing typed is lost."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from playwright.sync_api import Browser, Page, expect

from app.text.redline import verb
from app.web.guard import Guard
from tests.web.samples import CLAUSE, every_part, own_templates, page_of_clauses

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parents[2] / "static"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def site() -> FastAPI:
    """The look alone: parts, clauses with a composer, and a place that keeps drafts."""
    made = FastAPI()
    made.add_middleware(Guard, secure=False)
    made.mount("/static", StaticFiles(directory=STATIC))
    made.state.kept = []

    @made.get("/parts/{language}")
    def parts(language: str) -> Response:
        return HTMLResponse(every_part(language))

    @made.get("/clauses")
    def clauses(request: Request, on: int = 0) -> Response:
        asked = request.query_params
        names = ("exact", "prefix", "suffix", "start", "end")
        return HTMLResponse(page_of_clauses({name: asked.get(name, "") for name in names}, on))

    @made.post("/keep")
    def keep() -> Response:
        made.state.kept.append(time.monotonic())
        return JSONResponse({"version": 2})

    @made.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @made.post("/send")
    def send() -> Response:
        return HTMLResponse(
            "<!doctype html><link rel=icon href=/static/mark.svg><title>Sent</title><main>Sent</main>"
        )

    return made


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(site(), host="127.0.0.1", port=0, log_level="error"))
    with own_templates("en"), own_templates("ms"):
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A fresh visitor; whatever the browser complains about fails the test."""
    context = chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert [said for said in complaints if "ERR_INTERNET_DISCONNECTED" not in said] == []


def ready(page: Page) -> None:
    """Wait until the scripts of the page listen."""
    page.wait_for_selector("html.js-on")
    page.wait_for_timeout(200)


def select(page: Page, clause: int | str, exact: str) -> None:
    """Select words of a clause as a mouse would, although marks stand between them."""
    page.evaluate(
        """([id, exact]) => {
            const holder = document.getElementById(id);
            const text = [];
            const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                if (walker.currentNode.parentElement.closest("[data-skip]")) continue;
                for (let i = 0; i < walker.currentNode.length; i += 1) text.push([walker.currentNode, i]);
            }
            const from = text.map(([node, i]) => node.data[i]).join("").indexOf(exact);
            const range = document.createRange();
            range.setStart(...text[from]);
            const [node, last] = text[from + exact.length - 1];
            range.setEnd(node, last + 1);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        [f"t-{clause}", exact],
    )


@pytest.mark.parametrize("language", ["en", "ms"])
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (360, "light")])
def test_every_part_is_accessible_and_fits(chromium, address, language, width, scheme):
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}/parts/{language}")
    page.wait_for_selector("html.js-on")
    found = Axe().run(page, options={"runOnly": STANDARDS}).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_focus_goes_to_what_came_back_wrong(page):
    page.goto("/parts/en")
    expect(page.locator("[data-focus]")).to_be_focused()


@pytest.mark.parametrize(
    ("selected", "exact"),
    [
        ("fty or more work", "fifty or more workers"),  # half words become whole
        (" workers shall set up 𝒜 work", "workers shall set up 𝒜 workplace"),  # a mark ends inside
        ("within twelve months", "within twelve months"),  # behind a sign that is two units and one point
        ("Employers", "Employers"),
    ],
)
def test_selected_words_become_the_passage_of_a_comment(page, selected, exact):
    page.goto("/clauses")
    ready(page)
    select(page, 1, selected)
    page.get_by_role("button", name="Comment on these words").click()
    composer = page.locator("#c-1 .composer")
    composer.wait_for()
    value = {
        name: composer.locator(f"[name={name}]").input_value()
        for name in ("exact", "prefix", "suffix", "start", "end")
    }
    assert value["exact"] == exact
    start, end = int(value["start"]), int(value["end"])
    assert start == CLAUSE.index(exact)
    assert CLAUSE[start:end] == exact
    assert value["prefix"] == CLAUSE[max(0, start - 32) : start]
    assert value["suffix"] == CLAUSE[end : end + 32]


def test_words_are_chosen_and_commented_on_by_keys_alone(page):
    page.goto("/clauses")
    ready(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "c-2"
    page.keyboard.press("[")
    page.locator(".selhint").wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert "“with fifty”" in page.locator(".selhint").inner_text()
    page.keyboard.press("Enter")
    page.locator("#c-2 .composer").wait_for()
    assert page.locator("#c-2 [name=exact]").input_value() == "with fifty"
    expect(page.locator("#c-2 [name=text]")).to_be_focused()
    page.keyboard.press("Escape")
    assert page.locator(".composer").count() == 0
    assert page.evaluate("document.activeElement.matches('#c-2 a[data-compose]')")


def test_single_keys_can_be_turned_off_and_do_nothing_in_a_field(page):
    page.goto("/clauses")
    ready(page)
    page.locator("#search").focus()
    page.keyboard.type("j?")
    assert page.locator("#search").input_value() == "j?"
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_label("Single keys work on this device").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert not page.locator("#keylist").is_visible()
    page.reload()
    page.keyboard.press("?")
    assert not page.locator("#keylist").is_visible()
    page.get_by_role("button", name="Keys").click()
    assert page.locator("#keylist").is_visible()


def open_composer(page: Page) -> None:
    page.goto("/clauses")
    ready(page)
    page.locator("#c-1 a[data-compose]").click()
    page.locator("#c-1 .composer").wait_for()


def test_the_redline_follows_what_one_types_and_names_its_verb(page):
    open_composer(page)
    area = page.locator("#c-1 [name=proposed]")
    base = area.input_value()
    for after in (
        base.replace("fifty", "twenty"),
        base.replace("fifty or more ", ""),
        base.replace("workplace", "workplace grievance"),
        base + " It is reviewed every year.",
    ):
        area.fill(after)
        red = page.locator("#c-1 .red")
        assert red.locator(".tag").inner_text().upper() == verb(base, after)
        runs = red.locator("p").evaluate(
            """p => [...p.childNodes].map(node => node.nodeType === 3 ? ["equal", node.data]
                : [node.tagName, [...node.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join("")])"""
        )
        assert "".join(text for kind, text in runs if kind != "INS") == base
        assert "".join(text for kind, text in runs if kind != "DEL") == after
    area.fill(base)
    assert page.locator("#c-1 .red").count() == 0


def test_a_draft_is_kept_on_the_device_at_once_and_comes_back(page):
    open_composer(page)
    page.locator("#c-1 [name=text]").fill("Twelve months is too short.")
    first = page.locator("#c-1 [name=client_uuid]").input_value()
    page.reload()
    ready(page)
    page.locator("#c-1 a[data-compose]").click()
    expect(page.locator("#c-1 [name=text]")).to_have_value("Twelve months is too short.")
    assert page.locator("#c-1 [name=client_uuid]").input_value() == first  # sent twice, it would still be one


def test_a_draft_is_kept_on_the_server_after_a_pause(page):
    open_composer(page)
    page.locator("#c-1 [name=text]").fill("Twelve months is too short.")
    expect(page.locator("#c-1 span[data-kept]")).to_have_text(re.compile(r"^Draft kept \d\d:\d\d$"))
    assert page.locator("#c-1 [name=version]").input_value() == "2"


def test_a_dead_network_neither_sends_nor_loses(page):
    open_composer(page)
    page.locator("#c-1 [name=text]").fill("Twelve months is too short.")
    page.context.set_offline(True)
    page.locator("#c-1 [name=text]").press("Control+Enter")
    alert = page.locator("#c-1 [role=alert]")
    alert.wait_for()
    assert alert.inner_text() == "Your comment was not sent. The text is kept on this device."
    assert page.locator("#c-1 [name=text]").input_value() == "Twelve months is too short."
    page.context.set_offline(False)
    page.locator("#c-1 [name=text]").press("Control+Enter")
    page.wait_for_url("**/send")
    page.goto("/clauses")
    ready(page)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('runding:draft:'))") == []


def test_without_a_script_the_way_to_the_composer_is_a_link(chromium, address):
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/clauses")
    page.locator("#c-1 a[data-compose]").click()
    assert re.search(r"/clauses\?", page.url)
    assert page.locator(".composer [name=text]").first.is_visible()
    assert not page.locator(".js").first.is_visible()
    context.close()
