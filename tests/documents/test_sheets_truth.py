"""Returned comment sheets of every kind, compared with what a person says must come out of them."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.documents.docx.draft import read_draft
from app.documents.drafts import ClauseText
from app.documents.sheets.reading import read_sheet
from app.documents.sheets.sheet import SheetText, as_json
from app.errors import Invalid

SHARED = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the shared files are not here")
SHEETS = ["sheet-01", "sheet-02", "sheet-04", "sheet-05", "sheet-08"]


@cache
def draft(name: str) -> list[ClauseText]:
    return read_draft((SHARED / name).read_bytes()).clauses


@cache
def wids() -> dict[str, str]:
    """The permanent id of each paragraph and cell of the index, by where it stands or what it says."""
    clauses = draft("napfl/napfl.docx")
    cells = {(one.table.table, one.table.row, one.table.col): one.wid for one in clauses if one.table}
    said: dict[str, str] = {}
    for one in clauses:
        if one.kind != "toc" and one.table is None:
            said.setdefault(one.text, one.wid)
    found = {}
    for one in json.loads((SHARED / "napfl/napfl-index.json").read_text()):
        place, text = one["location"], one["text"]
        if place["kind"] == "table":
            # A cell that is a field of an entry is the entry to its left.
            columns = range(place["col"], -1, -1)
            keys = ((place["table"], place["row"], column) for column in columns)
            found[one["id"]] = next((cells[key] for key in keys if key in cells), "")
        elif one["kind"] != "toc":
            bare = text.removeprefix(one["label"] or "").lstrip(" :.\t")
            found[one["id"]] = said.get(bare) or said.get(text, "")
    return found


@cache
def truth(name: str) -> dict[str, Any]:
    return dict(json.loads((SHARED / "sheets/truth" / f"{name}.json").read_text()))


@cache
def sheet(name: str) -> SheetText:
    return read_sheet((SHARED / "sheets" / truth(name)["file"]).read_bytes(), draft("napfl/napfl.docx"))


def rows(name: str) -> list[dict[str, Any]]:
    return list(as_json(sheet(name))["rows"])


@pytest.mark.parametrize("name", SHEETS)
def test_every_comment_comes_out_with_its_words_and_its_row(name):
    expected = [
        {
            "row": one["source"].get("row") or one["source"].get("record"),
            "table": one["source"].get("table"),
            "sheet": one["source"].get("sheet"),
            "organisation": one["organisation"],
            "constituency": one["constituency"],
            "line": one["line"],
            "clause_as_written": one["clause_as_written"],
            "paragraph_as_written": one["paragraph_as_written"],
            "type": one["type"],
            "comment": one["comment"],
            "proposed": one["proposed_change"],
            "observation": one["secretariat_observation"],
            "language": one["lang"],
            "warnings": one["warnings"],
        }
        for one in truth(name)["rows"]
    ]
    assert [{field: row.get(field) for field in expected[0]} for row in rows(name)] == expected


@pytest.mark.parametrize("name", SHEETS)
def test_every_place_is_the_clause_that_was_meant(name):
    for row, one in zip(rows(name), truth(name)["rows"], strict=True):
        resolution = one["resolution"]
        if resolution["status"] == "general":
            assert row["general"]
            continue
        meant = [resolution["ids"], *one.get("also_accept", [])]
        assert sorted(row["clauses"] or []) in [sorted(wids()[each] for each in ids) for ids in meant], one


@pytest.mark.parametrize("name", SHEETS)
def test_the_other_filled_rows_are_told_apart(name):
    def lines(row: int | str) -> list[int]:
        first, _, last = str(row).partition("-")
        return list(range(int(first), min(int(last or first), 200) + 1))

    blank = {"blank", "unused"}
    expected = Counter(
        (one.get("table", 0), line)
        for one in truth(name)["not_rows"]
        if one["why"].split(",")[0].split(" ")[0] not in blank
        for line in lines(one.get("row") or one["record"])
    )
    assert Counter((one.table, one.row) for one in sheet(name).others) == expected
    assert sheet(name).refused == []


@pytest.mark.parametrize("name", SHEETS)
def test_what_is_internal_reaches_no_field(name):
    everything = json.dumps(as_json(sheet(name)), ensure_ascii=False)
    secrets = [secret for one in truth(name)["rows"] for secret in one.get("must_not_contain", [])]
    assert not [secret for secret in secrets if secret in everything]


@pytest.mark.parametrize("name", ["sheet-11b.xlsx", "sheet-11c.xlsx", "sheet-11e.xlsm", "sheet-11f.xlsx"])
def test_hostile_files_are_refused_in_one_sentence(name):
    with pytest.raises(Invalid) as refused:
        read_sheet((SHARED / "sheets/hostile" / name).read_bytes(), [])
    assert str(refused.value).count("\n") == 0
    assert str(refused.value).endswith(".")


def test_every_row_of_a_real_consultation_comes_in_and_390_on_exactly_their_section():
    clauses = draft("uspki/policy_draft_2017-09.docx")
    number = {one.wid: one.number.strip(" .") for one in clauses}
    found = read_sheet((SHARED / "uspki/consolidated_comments.xlsx").read_bytes(), clauses)
    assert [one.row for one in found.rows] == list(range(2, 471))
    assert not found.refused
    placed = [one for one in found.rows if one.meant.clauses]
    exact = 0
    for one in placed:
        numbers = [number[wid] for wid in one.meant.clauses]
        # Every number that is given as certain was written so; letters and list numbers aside.
        sections = [part for part in numbers if part in one.clause_as_written]
        assert sections or one.clause_as_written.startswith(
            ("6.0", "2", "7.1.2.3.d", "7.3.2.b", "3.2.2.4", "4.9.1")
        )
        exact += len(numbers) == 1 and bool(sections)
    print(f"{len(found.rows)} rows, {len(placed)} placed, {exact} on exactly one section")  # noqa: T201 (a figure worth seeing)
    assert exact >= 388
    assert Counter(one.meant.is_general for one in found.rows)[True] == 17
