"""Comments as W3C Web Annotations in JSON-LD, written as they come.

Model: the recommendation of 23 February 2017, https://www.w3.org/TR/annotation-model/. The file is one
AnnotationCollection whose first and only AnnotationPage is embedded (5.1, 5.2). An annotation's target is the
draft as Akoma Ntoso, a clause in it by its eId (FragmentSelector, 4.2.1), and in that the words by
TextQuoteSelector and TextPositionSelector (4.2.4, 4.2.5), in code points of the clause's or field's text.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
#: Fragments of XML name elements (RFC 3023, as 4.2.1 asks for them to be named).
FRAGMENTS = "http://tools.ietf.org/rfc/rfc3023"
#: So many characters beside the words are given with them.
BESIDE = 32


@dataclass(frozen=True, slots=True)
class Who:
    """An author: a person, a body, or a constituency where only that is told."""

    name: str
    person: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An annotation on the annotation: an objection (replying) or a decision (assessing)."""

    text: str
    purpose: str
    creator: Who | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Annotated:
    """A comment to write; `eid` is None for the whole plan, `start` and `end` where words of `whole` are meant."""

    id: int
    ref: str
    eid: str | None
    wid: str | None
    field: str
    whole: str
    start: int | None
    end: int | None
    text: str
    language: str
    proposed: str | None
    rationale: str
    asks: bool
    tags: Sequence[str]
    creators: Sequence[Who]
    at: datetime | None
    answers: Sequence[Answer] = ()


def write_annotations(
    comments: Iterable[Annotated],
    *,
    base: str,
    plan: str,
    draft_id: int,
    round_id: int,
    label: str,
    made: datetime,
    file: IO[bytes],
) -> None:
    """Write all comments, and what was answered to them, into `file` as one JSON-LD document.

    `base` is the site's address, without a slash at its end; every id is below it.
    """
    dump = json.JSONEncoder(ensure_ascii=False).encode
    here = f"{base}/rounds/{round_id}"
    source = f"{base}/plans/{plan}/drafts/{draft_id}.akn.xml"
    head = {
        "@context": CONTEXT,
        "id": f"{here}/comments.jsonld",
        "type": "AnnotationCollection",
        "label": label,
        "generated": _moment(made),
    }
    page = {"id": f"{here}/comments.jsonld#page-1", "type": "AnnotationPage", "startIndex": 0}
    page["partOf"] = head["id"]
    file.write(f'{dump(head)[:-1]}, "first": {dump(page)[:-1]}, "items": ['.encode(errors="replace"))
    count = 0
    for comment in comments:
        for one in _annotations(comment, here, source):
            file.write((("," if count else "") + "\n" + dump(one)).encode(errors="replace"))
            count += 1
    last = f', "last": {dump(page["id"])}' if count else ""
    file.write(f'\n]}}{last}, "total": {count}}}\n'.encode())


def _annotations(comment: Annotated, here: str, source: str) -> Iterator[dict[str, Any]]:
    own = f"{here}/comments/{comment.id}"
    motivation = ["questioning" if comment.asks else "commenting"]
    body = [_textual(comment.text, comment.language, motivation[0])]
    if comment.proposed is not None:
        motivation.append("editing")
        body.append(_textual(comment.proposed, comment.language, "editing"))
    if comment.rationale:
        body.append(_textual(comment.rationale, comment.language, "describing"))
    if comment.field:
        body.append(_textual(comment.field, "", "identifying"))
    body += [_textual(tag, "", "tagging") for tag in comment.tags]
    made: dict[str, Any] = {
        "id": own,
        "type": "Annotation",
        "dcterms:identifier": comment.ref,
        "motivation": motivation if len(motivation) > 1 else motivation[0],
    }
    if comment.creators:
        made["creator"] = _agents(comment.creators)
    if comment.at is not None:
        made["created"] = _moment(comment.at)
    yield made | {"body": body, "target": _target(comment, source)}
    for n, answer in enumerate(comment.answers, 1):
        reply: dict[str, Any] = {
            "id": f"{own}#answer-{n}",
            "type": "Annotation",
            "motivation": answer.purpose,
        }
        if answer.creator is not None:
            reply["creator"] = _agents([answer.creator])
        reply["created"] = _moment(answer.at)
        yield reply | {"body": [_textual(answer.text, "", answer.purpose)], "target": own}


def _target(comment: Annotated, source: str) -> dict[str, Any] | str:
    if comment.eid is None:
        return source
    clause = {"type": "FragmentSelector", "conformsTo": FRAGMENTS, "value": comment.eid}
    found: dict[str, Any] = {"type": "SpecificResource", "source": source, "selector": clause}
    if comment.wid:
        found["dcterms:identifier"] = comment.wid
    if comment.start is None or comment.end is None:
        return found
    whole, start, end = comment.whole, comment.start, comment.end
    quote = {
        "type": "TextQuoteSelector",
        "exact": whole[start:end],
        "prefix": whole[max(start - BESIDE, 0) : start],
        "suffix": whole[end : end + BESIDE],
    }
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    found["selector"] = [clause | {"refinedBy": quote}, clause | {"refinedBy": position}]
    return found


def _textual(value: str, language: str, purpose: str) -> dict[str, str]:
    found = {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}
    return found | ({"language": language} if language else {})


def _agents(creators: Sequence[Who]) -> Any:
    found = [{"type": "Person" if one.person else "Organization", "name": one.name} for one in creators]
    return found if len(found) > 1 else found[0]


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
