"""Real drafts, and what LibreOffice makes of one: no words lost, numbers as printed."""

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.documents.docx.draft import read_draft
from app.documents.docx.runs import View
from app.documents.drafts import DraftText, as_json

SECTION = re.compile(r"\d+(?:\.\d+)+")


def draft_of(file: Path, view: View = "accepted") -> DraftText:
    return read_draft(file.read_bytes(), view=view, filename=file.name)


def index_of(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_text())
    return found


def plain(text: str) -> str:
    return " ".join(text.split())


def bare(number: str) -> str:
    return number.rstrip(".:")


def lines(draft: DraftText) -> dict[str, list[str]]:
    """Every line that came out, with and without its number, and the numbers it came out with."""
    found: dict[str, list[str]] = {}
    for clause in draft.clauses:
        for line in clause.text.split("\n"):
            for shape in {line, f"{clause.number}{clause.separator}{line}"}:
                found.setdefault(plain(shape), []).append(clause.number)
        for value in [clause.number, *clause.fields.values()]:
            for line in value.split("\n"):
                found.setdefault(plain(line), []).append("")
    return found


@pytest.mark.parametrize("name", ["napfl", "napfl-v2"])
def test_every_paragraph_and_cell_is_found_and_numbers_agree(shared, name):
    draft = draft_of(shared / f"data/napfl/{name}.docx")
    found = lines(draft)
    index = index_of(shared / f"data/napfl/{name}-index.json")
    assert [entry["id"] for entry in index if plain(entry["text"]) not in found] == []
    labelled = [entry for entry in index if entry["label"]]
    assert len(labelled) > 140
    assert [
        entry["id"]
        for entry in labelled
        if bare(entry["label"]) not in {bare(number) for number in found[plain(entry["text"])]}
    ] == []


@pytest.mark.parametrize("name", ["napfl", "napfl-v2"])
def test_order_and_places_are_those_of_the_file(shared, name):
    draft = draft_of(shared / f"data/napfl/{name}.docx")
    pieces = {piece.order: piece for clause in draft.clauses for piece in clause.pieces if piece.order >= 0}
    for entry in index_of(shared / f"data/napfl/{name}-index.json"):
        piece, place = pieces[entry["ord"]], entry["location"]
        if place["kind"] == "table":
            table = piece.location.table
            assert table is not None
            assert (table.table, table.row, table.col, piece.location.paragraph) == (
                place["table"],
                place["row"],
                place["col"],
                place["para"],
            )
        else:
            assert piece.location.table is None
    starts = [
        clause.pieces[0].order for clause in draft.clauses if clause.kind in {"heading", "para", "item"}
    ]
    assert starts == sorted(starts)


def test_headings_are_found_with_their_levels(shared):
    draft = draft_of(shared / "data/napfl/napfl.docx")
    index = index_of(shared / "data/napfl/napfl-index.json")
    expected = [
        (int(entry["kind"][1]), entry["text"]) for entry in index if re.fullmatch(r"h\d", entry["kind"])
    ]
    found = [
        (
            clause.level,
            f"{clause.number}{clause.separator}{clause.heading}" if clause.separator else clause.heading,
        )
        for clause in draft.clauses
        if clause.kind == "heading"
    ]
    assert found == expected


def test_every_activity_of_the_annex_has_an_id_of_its_own(shared):
    draft = draft_of(shared / "data/napfl/napfl.docx")
    index = index_of(shared / "data/napfl/napfl-index.json")
    expected = {
        entry["id"]: plain(entry["text"]) for entry in index if re.fullmatch(r"a1\.o\d_\d\.a\d", entry["id"])
    }
    activities = [clause for clause in draft.clauses if clause.kind == "activity"]
    assert Counter(plain(one.text) for one in activities) == Counter(expected.values())
    by_label = {one.label: plain(one.text) for one in activities}
    for name, text in expected.items():
        goal, outcome, activity = re.findall(r"\d", name)[1:]
        assert by_label[f"Activity {goal}.{outcome}.{activity}"] == text
    assert next(one.eid for one in activities if one.label == "Activity 1.3.2") == (
        "annex_1__outcome_1.3__activity_2"
    )


def test_the_json_has_the_shape_people_rely_on(shared):
    found = as_json(draft_of(shared / "data/napfl/napfl.docx"))
    assert found["title"] == "National Action Plan on Forced Labour (2021-2025)"
    assert found["language"] == "en"
    wanted = {
        "wid",
        "eid",
        "number",
        "kind",
        "level",
        "heading",
        "text",
        "parent",
        "fields",
        "table",
        "location",
    }
    wids = {clause["wid"] for clause in found["clauses"]}
    assert len(wids) == len(found["clauses"]) == len({clause["eid"] for clause in found["clauses"]})
    for clause in found["clauses"]:
        assert wanted <= set(clause)
        assert clause["parent"] is None or clause["parent"] in wids
        assert set(clause["location"]) >= {"paragraph"}
    assert {frozenset(warning) for warning in found["warnings"]} == {frozenset({"where", "what"})}
    assert json.loads(json.dumps(found)) == found


def test_sections_that_people_commented_on_exist_in_the_certificate_policy(shared):
    draft = draft_of(shared / "data/uspki/policy_draft_2017-09.docx")
    headings = {bare(clause.number) for clause in draft.clauses if clause.kind == "heading"}
    rows = openpyxl.load_workbook(
        shared / "data/uspki/consolidated_comments.xlsx", read_only=True
    ).worksheets[0]
    cited = Counter(
        str(row[4]).strip()
        for row in rows.iter_rows(min_row=2, values_only=True)
        if row[0] and row[4] is not None
    )
    sections = Counter({name: count for name, count in cited.items() if SECTION.fullmatch(name)})
    assert sections.total() > 250
    assert {name for name in sections if name not in headings} == set()


def test_the_certificate_policy_loses_no_characters(shared):
    import io
    import zipfile

    from lxml import etree

    data = (shared / "data/uspki/policy_draft_2017-09.docx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    written = "".join(element.text or "" for element in root.iter("{*}t"))
    draft = read_draft(data)
    out = "".join(
        clause.number + clause.separator + clause.text + "".join(clause.fields.values())
        for clause in draft.clauses
    )
    lost = Counter(written) - Counter(out)
    del lost[" "]
    assert lost.total() == 0


TRACKED = ["returned-1-employers", "returned-2-trade-unions"]


@pytest.mark.parametrize("name", TRACKED)
def test_a_returned_copy_with_its_changes_rejected_is_the_base_but_for_silent_edits(shared, name):
    base = draft_of(shared / "data/napfl/napfl.docx")
    truth = json.loads((shared / "data/napfl/returned-truth.json").read_text())["files"][f"{name}.docx"]
    copy = draft_of(shared / f"data/napfl/{name}.docx", view="original")
    ours, theirs = Counter(lines(base).keys()), Counter(lines(copy).keys())
    silent = len(truth["silent_changes"])
    assert (ours - theirs).total() <= 2 * silent + len(truth["numbers_changed"])
    if not silent and not truth["numbers_changed"]:
        assert [clause.text for clause in copy.clauses] == [clause.text for clause in base.clauses]
        assert [clause.number for clause in copy.clauses] == [clause.number for clause in base.clauses]


@pytest.mark.parametrize("name", TRACKED)
def test_accepting_shows_what_was_inserted_and_not_what_was_deleted(shared, name):
    accepted = draft_of(shared / f"data/napfl/{name}.docx")
    original = draft_of(shared / f"data/napfl/{name}.docx", view="original")
    assert [one.text for one in accepted.clauses] != [one.text for one in original.clauses]
    assert any("tracked changes were read as accepted" in one.sentence for one in accepted.warnings)
    assert any("tracked changes were read as rejected" in one.sentence for one in original.warnings)


OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not on this machine")
def test_what_libreoffice_writes_reads_the_same(shared, tmp_path):
    assert OFFICE is not None
    source = tmp_path / "napfl.docx"
    source.write_bytes((shared / "data/napfl/napfl.docx").read_bytes())
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    for wanted, file in (("odt", source), ("docx", tmp_path / "napfl.odt")):
        out = tmp_path if wanted == "odt" else tmp_path / "back"
        subprocess.run(
            [OFFICE, home, "--headless", "--convert-to", wanted, "--outdir", str(out), str(file)],
            check=True,
            capture_output=True,
            timeout=120,
        )
    ours = draft_of(shared / "data/napfl/napfl.docx")
    theirs = draft_of(tmp_path / "back/napfl.docx")
    lost = Counter("".join(one.text for one in ours.clauses)) - Counter(
        "".join(one.text for one in theirs.clauses)
    )
    assert lost.total() <= 0.005 * sum(len(one.text) for one in ours.clauses)
    labels = Counter((one.number, one.kind) for one in ours.clauses if one.number)
    kept = labels & Counter((one.number, one.kind) for one in theirs.clauses if one.number)
    assert kept.total() >= 0.98 * labels.total()
