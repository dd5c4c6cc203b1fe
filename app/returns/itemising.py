"""What a reader gives becomes the items of a file: each comment, reply, change, difference and row. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from app.comments.rules import TYPE_NAMES, CommentType
from app.languages import LANGUAGES, in_language
from app.returns.rules import Found, Sort
from app.text.tokens import matches, words
from app.words import N_

#: ISO's three types as the ones kept here.
ISO: dict[str, CommentType] = {
    "ge": CommentType.GENERAL,
    "te": CommentType.TECHNICAL,
    "ed": CommentType.EDITORIAL,
}
_TYPES = {name.casefold(): type_ for type_, name in TYPE_NAMES.items()} | {
    type_.value: type_ for type_ in CommentType
}
#: A proposed text is the clause's new text where so much of the clause stands in it in order.
LIKE = 0.72
SUGGESTED = 3

NO_WORDS = N_("It holds no words.")
ONLY_SPACES = N_("It changes only spaces or the ends of paragraphs.")
OTHER_WORDS = N_(
    "The words in the copy are not quite the draft's; it stands on those that correspond to them."
)
ON_NEW_WORDS = N_("It stands on words that the draft does not have, behind the clause shown.")
OURS = N_("This is %(ref)s as it went out in a file of this site. It is not taken in again.")
AS_IT_WENT_OUT = N_("This is an answer as it went out in a file of this site. It is not taken in again.")
ON_CONTENTS = N_("It stands on the table of contents.")

Warning_ = dict[str, Any]

#: A comment that went out in a file of ours begins with its reference and kind, a change is signed with it.
REF = re.compile(r"(R\d{1,4}-\d{4,7}) · ")
NUMBERED = re.compile(r"\s*(R\d{1,4}-\d{4,7})\s*")
SIGNED = re.compile(r".* · (R\d{1,4}-\d{4,7})", re.DOTALL)

#: What of an item says where it stands.
PLACE = ("quote", "around", "wid", "field", "start", "end", "general", "wids", "how")


def warning(sentence: str, **values: Any) -> Warning_:
    return {"what": sentence, "values": values}


def of_copy(copy: Mapping[str, Any], clauses: Sequence[Mapping[str, Any]]) -> list[Found]:
    """The items of a returned copy: comments each with its replies, changes, then what differs untracked."""
    by_wid = {one["wid"]: one for one in clauses}
    around = {
        (one["what"], str(one["id"])): one["around"] for one in copy["orphans"] if one["id"] is not None
    }
    found = list(_comments(copy["comments"], by_wid, around))
    found += _changes(copy["changes"], by_wid)
    found += [_untracked(one, by_wid) for one in copy["untracked"]]
    _suggest(found, clauses)
    return found


def _comments(
    comments: Sequence[Mapping[str, Any]],
    by_wid: Mapping[str, Mapping[str, Any]],
    around: Mapping[tuple[str, str], str],
) -> Iterator[Found]:
    first: dict[str, int] = {}
    for n, one in enumerate(comments):
        first.setdefault(str(one["id"]), n)
    roots = [_root(n, comments, first) for n in range(len(comments))]
    replies: dict[int, list[int]] = {}
    for n, root in enumerate(roots):
        if root != n:
            replies.setdefault(root, []).append(n)
    at = 0
    for n, one in enumerate(comments):
        if roots[n] != n:
            continue
        top, first_said = at, _comment(one, by_wid, around.get(("comment", str(one["id"])), ""))
        ours = _went_out(first_said)
        yield first_said
        at += 1
        for reply in replies.get(n, ()):
            made = _comment(comments[reply], by_wid, "")
            if first_said.idle:  # what answers nothing of this file is said for itself, in the same place
                for name in PLACE:
                    setattr(made, name, getattr(first_said, name))
                if ours:
                    _answers(made, ours)
            else:
                made.sort, made.parent = Sort.REPLY, top
            yield made
            at += 1


def _root(n: int, comments: Sequence[Mapping[str, Any]], first: Mapping[str, int]) -> int:
    """The comment that a thread begins with; one whose thread runs in a ring begins its own."""
    at, seen = n, {n}
    while comments[at]["parent"] is not None and str(comments[at]["parent"]) in first:
        at = first[str(comments[at]["parent"])]
        if at in seen:
            return n
        seen.add(at)
    return at


def _comment(one: Mapping[str, Any], by_wid: Mapping[str, Mapping[str, Any]], around: str) -> Found:
    anchor = one["anchor"]
    wid = anchor["wid"] if anchor else next(iter(one["clauses"]), "")
    clause = by_wid.get(wid)
    made = Found(
        Sort.COMMENT,
        source=f"{one['id']}",
        author=one["author"],
        date=one["date"],
        text=one["text"],
        quote=one["quote"],
        around=around,
        how=one["how"],
        resolved=one["resolved"],
        general=one["how"] == "general",
        wids=tuple(one["clauses"]),
        idle=not one["text"].strip(),
    )
    if made.idle:
        made.warnings.append(warning(NO_WORDS))
    if one["how"] in {"general", "orphan"} or clause is None:
        made.how = "general" if made.general else "orphan"
        return made
    if clause["kind"] == "toc":
        made.how, made.around = "orphan", made.around or clause["text"]
        made.warnings.append(warning(ON_CONTENTS))
        return made
    made.wid = wid
    if one["field"] in clause["fields"]:
        made.field = one["field"]
    elif anchor and anchor["start"] < anchor["end"] and one["how"] in {"exact", "fuzzy"}:
        made.start, made.end = anchor["start"], anchor["end"]
    if one["how"] == "fuzzy":
        made.warnings.append(warning(OTHER_WORDS))
    elif one["how"] == "inserted":
        made.warnings.append(warning(ON_NEW_WORDS))
    return made


def _went_out(made: Found) -> str:
    """Leave out a comment that this site's own file carried out; gives its reference, or nothing."""
    found = REF.match(made.text)
    if found is None:
        return ""
    made.idle = True
    made.warnings.append(warning(OURS, ref=found[1]))
    return found[1]


@cache
def _said_by_us() -> tuple[str, ...]:
    """How the objections and answers begin that go out as replies, in both languages."""
    return tuple(
        f"{in_language(language, words)}: "
        for language in LANGUAGES
        for words in ("Objects", "Final disposition")
    )


def _answers(made: Found, ref: str) -> None:
    """Note which comment of the round a reply is to; objections and answers that went out are left out."""
    if made.text.startswith(_said_by_us()):
        made.idle = True
        made.warnings.append(warning(AS_IT_WENT_OUT))
    else:
        made.extra["ref"] = ref


def _changes(
    changes: Sequence[Mapping[str, Any]], by_wid: Mapping[str, Mapping[str, Any]]
) -> Iterator[Found]:
    """Tracked changes; all that one author does to one clause are one proposal of its new text."""
    held: dict[tuple[str, str, str], Found] = {}
    for n, one in enumerate(changes):
        clause = by_wid.get(one["clause"] or "")
        known = clause is not None and clause["kind"] != "toc"
        base = ""
        made = Found(
            Sort.MOVE if one["kind"] == "move" else Sort.CHANGE,
            source=f"{n + 1}",
            author=one["author"],
            date=one["date"],
            removed=one["deleted"],
            inserted=one["inserted"],
            around=one["around"],
            wid=one["clause"] if known else "",
            field=one["field"] if clause is not None and one["field"] in clause["fields"] else "",
            added=one["after"],
            to=one["to"] or "",
            how="change" if known else "orphan",
        )
        if known and clause is not None:
            made.proposed = _proposed(one, clause, made)
            if made.sort is Sort.CHANGE and not made.added and made.proposed is not None:
                key = made.author, made.wid, made.field
                if (before := held.get(key)) and before.proposed == made.proposed:
                    before.removed += f" … {made.removed}" if before.removed else made.removed
                    before.inserted += f" … {made.inserted}" if before.inserted else made.inserted
                    continue
                held[key] = made
            base = clause["fields"].get(made.field, "") if made.field else clause["text"]
        said = made.removed.strip() or made.inserted.strip()
        same = not said if made.proposed is None else made.proposed.split() == base.split()
        if signed := SIGNED.fullmatch(made.author):
            made.idle = True
            made.warnings.append(warning(OURS, ref=signed[1]))
        elif same and made.sort is Sort.CHANGE:
            made.idle = True
            made.warnings.append(warning(ONLY_SPACES))
        yield made


def _proposed(one: Mapping[str, Any], clause: Mapping[str, Any], made: Found) -> str | None:
    """How the clause would read: its whole new text, or with what was put behind it.

    None where the change is in a cell that the clause does not have: its words alone are kept then.
    """
    if one["field"] and not made.field:
        return None
    if one["kind"] == "move":
        whole = one["deleted"].split() == clause["text"].split()
        return "" if whole or one["proposed_text"] is None else str(one["proposed_text"])
    if made.added:
        new = one["proposed_text"] if one["proposed_text"] is not None else one["inserted"]
        return f"{clause['text']}\n{new}" if new.strip() else None
    return None if one["proposed_text"] is None else str(one["proposed_text"])


def _untracked(one: Mapping[str, Any], by_wid: Mapping[str, Mapping[str, Any]]) -> Found:
    clause = by_wid.get(one["clause"] or "")
    made = Found(
        Sort.UNTRACKED,
        source="",
        removed=one["before"],
        inserted=one["after"],
        around=one["after"] if clause is None else "",
        wid=one["clause"] if clause is not None else "",
        how="untracked" if clause is not None else "orphan",
    )
    if clause is None:
        return made
    if one["field"]:
        made.field = one["field"] if one["field"] in clause["fields"] else ""
        made.proposed = one["after"] if made.field else None
    elif not one["before"]:
        made.added, made.proposed = True, f"{clause['text']}\n{one['after']}"
    else:
        made.proposed = one["after"]
    return made


def of_sheet(sheet: Mapping[str, Any], clauses: Sequence[Mapping[str, Any]]) -> list[Found]:
    """The rows of a comment sheet, each with the clause that its place means, or with candidates."""
    by_wid = {one["wid"]: one for one in clauses}
    titles = {
        (one["sheet"], one["table"]): one["title"] for one in sheet["columns"] if one["role"] == "proposed"
    }
    return [_row(one, by_wid, titles.get((one["sheet"], one["table"]), "")) for one in sheet["rows"]]


def _row(one: Mapping[str, Any], by_wid: Mapping[str, Mapping[str, Any]], title: str) -> Found:
    meant = one["meant"]
    wids = tuple(wid for wid in meant["clauses"] if wid in by_wid and by_wid[wid]["kind"] != "toc")
    clause = by_wid.get(wids[0]) if wids else None
    proposed = one["proposed"].strip()
    whole = proposed if clause is not None and is_new_text(clause["text"], proposed) else None
    said = one["comment"]
    if proposed and whole is None:
        label = " ".join(title.split())
        said = "\n\n".join(part for part in (said, f"{label}: {proposed}" if label else proposed) if part)
    where = [one["clause_as_written"], one["paragraph_as_written"]]
    where += [f"p. {one['page']}" if one["page"] else "", f"l. {one['line']}" if one["line"] else ""]
    table = f"{one['sheet'] or one['table'] or ''}"
    warnings = [{"what": told["what"], "values": told["values"]} for told in one["warnings"]]
    if ours := NUMBERED.fullmatch(one["number"]):
        warnings.insert(0, warning(OURS, ref=ours[1]))
    return Found(
        Sort.ROW,
        source=f"{table}, {one['row']}" if table else f"{one['row']}",
        text=said,
        proposed=whole,
        removed="",
        inserted=proposed,
        wid=wids[0] if wids else "",
        wids=wids,
        general=meant["is_general"] and not wids,
        candidates=tuple(wid for wid in meant["candidates"] if wid in by_wid),
        how="general" if meant["is_general"] else "exact" if wids else "orphan",
        organisation=one["organisation"],
        type=_type(one["type_as_written"], one["type"]),
        place=", ".join(part for part in where if part),
        idle=ours is not None,
        warnings=warnings,
        extra=one["extra"] | ({"observation": one["observation"]} if one["observation"] else {}),
    )


def _type(written: str, iso: str | None) -> str:
    said = _TYPES.get(written.strip().casefold())
    return str(said or (ISO[iso] if iso else ""))


def is_new_text(before: str, proposed: str) -> bool:
    """Say whether a proposed wording is a clause's whole new text and no instruction or part of it."""
    ours, theirs = words(before), words(proposed)
    if len(ours) < 6 or not 0.6 * len(ours) <= len(theirs) <= 2.5 * len(ours):
        return False
    return len(matches(ours, theirs)) >= LIKE * len(ours)


def _suggest(found: Sequence[Found], clauses: Sequence[Mapping[str, Any]]) -> None:
    """Give the clauses that are most like the words around what could not be placed."""
    lost = [one for one in found if not one.wid and not one.general and one.sort is not Sort.REPLY]
    if not lost:
        return
    known = [(one["wid"], _words(one["text"])) for one in clauses if one["kind"] != "toc"]
    for one in lost[:200]:
        wanted = _words(one.around or one.quote or one.removed or one.inserted)
        if len(wanted) < 2:
            continue
        likely = sorted(
            ((len(wanted & held) / len(wanted | held), wid) for wid, held in known if held & wanted),
            reverse=True,
        )
        one.candidates = tuple(wid for share, wid in likely[:SUGGESTED] if share >= 0.2)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w{2,}", text[:4000].casefold()))
