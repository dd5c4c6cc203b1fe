"""How the demo's comments are answered: grouped, proposed, decided, put into the next draft, published, reacted to."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session, col

from app.answers import publishing
from app.answers.reacting import react
from app.answers.standing import settle, still_stands
from app.comments.reading import ref
from app.demo import shapes
from app.drafting import resolving
from app.drafting.backing import back
from app.drafting.carrying_over import carry_over
from app.drafting.confirming import confirm_shown, decide, finish
from app.drafting.lineage_of import follow
from app.matrix.deciding import save
from app.matrix.grouping import group
from app.matrix.models import Point, PointComment
from app.people.rules import Viewer
from app.plans.freezing import freeze
from app.plans.models import Clause, Lineage, Plan
from app.rounds.models import Round

if TYPE_CHECKING:
    from app.demo.load import Loader

Event = tuple[float, Callable[[], None]]

#: Points are given to drafters so long before the day of loading.
ASSIGNED = -0.33


class Answering:
    """Does to the loader's rounds what the content says of their answers."""

    def __init__(self, loader: "Loader") -> None:
        self.loader = loader
        self.session: Session = loader.session

    def events(self, plan: Plan) -> Iterator[Event]:
        """What happens, and when."""
        by_key = {r.key: r for r in self.loader.content.rounds}
        for key, told in self.loader.content.resolving.items():
            round_ = by_key[key]
            yield from ((one.at, partial(self.group, key, one)) for one in told.groups)
            yield from ((ASSIGNED, partial(self.assign, key, one)) for one in told.assigned)
            yield from ((one.at, partial(self.propose, key, one)) for one in told.proposals)
            yield from ((one.at, partial(self.decide, key, one)) for one in told.decisions)
            yield from ((one.at, partial(self.write, key, one)) for one in told.texts)
            if round_.redraft is not None:
                yield round_.redraft, partial(self.redraft, plan, key, round_.redraft, told)
            if round_.published is not None:
                yield round_.published, partial(self.publish, key, round_)
            yield from ((one.at, partial(self.react, key, one)) for one in told.reactions)
            yield from ((one.at, partial(self.stands, key + 1, one)) for one in told.standing)

    def round(self, key: int) -> Round:
        """A round by its key."""
        return self.loader.rounds[key]

    def id_of(self, comment: str) -> int:
        """The row of a comment by its key."""
        return self.loader.comments[comment].id or 0

    def ref_of(self, key: int, comment: str) -> str:
        """The ref of a comment by its key."""
        return ref(self.round(key).number, self.loader.comments[comment].number)

    def point_of(self, comment: str) -> Point:
        """The point that a comment makes."""
        return self.session.scalars(
            select(Point)
            .join(PointComment, col(PointComment.point_id) == col(Point.id))
            .where(col(PointComment.comment_id) == self.id_of(comment))
            .execution_options(populate_existing=True)
        ).one()

    def _save(self, key: int, point: Point, by: Viewer, days: float, **fields: str) -> None:
        save(
            self.session,
            by=by,
            round_=self.round(key),
            point_id=point.id or 0,
            version=point.version,
            was={},
            mine=fields,
            at=self.loader.at(days),
        )

    def group(self, key: int, told: shapes.Grouped) -> None:
        """Make some comments one point, and name it."""
        points = {self.point_of(comment).id or 0 for comment in told.comments}
        at = self.loader.at(told.at)
        group(self.session, by=self.loader.by, round_=self.round(key), points=points, at=at)
        self._save(key, self.point_of(told.comments[0]), self.loader.by, told.at, title=told.title)

    def assign(self, key: int, told: shapes.Assigned) -> None:
        """Give a drafter the points under some clauses."""
        seat = self.loader.viewers[told.drafter].seat_id
        under = tuple(f"{clause}." for clause in told.under)
        done: set[int] = set()
        for comment in self.loader.content.comments:
            if comment.round != key or comment.key not in self.loader.comments or comment.at > ASSIGNED:
                continue
            if f"{comment.clause or ''}.".startswith(under):
                point = self.point_of(comment.key)
                if point.id not in done and point.standing:
                    done.add(point.id or 0)
                    self._save(key, point, self.loader.by, ASSIGNED, drafter=str(seat))

    def propose(self, key: int, told: shapes.Decision) -> None:
        """A drafter's proposal."""
        by = self.loader.viewers[told.drafter]
        self._save(
            key,
            self.point_of(told.comment),
            by,
            told.at,
            proposed_disposition=told.disposition.value,
            proposed_reason=told.reason,
            proposed_reason_ms=told.reason_ms,
        )

    def decide(self, key: int, told: shapes.Decision) -> None:
        """A decision, and where it was taken."""
        fields = {"duplicate_of": self.ref_of(key, told.duplicate_of)} if told.duplicate_of else {}
        self._save(
            key,
            self.point_of(told.comment),
            self.loader.by,
            told.at,
            disposition=told.disposition.value,
            reason=told.reason,
            reason_ms=told.reason_ms,
            decided_meeting=told.meeting,
            **fields,
        )

    def write(self, key: int, told: shapes.Text) -> None:
        """What a clause will read, as a comment proposes."""
        comment = self.loader.comments[told.comment]
        clause = self.session.get_one(Clause, comment.clause_id)
        resolving.write(
            self.session,
            by=self.loader.viewers[told.drafter],
            round_=self.round(key),
            eid=clause.eid,
            field=comment.field or "",
            version=0,
            text=comment.proposed,
            at=self.loader.at(told.at),
        )

    def redraft(self, plan: Plan, key: int, days: float, told: shapes.Resolving) -> None:
        """The next draft as it came back from the drafters: imported, its lineage confirmed, frozen, its changes explained."""
        loader, at = self.loader, self.loader.at(days)
        later = next(r for r in loader.content.rounds if r.key == key + 1)
        draft_id = loader.import_draft(plan, loader.content.draft(later.key), at)
        round_ = self.round(key)
        made = follow(
            self.session,
            by=loader.by,
            from_draft_id=round_.draft_id,
            to_draft_id=draft_id,
            round_id=round_.id,
            at=at,
        )
        before = self._ids(round_.draft_id, loader.content.draft(key))
        after = self._ids(draft_id, loader.content.draft(later.key))
        self._confirm(draft_id, made.id or 0, before, after, days)
        finish(self.session, by=loader.by, draft_id=draft_id, at=at)
        freeze(self.session, by=loader.by, draft_id=draft_id, version=None, at=at)
        carry_over(self.session, by=loader.by, draft_id=draft_id, at=at)
        links = {
            (row[1] or row[2]): row[0]
            for row in self.session.execute(
                select(col(Lineage.id), col(Lineage.to_clause_id), col(Lineage.from_clause_id)).where(
                    col(Lineage.succession_id) == made.id
                )
            )
        }
        for one in told.behind:
            clause_id = after.get(one.clause) or before[one.clause]
            named = self.ref_of(key, one.comment) if one.comment else ""
            back(
                self.session,
                by=loader.by,
                round_=round_,
                links=[links[clause_id]],
                ref=named,
                note=one.note,
                at=at,
            )

    def _ids(self, draft_id: int, draft: shapes.Draft) -> dict[str, int]:
        ids = self.session.scalars(
            select(col(Clause.id)).where(col(Clause.draft_id) == draft_id).order_by(col(Clause.position))
        )
        return dict(zip((clause.key for clause in draft.clauses), (id_ or 0 for id_ in ids), strict=True))

    def _confirm(
        self, draft_id: int, succession_id: int, before: dict[str, int], after: dict[str, int], days: float
    ) -> None:
        """Say of each clause what the content knows: the same key is the same clause."""
        at, by = self.loader.at(days), self.loader.by

        def rows(*, waiting: bool) -> list[Lineage]:
            found = select(Lineage).where(col(Lineage.succession_id) == succession_id)
            if waiting:
                found = found.where(col(Lineage.certain).is_(False), col(Lineage.confirmed_at).is_(None))
            return list(self.session.scalars(found.order_by(col(Lineage.id))))

        became: dict[int, set[int]] = {}
        for row in rows(waiting=False):
            if row.from_clause_id:
                became.setdefault(row.from_clause_id, set()).update(filter(None, [row.to_clause_id]))
        for clause, id_ in before.items():
            truly = {after[clause]} if clause in after else set()
            if became.get(id_, set()) != truly:
                decide(
                    self.session,
                    by=by,
                    draft_id=draft_id,
                    side="from",
                    clause_id=id_,
                    chosen=sorted(truly),
                    at=at,
                )
        left = [row.id or 0 for row in rows(waiting=True)]
        if left:
            confirm_shown(self.session, by=by, draft_id=draft_id, row_ids=left, at=at)

    def publish(self, key: int, told: shapes.Round) -> None:
        """All answers of a round, at once."""
        round_ = self.round(key)
        until = self.loader.at(told.reactions) if told.reactions is not None else None
        publishing.publish(
            self.session,
            by=self.loader.by,
            round_id=round_.id or 0,
            version=round_.version,
            wish=publishing.Wish(None, until, accepts_few_days=True),
            at=self.loader.at(told.published or 0),
        )

    def react(self, key: int, told: shapes.Reacted) -> None:
        """What a commenter makes of the answer."""
        comment = self.loader.comments[told.comment]
        react(
            self.session,
            by=self.loader.by_seat(comment.seat_id),
            round_=self.round(key),
            comment_id=comment.id or 0,
            point_id=self.point_of(told.comment).id or 0,
            kind=told.kind,
            note=told.note,
            at=self.loader.at(told.at),
        )

    def stands(self, key: int, told: shapes.Stands) -> None:
        """A comment carried into the next round, or called settled."""
        comment = self.loader.comments[told.comment]
        act = still_stands if told.do == "stands" else settle
        act(
            self.session,
            by=self.loader.by_seat(comment.seat_id),
            round_=self.round(key),
            comment_id=comment.id or 0,
            at=self.loader.at(told.at),
        )
