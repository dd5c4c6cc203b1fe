"""The points beside a text: their comments as the drafter may read them, and the answers that the text suggests."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as new

from sqlmodel import Session, col

from app.comments.models import Comment
from app.comments.reading import CommentView, reading, views
from app.drafting.asked import Answered, Asking, Proposal
from app.drafting.models import ResultingText
from app.matrix.dispositions import Disposition
from app.people.rules import Viewer
from app.rounds.models import Round
from app.text.backing import Became, became

#: So many points stand beside the text and are ticked at once before "all of them" is asked for.
BESIDE = 40
TICKS = 100

#: So many comments of each point are read there.
READ = 3

#: What a point's answer could be, from what became of its words.
SUGGESTED = {
    Became.WHOLLY: Disposition.ACCEPTED,
    Became.REWORDED: Disposition.MODIFIED,
    Became.PARTLY: Disposition.PARTLY,
    Became.NOT_AT_ALL: Disposition.NOT_ACCEPTED,
}


@dataclass(slots=True)
class Beside:
    """A point beside the text, with its comments on this clause as this drafter may read them.

    `suggested` follows from what became of its words in the saved text.
    """

    point: Answered
    comments: list[CommentView] = new(default_factory=list)
    more: int = 0
    proposes: bool = False
    in_text: bool = False
    suggested: Disposition | None = None


@dataclass(frozen=True, slots=True)
class CouldBe:
    """Points whose answer could be the same, from what became of their words; `more` are not listed."""

    disposition: Disposition
    points: tuple[Answered, ...]
    more: int


def beside(
    session: Session,
    viewer: Viewer,
    round_: Round,
    here: Sequence[Asking],
    points: Mapping[int, Answered],
    became_of: Mapping[int, Disposition],
    *,
    whole: bool,
) -> tuple[list[Beside], int]:
    """The points that comments on a text make, in the order they came, and how many more there are; one statement.

    Of the comments that make a point the first three are read.
    """
    order = list(dict.fromkeys(point for one in here for point in one.points))
    shown = order if whole else order[:BESIDE]
    asking = {point for one in here if one.proposed is not None and one.standing for point in one.points}
    found = {
        point: Beside(points[point], proposes=point in asking, suggested=became_of.get(point))
        for point in shown
    }
    wanted: dict[int, list[int]] = {}
    count: dict[int, int] = defaultdict(int)
    for one in here:
        its = [point for point in one.points if point in found]
        for point in its:
            count[point] += 1
        if read := [point for point in its if count[point] <= READ]:
            wanted[one.id] = read
    if wanted:
        statement = reading(viewer, round_).where(col(Comment.id).in_(list(wanted))).order_by(col(Comment.id))
        for view in views(session.execute(statement), viewer, round_):
            for point in wanted[view.id]:
                found[point].comments.append(view)
    for point, n in count.items():
        found[point].more = n - len(found[point].comments)
    return list(found.values()), len(order) - len(shown)


def could_be(points: Mapping[int, Answered], became_of: Mapping[int, Disposition]) -> list[CouldBe]:
    """What waits for an answer, under the answer that the text suggests; what has just this one waits no more."""
    waiting: dict[Disposition, list[Answered]] = defaultdict(list)
    for id_, suggested in sorted(became_of.items()):
        point = points.get(id_)
        if point and point.disposition is None and point.proposed is not suggested:
            waiting[suggested].append(point)
    return [
        CouldBe(disposition, tuple(waiting[disposition][:TICKS]), max(0, len(waiting[disposition]) - TICKS))
        for disposition in Disposition
        if waiting[disposition]
    ]


def suggestions(base: str, result: ResultingText, asked: Sequence[Proposal]) -> dict[int, Disposition]:
    """What each point's answer could be, from the best that became of its proposals; nothing is set by this."""
    order = list(SUGGESTED)
    best: dict[int, Became] = {}
    found: dict[int, Disposition] = {}
    for one in asked:
        if not one.mergeable:
            continue
        if result.text is None:
            for point in one.points:
                if not one.text:
                    found[point] = Disposition.ACCEPTED
                else:
                    found.setdefault(point, Disposition.FELL)
            continue
        what = became(base, result.text, one.text) if one.text else Became.NOT_AT_ALL
        for point in one.points:
            if point not in best or order.index(what) < order.index(best[point]):
                best[point] = what
    return found | {point: SUGGESTED[what] for point, what in best.items()}
