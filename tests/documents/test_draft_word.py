"""A draft in Word: what is read back from our own file is exactly what was written into it."""

import io
import random
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from app.documents.docx.draft import read_draft
from app.documents.docx.returned import read_returned
from app.documents.draft_pdf import draft_blocks
from app.documents.drafts import DraftText
from app.documents.printed import Grid, PrintedClause, Said, lines, printed
from app.documents.word.changes import Proposal, Tracking
from app.documents.word.comments import Margin, Note, Place, Thread
from app.documents.word.marks import edits
from app.plans.rules import Kind
from tests.databases import has_program
from tests.documents.printing import AT, CLAUSES, clauses_of, small, word

DRAFTS = ("napfl/napfl", "napfl/napfl-v2", "uspki/policy_draft_2017-09")


def real(shared, name: str) -> tuple[DraftText, list[PrintedClause]]:
    draft = read_draft((shared / f"data/{name}.docx").read_bytes())
    return draft, clauses_of(draft)


def spoken(draft: DraftText) -> list[tuple[str, str, str, dict[str, str]]]:
    return [(one.kind, one.number, one.text, one.fields) for one in draft.clauses]


def test_a_table_keeps_its_head_its_spans_and_its_cells():
    blocks = printed(CLAUSES).blocks
    grid = next(one for one in blocks if isinstance(one, Grid))
    shape = [[(one.col, one.down, [part.text for part in one.parts]) for one in row] for row in grid.rows]
    assert grid.heads == 1
    assert shape[1] == [
        (0, 3, ["1"]),
        (1, 3, ["Workers know their rights."]),
        (2, 2, ["Rights are taught."]),
        (3, 1, ["Train inspectors in all states."]),
        (4, 2, ["2026, 2027"]),
    ]
    assert shape[2] == [(3, 1, ["Publish a guide in Malay and English."])]
    assert abs(sum(grid.shares()) - 1) < 1e-9


def test_entries_that_never_stood_in_a_table_are_put_into_one():
    loose = [
        PrintedClause(1, "a", "a", "goal", 1, "1", "Goal"),
        PrintedClause(2, "b", "b", "activity", 1, "a", "Do", {"timeline": "2027"}, parent=1),
        PrintedClause(3, "c", "c", "activity", 1, "b", "Do more", {}, parent=1),
        PrintedClause(4, "d", "d", "paragraph", 1, "", "After"),
    ]
    blocks = printed(loose, {"goal": "Goal", "activity": "Activity"}).blocks
    grid = next(one for one in blocks if isinstance(one, Grid))
    assert [[part.text for part in one.parts] for one in grid.rows[0]] == [
        ["Goal"],
        ["Activity"],
        ["timeline"],
    ]
    assert [one.down for one in grid.rows[1]] == [2, 1, 1]
    assert len(blocks) == 2


def test_what_is_new_in_a_table_falls_into_its_column_and_what_went_leaves_no_hole():
    new = PrintedClause(20, "w20", "e20", "activity", 1, "", "Added later.", parent=11)
    kept = [one for one in CLAUSES if one.id != 12]
    at = next(n for n, one in enumerate(kept) if one.id == 13)
    grid = next(
        one for one in printed([*kept[: at + 1], new, *kept[at + 1 :]]).blocks if isinstance(one, Grid)
    )
    third = [[part.text for one in row if one.col == 3 for part in one.parts] for row in grid.rows]
    assert third == [
        ["Activities"], ["Publish a guide in Malay and English."], ["Added later."], ["Inspect farms without notice."]
    ]  # fmt: skip
    assert [one.down for one in grid.rows[1] if one.col == 1] == [3]


@st.composite
def strange_drafts(draw) -> list[PrintedClause]:
    """Drafts that nobody would write: any kind under any other, in any place of a table or in none."""
    some = st.text(max_size=9)
    places: st.SearchStrategy[dict[str, int]] = st.one_of(
        st.just({}),
        st.fixed_dictionaries({"table": st.integers(0, 1)}),
        st.fixed_dictionaries(
            {"table": st.integers(0, 1), "row": st.integers(0, 3), "col": st.integers(0, 3)}
        ),
    )
    return [
        PrintedClause(
            id=n,
            wid=f"w{n}",
            eid=f"e{n}",
            kind=draw(st.sampled_from([one.value for one in Kind])),
            level=draw(st.integers(0, 11)),
            number=draw(st.sampled_from(["", "1.", "(a)", "a", "Annex 1:", "%1"])),
            text=draw(some),
            fields=draw(st.dictionaries(st.text(min_size=1, max_size=3), some, max_size=2)),
            parent=draw(st.one_of(st.none(), st.integers(1, n))) if n > 1 else None,
            location=draw(places),
        )
        for n in range(1, draw(st.integers(2, 9)))
    ]


@settings(max_examples=60, deadline=None)
@given(strange_drafts())
def test_every_clause_and_every_field_is_printed_once_whatever_the_draft(clauses):
    laid = printed(clauses, {"goal": "Goal"})
    said = [(one.clause.id, one.field) for one in lines(laid) if one.clause.id > 0]
    said += [(note.id, "") for held in laid.notes.values() for note in held]
    wanted = [(one.id, "") for one in clauses]
    wanted += [
        (one.id, name)
        for one in clauses
        for name, words in one.fields.items()
        if words and one.kind != "footnote"
    ]
    assert sorted(said) == sorted(wanted)
    with zipfile.ZipFile(io.BytesIO(word(clauses))) as parts:
        for name in parts.namelist():
            etree.fromstring(parts.read(name))
    assert list(draft_blocks(laid, notes="Notes"))


def test_a_clean_draft_reads_as_it_was_written():
    draft, _ = small()
    assert [(one.kind, one.number, one.text) for one in draft.clauses] == [
        ("para" if one.kind == "paragraph" else one.kind, one.number, one.text)
        for one in sorted(CLAUSES, key=lambda one: 3.5 if one.id == 16 else one.id)
    ]
    assert next(one for one in draft.clauses if one.kind == "outcome").fields == {"Timeline": "2026, 2027"}


@pytest.mark.parametrize("name", DRAFTS)
def test_a_real_draft_reads_as_it_was_written(shared, name):
    draft, clauses = real(shared, name)
    again = read_draft(word(clauses))
    assert spoken(again) == spoken(draft)
    labels = Counter(one.label for one in draft.clauses) & Counter(one.label for one in again.clauses)
    assert labels.total() >= 0.98 * len(draft.clauses)


# Comments


def threads(clauses: list[PrintedClause], count: int, chance: random.Random) -> Iterator[tuple[Said, Thread]]:
    asked = [one for one in clauses if one.kind != "toc"]
    for n in range(count):
        clause = chance.choice(asked)
        name = chance.choice(["", *clause.fields])
        said = Said(clause, name)
        start = end = None
        if said.text and chance.random() < 0.7:
            start = chance.randrange(len(said.text))
            end = chance.randrange(start + 1, len(said.text) + 1)
        replies = [Note("Workers", "W", None, [f"Objects: {n}"])] * chance.choice([0, 0, 1, 2])
        lines_ = [f"R2-{n:04d} · Legal", "Says & <means>\tthis", "", "And that."]
        note = Note(f'Org {n % 7} "quoted"', f"O{n % 7}", AT, lines_, titled=True)
        yield said, Thread(Place(clause.id, name, start, end), note, replies, chance.random() < 0.3)


def with_comments(clauses: list[PrintedClause], made: list[tuple[Said, Thread]]) -> bytes:
    with Margin() as margin:
        for _, thread in made:
            margin.add(thread)
        return word(clauses, margin=margin)


def same_threads(draft: DraftText, file: bytes, made: list[tuple[Said, Thread]]) -> None:
    back = read_returned(file, draft)
    assert not back.changes
    assert not back.untracked
    assert not back.orphans
    found = iter(back.comments)
    for said, thread in made:
        one = next(found)
        place = thread.place
        words = said.text[place.start : place.end]
        assert (one.author, one.initials) == (thread.note.author, thread.note.initials)
        assert one.text == "\n".join(thread.note.lines).strip()
        assert (one.date, one.resolved, one.parent) == ("2026-11-24T09:01:02Z", thread.resolved, None)
        assert one.clauses == [said.clause.wid]
        if words.strip():
            assert one.quote == words
        if said.field and words.strip():
            assert one.field == said.field
        elif words.strip():
            assert one.anchor is not None
            end = len(said.text) if place.end is None else place.end
            assert (one.anchor.wid, one.anchor.start, one.anchor.end) == (
                said.clause.wid,
                place.start or 0,
                end,
            )
        for reply in thread.replies:
            answer = next(found)
            assert (answer.parent, answer.author, answer.text) == (one.id, reply.author, reply.lines[0])
            assert answer.resolved == thread.resolved
    assert next(found, None) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_comments_come_back_as_they_were_written(seed):
    draft, clauses = small()
    made = list(threads(clauses, 12, random.Random(seed)))
    same_threads(draft, with_comments(clauses, made), made)


@pytest.mark.parametrize("name", DRAFTS)
def test_comments_on_a_real_draft_come_back_as_they_were_written(shared, name):
    draft, clauses = real(shared, name)
    made = list(threads(clauses, 400, random.Random(4)))
    same_threads(draft, with_comments(clauses, made), made)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60), st.text(max_size=30))
def test_whatever_is_typed_leaves_a_file_that_can_be_read(words, author):
    _, clauses = small()
    made = [(Said(clauses[2]), Thread(Place(clauses[2].id), Note(author, "", None, words.splitlines())))]
    file = with_comments(clauses, made)
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        for name in parts.namelist():
            etree.fromstring(parts.read(name))
    assert len(read_returned(file).comments) == 1


def test_a_comment_on_the_plan_or_on_what_is_not_printed_stands_at_its_beginning():
    draft, clauses = small()
    made = [
        Thread(Place(None), Note("A", "A", AT, ["general"])),
        Thread(Place(999), Note("B", "B", AT, ["lost"])),
    ]
    with Margin() as margin:
        for one in made:
            margin.add(one)
        back = read_returned(word(clauses, margin=margin), draft)
    assert [(one.text, one.quote) for one in back.comments] == [
        ("general", "National Plan on Fair Work"),
        ("lost", "National Plan on Fair Work"),
    ]


# Changes

WORDS = ["the", "employers", "shall", "report", "each", "year", "to", "Kementerian,", "12%", "(b)"]


def varied(text: str, chance: random.Random) -> str:
    if chance.random() < 0.1:
        return ""
    if chance.random() < 0.1:
        return f"{text}\nA line of its own."
    parts = text.split(" ")
    for _ in range(chance.choice([1, 1, 2, 3])):
        at = chance.randrange(len(parts))
        new = chance.choices(WORDS, k=chance.randrange(3))
        parts[at : at + chance.randrange(3)] = new
        parts = parts or [""]
    return " ".join(parts)


def proposals(clauses: list[PrintedClause], count: int, chance: random.Random) -> Iterator[Proposal]:
    asked = [one for one in clauses if one.kind != "toc"]
    for n in range(count):
        clause = chance.choice(asked)
        said = Said(clause, chance.choice(["", *clause.fields]))
        after = varied(said.text, chance) if said.text else ""
        if after.strip() != said.text.strip():
            yield Proposal(Place(clause.id, said.field), f"Org {n % 5} · R2-{n:04d}", AT, said.text, after)


def same_changes(draft: DraftText, clauses: list[PrintedClause], made: list[Proposal]) -> None:
    tracking = Tracking()
    taken = [one for one in made if tracking.take(one)]
    assert taken
    file = word(clauses, tracked=tracking.tracked)
    by_id = {one.id: one for one in clauses}
    rejected = read_draft(file, view="original")
    assert [(one.text, one.fields) for one in rejected.clauses] == [
        (one.text, one.fields) for one in draft.clauses
    ]
    back = read_returned(file, draft)
    assert not back.untracked
    wanted: Counter[tuple[str, str, str, str, str]] = Counter()
    for (clause, name), changes in tracking.tracked.items():
        one = by_id[clause]
        words = one.fields[name] if name else one.text
        for change in changes:
            gone = words[change.edit.start : change.edit.end]
            wanted[one.wid, name, change.author, gone, change.edit.new] += 1
    found: Counter[tuple[str, str, str, str, str]] = Counter()
    for came in back.changes:
        one = next(clause for clause in clauses if clause.wid == came.clause)
        gone = came.deleted
        whole = not came.field and not came.inserted and came.proposed_text == ""
        if whole and one.number and gone.startswith(one.number):
            gone = gone[len(one.number) :].lstrip("\t ")  # a clause that goes takes its number with it
        found[one.wid, came.field, came.author, gone, came.inserted] += 1
    assert found == wanted
    proposed = {(by_id[one.place.clause or 0].wid, one.place.field, one.author): one.after for one in taken}
    for came in back.changes:
        assert came.proposed_text == proposed[came.clause or "", came.field, came.author]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_changes_come_back_as_they_were_written(seed):
    draft, clauses = small()
    made = list(proposals(clauses, 10, random.Random(seed)))
    if made:
        same_changes(draft, clauses, made)


@pytest.mark.parametrize("name", DRAFTS)
def test_changes_of_a_real_draft_come_back_as_they_were_written(shared, name):
    draft, clauses = real(shared, name)
    same_changes(draft, clauses, list(proposals(clauses, 300, random.Random(7))))


@given(st.text(st.sampled_from("ab ,.\n"), max_size=40), st.text(st.sampled_from("ab ,.\n"), max_size=40))
def test_edits_make_the_one_text_into_the_other(before, after):
    made, at = "", 0
    for one in edits(before, after):
        made += before[at : one.start] + one.new
        at = one.end
    assert made + before[at:] == after


def test_of_two_proposals_that_meet_the_first_is_tracked_and_the_other_is_told_so():
    _, clauses = small()
    text = clauses[2].text
    place = Place(clauses[2].id)
    tracking = Tracking()
    first = Proposal(place, "A", AT, text, text.replace("on time", "each month"))
    meets = Proposal(place, "B", AT, text, text.replace("wages on time", "wages weekly"))
    apart = Proposal(place, "C", AT, text, text.replace("records", "books"))
    assert [tracking.take(one) for one in (first, meets, apart)] == [True, False, True]
    accepted = read_draft(word(clauses, tracked=tracking.tracked))
    assert accepted.clauses[2].text == text.replace("on time", "each month").replace("records", "books")


# Second readers


def test_python_docx_reads_the_same_comments_and_words():
    _, clauses = small()
    made = list(threads(clauses, 9, random.Random(2)))
    second = docx.Document(io.BytesIO(with_comments(clauses, made)))
    said = [(one.author, one.text) for one in second.comments]
    wanted = [(note.author, "\n".join(note.lines)) for _, one in made for note in (one.note, *one.replies)]
    assert said == wanted
    assert [one.text for one in second.paragraphs][:3] == [
        "National Plan on Fair Work", "1.\tIntroduction",
        "1.1\tEmployers shall pay wages on time & keep <records> of them.",
    ]  # fmt: skip
    table = second.tables[0]
    assert table.cell(1, 1).text == table.cell(3, 1).text == "Workers know their rights."
    assert table.cell(2, 4).text == "2026, 2027"
    assert second.sections[0].header.paragraphs[0].text.startswith("Restricted")


@pytest.mark.skipif(not has_program("soffice"), reason="LibreOffice is not on this machine")
def test_libreoffice_opens_comments_and_changes_and_keeps_both(tmp_path):
    draft, clauses = small()
    made = list(threads(clauses, 6, random.Random(3)))
    tracking = Tracking()
    for one in proposals(clauses, 8, random.Random(5)):
        tracking.take(one)
    with Margin() as margin:
        for _, thread in made:
            margin.add(thread)
        source = tmp_path / "draft.docx"
        source.write_bytes(word(clauses, margin=margin, tracked=tracking.tracked))
    office = shutil.which("soffice") or ""
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    for wanted, file, out in (
        ("odt", source, tmp_path), ("docx", tmp_path / "draft.odt", tmp_path / "back"),
        ("txt:Text (encoded):UTF8", source, tmp_path),
    ):  # fmt: skip
        command = [office, home, "--headless", "--convert-to", wanted, "--outdir", str(out), str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = (tmp_path / "draft.txt").read_text(encoding="utf-8-sig")
    assert "Inspect farms without notice." in text
    ours, theirs = (
        read_returned(source.read_bytes(), draft),
        read_returned((tmp_path / "back/draft.docx").read_bytes(), draft),
    )
    said = [
        Counter((one.author, "".join(one.text.split())) for one in copy.comments) for copy in (ours, theirs)
    ]
    assert said[0] == said[1]  # a tab in a comment LibreOffice drops
    assert {one.author for one in ours.changes} == {one.author for one in theirs.changes}
