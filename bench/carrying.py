"""How anchors fare when a real plan is redrafted: many redrafts made at random, each with its truth.

Run it with `python -m bench.carrying FILE.docx… [--seeds 20]`. Printed are shares in per cent: anchors on
sentences left alone that are placed where they stand; on lightly edited ones; on deleted ones that are
orphans or only suggested; and any placed at a wrong place.
"""

import argparse
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.documents.docx.draft import read_draft
from app.text.carrying import Carried, Place, carry
from app.text.tokens import sentences, tokens

FILLERS = [
    "also",
    "further",
    "at once",
    "each year",
    "where needed",
    "in writing",
    "without delay",
    "as far as practicable",
]
OTHERS = [
    "officers",
    "bodies",
    "measures",
    "annually",
    "Sabah",
    "reports",
    "agencies",
    "guidance",
    "victims",
    "training",
]


@dataclass(slots=True)
class Piece:
    """A sentence of the redraft and the anchor it came from, None where it is new."""

    text: str
    anchor: int | None


def edited(text: str, rng: random.Random, strength: int) -> str:
    """A sentence with some words changed, inserted or taken out."""
    parts = [token.text for token in tokens(text)]
    places = [n for n, part in enumerate(parts) if part[0].isalpha() and len(part) > 2]
    for n in sorted(rng.sample(places, min(strength, max(0, len(places) - 2))), reverse=True):
        what = rng.random()
        if what < 0.4:
            parts[n] = rng.choice(OTHERS)
        elif what < 0.75:
            parts[n:n] = [rng.choice(FILLERS), " "]
        else:
            del parts[n : n + 2]
    return "".join(parts)


def newly(before: list[str], rng: random.Random, *, copies: bool) -> str:
    """A sentence that was not there: of words of the plan, or nearly like one that is, or was."""
    if copies:
        return " " + edited(rng.choice(before)[:200] or "New.", rng, 3).strip() + " "
    said = [word for text in rng.sample(before, 4) for word in text.split()]
    rng.shuffle(said)
    return " " + " ".join(said[:14]).capitalize().rstrip(".,;:") + ". "


def redraft(
    before: list[str], rng: random.Random, heavy: float, *, copies: bool
) -> tuple[list[str], list[Place], list[str], dict[int, Place]]:
    """A redraft: its paragraphs, the anchors on the old text, what was done to each, and where it stands now."""
    anchors: list[Place] = []
    fate: list[str] = []
    paragraphs: list[list[Piece]] = []
    for p, text in enumerate(before):
        made: list[Piece] = []
        drop = rng.random() < 0.05 * heavy
        start = 0
        for sentence in sentences(text):
            bare = sentence.rstrip()
            at = start + len(sentence) - len(sentence.lstrip())
            start += len(sentence)
            if len(bare.split()) < 4:
                if not drop:
                    made.append(Piece(sentence, None))
                continue
            n = len(anchors)
            anchors.append(Place(p, at, at + len(bare.lstrip())))
            chance = rng.random()
            words = len(bare.split())
            if drop or chance < 0.06 * heavy:
                fate.append("deleted")
            elif chance < 0.26 * heavy:
                changed = edited(sentence, rng, max(1, words // 8))
                fate.append("edited" if changed.split() != sentence.split() else "kept")
                made.append(Piece(changed, n))
            else:
                fate.append("kept")
                made.append(Piece(sentence, n))
            if rng.random() < 0.03 * heavy:
                made.append(Piece(newly(before, rng, copies=copies), None))
        paragraphs.append(made)
    for _ in range(int(len(paragraphs) * 0.03 * heavy)):
        one = paragraphs.pop(rng.randrange(len(paragraphs)))
        paragraphs.insert(rng.randrange(len(paragraphs) + 1), one)
    after: list[str] = []
    places: dict[int, Place] = {}
    for made in paragraphs:
        if not made:
            continue
        text = ""
        for piece in made:
            body = piece.text.strip()
            if piece.anchor is not None and body:
                start = len(text) + len(piece.text) - len(piece.text.lstrip())
                places[piece.anchor] = Place(len(after), start, start + len(body))
            text += piece.text
        after.append(text)
    return after, anchors, fate, places


def judged(
    before: list[str],
    after: list[str],
    anchors: list[Place],
    fate: list[str],
    places: dict[int, Place],
    answers: list[Carried],
    wrong: list[str],
) -> Counter[str]:
    counted: Counter[str] = Counter()
    whole_before, whole_after = "\n\n".join(before), "\n\n".join(after)
    for n, (anchor, answer) in enumerate(zip(anchors, answers, strict=True)):
        passage = before[anchor.p][anchor.start : anchor.end]
        what = fate[n]
        if what == "kept" and (whole_after.count(passage) > 1 or whole_before.count(passage) > 1):
            what = "kept, stands more than once"
        if what == "deleted" and passage in whole_after:
            what = "deleted, stands elsewhere"
        counted[what] += 1
        place = answer.place
        if place is None:
            counted[f"{what}: {answer.how}"] += 1
            continue
        truth = places.get(n)
        overlap = (
            min(place.end, truth.end) - max(place.start, truth.start)
            if truth is not None and truth.p == place.p
            else 0
        )
        size = max(place.end - place.start, (truth.end - truth.start) if truth else 1)
        right = overlap >= 0.5 * size
        exact = truth is not None and (place.p, place.start, place.end) == (truth.p, truth.start, truth.end)
        counted[f"{what}: {'right' if right else 'WRONG'}"] += 1
        if what == "kept" and not exact:
            counted["kept: not to the letter"] += 1
        if not right and what != "deleted, stands elsewhere":
            counted["wrong"] += 1
            wrong.append(
                f"{what} {answer.how} {place.score:.2f}\n   {passage[:200]!r}\n   {after[place.p][place.start : place.end][:200]!r}"
            )
    return counted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--copies", action="store_true", help="what is added is nearly like what is there")
    parser.add_argument("--show", type=int, default=0)
    asked = parser.parse_args()
    for file in asked.files:
        read = read_draft(file.read_bytes(), view="accepted", filename=file.name)
        before = [one.text for one in read.clauses if one.text.strip()]
        for heavy in (0.5, 1.0, 2.0):
            counted: Counter[str] = Counter()
            wrong: list[str] = []
            for seed in range(asked.seeds):
                after, anchors, fate, places = redraft(
                    before, random.Random(seed), heavy, copies=asked.copies
                )
                counted += judged(before, after, anchors, fate, places, carry(before, after, anchors), wrong)
            total = sum(n for what, n in counted.items() if ":" not in what and what != "wrong")
            print(
                f"{file.name}, heaviness {heavy}: {total} anchors, wrong {100 * counted['wrong'] / total:.3f} %"
            )
            for what in sorted(one for one in counted if ":" in one):
                own = counted[what.partition(":")[0]]
                print(f"    {what:<46} {counted[what]:>7}  {100 * counted[what] / own:7.3f} %")
            print(*wrong[: asked.show], sep="\n")


if __name__ == "__main__":
    main()
