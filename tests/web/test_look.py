"""How every page looks: strict enough for the browser's policy, whole in both languages, cheap to make."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from lxml import html

from app.errors import Conflict
from app.rounds.rules import Phase
from app.web.here import Page
from app.web.page import TEMPLATES, PageEnvironment, render
from app.web.strip import MOST, around, strip
from tests.web.samples import (
    HOSTILE,
    NOW,
    PROBLEM,
    a_page,
    a_round,
    a_step,
    every_part,
    problem_page,
    request,
)

ROOT = TEMPLATES.parent.parent
STATIC = ROOT / "static"
CSS = (STATIC / "runding.css").read_text()
SOURCES = sorted(TEMPLATES.rglob("*.html"))


@pytest.fixture(params=["en", "ms"])
def page(request):
    """Every part of every component, as a browser gets it."""
    return html.document_fromstring(every_part(request.param))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(TEMPLATES)))
def test_no_template_holds_what_the_policy_forbids(source):
    text = re.sub(r"\{#.*?#\}", "", source.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", text), "a style attribute: use a class, or an SVG attribute"
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text), "an inline handler: use a module under static/js"
    assert not re.search(r"<style|javascript:|hx-on|hx-vals\s*=\s*[\"']js:", text)
    for script in re.findall(r"<script[^>]*>(.*?)</script>", text, flags=re.DOTALL):
        assert script.strip() == ""


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(TEMPLATES)))
def test_every_icon_and_file_a_template_asks_for_exists(source):
    drawn = set(re.findall(r'id="([\w-]+)"', (TEMPLATES / "components" / "sprite.html").read_text()))
    text = source.read_text()
    icons = {f"i-{name}" for name in re.findall(r"\bic\(\s*\"([\w-]+)\"", text)}
    used = {name for name in re.findall(r'<use href="#([\w-]+)"', text) if not name.endswith("-")}
    assert icons | used <= drawn
    for file in re.findall(r"/static/([\w./-]+)", text):
        assert (STATIC / file).is_file(), file


def test_ids_are_unique(page):
    ids = Counter(page.xpath("//*/@id"))
    assert [found for found, n in ids.items() if n > 1] == []


def test_every_field_has_a_label_and_says_its_hint_and_error(page):
    ids = set(page.xpath("//*/@id"))
    fields = page.xpath("//main//*[self::input or self::textarea or self::select][not(@type='hidden')]")
    assert len(fields) >= 12
    for field in fields:
        labelled = field.xpath("ancestor::label") or page.xpath(f"//label[@for='{field.get('id')}']")
        assert labelled, field.get("name")
    for said in page.xpath("//@aria-describedby"):
        assert set(said.split()) <= ids
    wrong = page.xpath("//*[@aria-invalid='true']")
    assert len(wrong) == 4
    for field in wrong:
        assert f"{field.get('id')}-e" in field.get("aria-describedby")


def test_a_summary_of_errors_leads_to_each_field(page):
    ids = set(page.xpath("//*/@id"))
    links = page.xpath("//*[@data-focus]//a/@href")
    assert [link for link in links if link[1:] not in ids] == []


def test_what_people_typed_is_never_markup(page):
    assert page.xpath("//main//script") == []
    assert page.get_element_by_id("f-name").get("value") == HOSTILE
    # A browser drops the first line break after the tag, so the template writes one of its own.
    assert page.get_element_by_id("f-comment").text_content() == "\n\nA line and </textarea>"
    assert page.xpath("//p[contains(@class,'plan')]//b") == []


def test_a_redline_is_told_to_ears_as_well(page):
    inserted = page.xpath("//main//ins")[0]
    assert inserted.xpath("string(span[@class='vh'])").strip() in {"[added:", "[ditambah:"}


def test_links_to_the_languages_come_back_here(page):
    links = page.xpath("//nav[@class='lang']/a/@href")
    assert links == [f"/language/{code}?next=/plans/napfl%3Fa%3D1%26b%3D2" for code in ("en", "ms")]


def test_the_page_says_its_language_and_what_a_redirect_brought(page):
    language = page.get("lang")
    said = page.xpath("string(//*[contains(@class,'flash')]/p)")
    assert (language, said) in {("en", "Copied"), ("ms", "Disalin")}


def test_what_a_redirect_brought_is_said_once():
    answer = render(request(), "errors/problem.html", page=a_page(), problem=PROBLEM, theirs={}, mine={})
    assert 'said=""; expires=' in answer.headers["set-cookie"].lower()


def test_a_stale_edit_shows_both_texts():
    problem = Conflict("Copied", theirs={"reason": "theirs & more"}, mine={"reason": "mine"})
    body = problem_page(Page.bare(request("/x")), 409, problem)
    assert body.xpath("//main//dd/text()") == ["theirs & more", "mine"]


def test_a_page_without_person_plan_or_round_still_stands():
    body = problem_page(Page.bare(request("/x")), 404, PROBLEM)
    assert body.xpath("//nav[@class='nav']") == []
    assert body.xpath("//*[@class='round']") == []


def test_the_secretariat_holds_no_seat_so_it_wears_no_colour():
    body = problem_page(a_page(seated=False), 404, PROBLEM)
    assert body.xpath("//a[@class='me']//*[@data-c]") == []
    assert body.xpath("string(//a[@class='me']/span[@class='av'])") == "T"
    assert body.xpath("string(//a[@class='me']//small)") == "Secretariat"


@pytest.mark.parametrize(
    ("found", "sentence", "soon"),
    [
        (a_round(Phase.SCHEDULED, opens_at=NOW + timedelta(days=3)), "opens in 3 days", False),
        (a_round(Phase.OPEN), "closes in 6 days", False),
        (a_round(Phase.OPEN, closes_at=NOW + timedelta(hours=5)), "closes in 5 hours", True),
        (
            a_round(Phase.OPEN, closes_at=NOW - timedelta(hours=5)),
            "its closing time, Tuesday 12 May, 09:12, has passed",
            True,
        ),
        (a_round(Phase.PAUSED), "is paused", False),
        (a_round(Phase.CLOSED, closed_at=NOW - timedelta(days=1)), "closed Monday 11 May, 14:12", False),
        (a_round(Phase.PUBLISHED), "is over, its answers are published", False),
    ],
)
def test_the_strip_says_where_a_round_stands(found, sentence, soon):
    says = strip(found, NOW, "en")
    assert says.sentence == sentence
    assert says.soon is soon


@pytest.mark.parametrize(("done", "first"), [(0, 1), (1, 1), (4, 4), (9, 9), (12, 9)])
def test_the_strip_shows_the_steps_around_where_the_plan_stands(done, first):
    steps = [a_step(n, "done" if n <= done else "next") for n in range(1, 13)]
    shown = around(steps)
    assert [step.id for step in shown] == list(range(first, first + MOST))


def test_a_short_roadmap_is_shown_whole():
    steps = [a_step(1, "done"), a_step(2, "now")]
    assert around(steps) == steps
    assert around([]) == []


def test_what_cannot_change_is_settled_when_a_template_is_compiled():
    environment = PageEnvironment("ms")
    code = environment.compile('{{ ic("check") }}{{ cb("E", "cb--s") }}{{ _("Copied") }}', raw=True)
    assert "Disalin" in code
    assert "#s-E" in code
    assert "context.call" not in code
    assert environment.from_string("{{ cb(letter) }}").render(letter="W").count("Pekerja") == 2


def test_a_malay_sentence_with_an_apostrophe_or_a_sign_is_escaped_once():
    environment = PageEnvironment("en")
    assert environment.from_string('{{ _("It\'s <b>") }}').render() == "It&#39;s &lt;b&gt;"
    assert environment.from_string("{% trans n=n %}<b>{{ n }}</b> rows{% endtrans %}").render(n="<i>") == (
        "<b>&lt;i&gt;</b> rows"
    )
    assert environment.from_string('{{ _("of %(who)s", who=who) }}').render(who="<i>") == "of &lt;i&gt;"


def test_dark_by_choice_is_dark_by_preference():
    def tokens(start: str) -> str:
        return re.sub(r"\s+", " ", CSS[CSS.index(start) + len(start) :].split("}")[0])

    assert tokens(':root:not([data-theme="light"]) {') == tokens(':root[data-theme="dark"] {')


def test_every_file_of_others_says_its_version_and_licence():
    said = (STATIC / "vendor" / "README.md").read_text()
    folders = [folder for folder in (STATIC / "vendor").iterdir() if folder.is_dir()]
    assert folders
    for folder in folders:
        assert f"`{folder.name}/`" in said
        assert (folder / "LICENSE").is_file()
    assert "4.0.1" in (STATIC / "vendor" / "htmx" / "htmx.min.js").read_text()
    assert len(list((STATIC / "fonts").glob("OFL-*.txt"))) == len(list((STATIC / "fonts").glob("*.woff2")))


def test_scripts_bring_nothing_from_elsewhere():
    for script in [STATIC / "runding.js", *(STATIC / "js").glob("*.js")]:
        text = script.read_text()
        assert not re.search(r"\b(eval|Function)\(|innerHTML|outerHTML|document\.write", text), script.name
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), script.name
        for module in re.findall(r'from "(\./[\w./-]+)"|import\("(\./[\w./-]+)"\)', text):
            assert (script.parent / (module[0] or module[1])).is_file()
