"""The two returned copies of the shared material, against every field of their truth."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.documents.docx.draft import read_draft
from app.documents.docx.returned import ReturnedCopy, read_returned
from app.documents.drafts import ClauseText, DraftText

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "napfl"
COPIES = ("returned-1-employers.docx", "returned-2-trade-unions.docx")

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the shared material is not here")


@cache
def base() -> DraftText:
    return read_draft((SHARED / "napfl.docx").read_bytes())


@cache
def copy(name: str) -> ReturnedCopy:
    return read_returned((SHARED / name).read_bytes(), base())


@cache
def truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHARED / "returned-truth.json").read_text())["files"][name]
    return found


@cache
def printed() -> dict[str, str]:
    return {one["id"]: one["text"] for one in json.loads((SHARED / "napfl-index.json").read_text())}


@cache
def clauses() -> dict[str, ClauseText]:
    return {one.wid: one for one in base().clauses}


@pytest.mark.parametrize("name", COPIES)
def test_every_comment_is_found_as_it_was_made_and_none_is_invented(name: str) -> None:
    wanted = [
        (c["id"], c["parent_id"], c["resolved"], c["author"], c["initials"], c["date"], c["lang"], c["text"])
        for c in truth(name)["comments"]
    ]
    found = [
        (c.id, c.parent, c.resolved, c.author, c.initials, c.date, c.language, c.text)
        for c in copy(name).comments
    ]
    assert found == wanted


@pytest.mark.parametrize("name", COPIES)
def test_every_comment_quotes_the_words_under_it(name: str) -> None:
    assert [one.quote for one in copy(name).comments] == [c["anchored_text"] for c in truth(name)["comments"]]


@pytest.mark.parametrize("name", COPIES)
def test_every_comment_is_on_its_clauses_and_its_anchor_holds_its_words(name: str) -> None:
    for one, wanted in zip(copy(name).comments, truth(name)["comments"], strict=True):
        texts = [
            clauses()[wid].fields[one.field] if one.field else clauses()[wid].text for wid in one.clauses
        ]
        paragraphs = [printed()[para] for para in wanted["para_ids"]]
        assert len(texts) == len(paragraphs)
        assert all(paragraph.endswith(text) for paragraph, text in zip(paragraphs, texts, strict=True))
        if one.anchor is not None and one.how == "exact" and len(texts) == 1:
            there = texts[0][one.anchor.start : one.anchor.end]
            assert there
            assert one.quote.endswith(there)
        assert (one.anchor is None) == bool(one.field)


@pytest.mark.parametrize("name", COPIES)
def test_every_tracked_change_is_found_with_the_text_it_proposes(name: str) -> None:
    wanted = {
        (c["author"], c["date"], c["deleted"], c["inserted"]): c for c in truth(name)["tracked_changes"]
    }
    found = {(c.author, c.date, c.deleted, c.inserted): c for c in copy(name).changes}
    assert len(copy(name).changes) == len(wanted)
    assert found.keys() == wanted.keys()
    kinds = {"insert": "insertion", "delete": "deletion", "replace": "replacement"}
    for key, change in found.items():
        told = wanted[key]
        assert change.kind == kinds[told["kind"].partition("_")[0]]
        resulting = told["resulting_paragraph"]
        assert change.proposed_text is not None
        assert change.clause is not None
        number = clauses()[change.clause].number
        assert resulting.removeprefix(f"{number}\t") == change.proposed_text
        text = (
            clauses()[change.clause].fields[change.field] if change.field else clauses()[change.clause].text
        )
        assert printed()[told.get("after_id") or told["para_id"]].endswith(text)
        assert change.after == ("after_id" in told)


@pytest.mark.parametrize("name", COPIES)
def test_nothing_is_said_to_have_changed_silently_and_nothing_is_left_over(name: str) -> None:
    assert copy(name).untracked == []
    assert copy(name).orphans == []
    assert copy(name).warnings == []


@pytest.mark.parametrize("name", COPIES)
def test_without_the_draft_a_copy_is_read_against_its_own_text_with_its_changes_rejected(name: str) -> None:
    alone = read_returned((SHARED / name).read_bytes())
    assert alone.comments == copy(name).comments
    assert alone.changes == copy(name).changes


OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not on this machine")
@pytest.mark.parametrize("name", COPIES)
def test_a_copy_saved_again_by_libreoffice_says_the_same(name: str, tmp_path: Path) -> None:
    """Ids, order and threads of open comments are LibreOffice's to lose; authors, words and places are not."""
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    wanted_form = ["--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path)]
    subprocess.run(
        [str(OFFICE), profile, *wanted_form, str(SHARED / name)], check=True, capture_output=True, timeout=180
    )
    again = read_returned((tmp_path / name).read_bytes(), base())

    def comments(found: ReturnedCopy) -> list[tuple[object, ...]]:
        return sorted(
            (c.author, c.initials, c.date, c.text, c.quote, c.resolved, c.clauses, c.how)
            for c in found.comments
        )

    def changes(found: ReturnedCopy) -> list[tuple[object, ...]]:
        return sorted(
            (c.author, c.date, c.deleted, c.inserted, c.clause, c.proposed_text) for c in found.changes
        )

    assert comments(again) == comments(copy(name))
    assert changes(again) == changes(copy(name))


def test_a_copy_that_belongs_to_another_draft_still_gives_all_of_its_comments() -> None:
    other = read_draft((SHARED / "napfl-v2.docx").read_bytes())
    found = read_returned((SHARED / COPIES[0]).read_bytes(), other)
    assert len(found.comments) == len(truth(COPIES[0])["comments"])
    assert len(found.changes) == len(truth(COPIES[0])["tracked_changes"])
    assert found.untracked
    known = {one.wid: one for one in other.clauses}
    for one in found.comments:
        assert one.clauses or one.how == "orphan"
        if one.how == "exact" and one.anchor is not None and len(one.clauses) == 1:
            assert one.quote.endswith(known[one.anchor.wid].text[one.anchor.start : one.anchor.end])
