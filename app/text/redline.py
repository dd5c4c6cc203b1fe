"""The redline between two wordings, and the verb a delegate would use for it."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from app.text.tokens import between, matches, sentences, tokens

Kind = Literal["equal", "insert", "delete"]
Verb = Literal["DELETE", "INSERT", "REPLACE", "ADD", "MOVE"]
_LONG = 40_000
"""Words and signs on both sides together above which the sentences are compared first."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that stayed, came or went."""

    kind: Kind
    text: str


def redline(before: str, after: str) -> list[Run]:
    """Show how `before` becomes `after`, word by word.

    The equal and deleted runs joined are `before`; the equal and inserted ones, `after`. Only words and
    signs are aligned (longest common subsequence), so that spaces never hold two strangers together; a
    lone sign or small word left standing between two replacements goes with them.
    """
    return _runs(_gathered(_changes(before, after)))


def verb(before: str, after: str) -> Verb | None:
    """Name a proposed change by the drafting committee's key verbs; none where nothing changes.

    DELETE where only words go, INSERT where only words come inside, ADD where they come after the end,
    MOVE where the same words stand elsewhere in the clause, otherwise REPLACE.
    """
    if before.split() == after.split():
        return None
    if not after.strip():
        return "DELETE"
    if after.strip().startswith(before.strip()) and _ends_whole(before.strip(), after.strip()):
        return "ADD"
    runs = redline(before, after)
    came = [run.text for run in runs if run.kind == "insert" and run.text.strip()]
    went = [run.text for run in runs if run.kind == "delete" and run.text.strip()]
    if not went:
        return "INSERT"
    if not came:
        return "DELETE"
    return "MOVE" if _same_moved(before, after) else "REPLACE"


@dataclass(slots=True)
class _Step:
    """What stayed, then what stood there before and after it."""

    kept: str
    old: str
    new: str


def _changes(before: str, after: str) -> list[_Step]:
    """Align two texts; the last step's old and new are empty where the end stayed."""
    if len(before) + len(after) > _LONG * 5:
        return _by_sentences(before, after)
    return _by_words(before, after)


def _by_sentences(before: str, after: str) -> list[_Step]:
    old, new = sentences(before), sentences(after)
    steps: list[_Step] = []
    i = j = 0
    for i_from, i_to, j_from, j_to in between(matches(old, new), len(old), len(new)):
        steps.append(_Step("".join(old[i:i_from]), "", ""))
        steps.extend(_by_words("".join(old[i_from:i_to]), "".join(new[j_from:j_to])))
        i, j = i_to, j_to
    steps.append(_Step("".join(new[j:]), "", ""))
    return steps


def _by_words(before: str, after: str) -> list[_Step]:
    old, new = tokens(before), tokens(after)
    old_words = [n for n, token in enumerate(old) if not token.is_space]
    new_words = [n for n, token in enumerate(new) if not token.is_space]
    pairs = [
        (old_words[i], new_words[j])
        for i, j in matches([old[n].text for n in old_words], [new[n].text for n in new_words])
    ]
    steps: list[_Step] = []
    kept = ""
    i = j = 0
    for next_i, next_j in [*pairs, (len(old), len(new))]:
        gone = [token.text for token in old[i:next_i]]
        come = [token.text for token in new[j:next_j]]
        if gone != come:
            head = _common(gone, come)
            tail = _common(gone[head:][::-1], come[head:][::-1])
            steps.append(
                _Step(
                    kept + "".join(gone[:head]),
                    "".join(gone[head : len(gone) - tail]),
                    "".join(come[head : len(come) - tail]),
                )
            )
            kept = "".join(gone[len(gone) - tail :])
        else:
            kept += "".join(gone)
        if next_i < len(old):
            kept += old[next_i].text
        i, j = next_i + 1, next_j + 1
    steps.append(_Step(kept, "", ""))
    return steps


def _common(one: list[str], other: list[str]) -> int:
    n = 0
    while n < min(len(one), len(other)) and one[n] == other[n]:
        n += 1
    return n


def _gathered(steps: list[_Step]) -> list[_Step]:
    """Let small islands go with the replacements on both their sides."""
    gathered: list[_Step] = []
    for step in steps:
        last = gathered[-1] if gathered else None
        if last is not None and not (last.old or last.new):
            gathered[-1] = _Step(last.kept + step.kept, step.old, step.new)
        elif last is not None and (step.old or step.new) and _is_island(last, step):
            last.old += step.kept + step.old
            last.new += step.kept + step.new
        else:
            gathered.append(_Step(step.kept, step.old, step.new))
    return gathered


def _is_island(last: _Step, step: _Step) -> bool:
    if not step.kept:
        return True
    both_only_come = not (last.old or step.old)
    both_only_go = not (last.new or step.new)
    if both_only_come or both_only_go:
        return False
    held = [token.text for token in tokens(step.kept) if token.is_word]
    size = min(len(last.old) + len(last.new), len(step.old) + len(step.new))
    if not held:
        return any(part.strip() for part in (last.old, last.new)) and any(
            part.strip() for part in (step.old, step.new)
        )
    return len(held) <= 2 and sum(map(len, held)) <= 6 and size >= 2 * len(step.kept)


def _runs(steps: list[_Step]) -> list[Run]:
    runs: list[Run] = []
    for step in steps:
        parts: tuple[tuple[Kind, str], ...] = (
            ("equal", step.kept),
            ("delete", step.old),
            ("insert", step.new),
        )
        for kind, text in parts:
            if not text:
                continue
            if runs and runs[-1].kind == kind:
                runs[-1] = Run(kind, runs[-1].text + text)
            else:
                runs.append(Run(kind, text))
    return runs


def _ends_whole(before: str, after: str) -> bool:
    """Say whether the end of `before` is no middle of a word in `after`."""
    rest = after[len(before) :]
    return not before or not (before[-1].isalnum() and rest[:1].isalnum())


def _same_moved(before: str, after: str) -> bool:
    """Say whether whole sentences, or one run of words, went and came again."""
    if Counter(map(_spoken, sentences(before))) == Counter(map(_spoken, sentences(after))):
        return _spoken(before) != _spoken(after)
    steps = _changes(before, after)
    gone = Counter(_spoken(step.old) for step in steps)
    come = Counter(_spoken(step.new) for step in steps)
    gone.pop((), None)
    come.pop((), None)
    return gone.total() == 1 and gone == come


def _spoken(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens(text) if token.is_word)
