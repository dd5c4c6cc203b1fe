"""Loads the demo consultation by the same actions that people's clicks call, in the order of their time."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.comments import actions, receipts
from app.comments.forms import Written
from app.comments.models import Comment
from app.comments.rules import Attribution
from app.config import settings
from app.demo import shapes
from app.demo.answering import Answering
from app.demo.content import load as load_content
from app.documents.drafts import ClauseText, DraftText
from app.mail.models import OutgoingMail
from app.matrix import submitting
from app.people import organisations
from app.people.invitation_mails import ToPlan
from app.people.inviting import Invitation, invite
from app.people.models import Organisation, Seat
from app.people.rules import Language, Role, Viewer
from app.plans.actions import describe
from app.plans.founding import found
from app.plans.freezing import freeze
from app.plans.importing import import_draft
from app.plans.models import Clause, Plan
from app.plans.translating import Entry, take_malay
from app.positions.actions import answer
from app.positions.rules import AnswerKind
from app.roadmap.actions import add_milestone
from app.roadmap.rules import MilestoneSettings
from app.rounds import actions as rounds
from app.rounds.models import Round
from app.rounds.moving import move
from app.rounds.rules import RoundVerb
from app.rounds.settings import Ask, RoundSettings

SLUG = "napfl-2026-2030"
SECRETARIAT_FIRST = -101.0


def is_empty(session: Session) -> bool:
    """Whether nothing has been founded here yet."""
    return not session.scalar(select(func.count()).select_from(Plan))


def load(session: Session, *, now: datetime) -> Plan:
    """Found the sample plan and let everything happen up to `now`; the caller commits."""
    return Loader(session, load_content(), now).run()


class Loader:
    """Keeps what the content's keys have become."""

    def __init__(self, session: Session, content: shapes.DemoContent, now: datetime) -> None:
        self.session = session
        self.content = content
        zone = ZoneInfo(settings().time_zone)
        self.midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        self.viewers: dict[str, Viewer] = {}
        self.wids: dict[int, dict[str, str]] = {}
        self.drafts: dict[str, int] = {}
        self.rounds: dict[int, Round] = {}
        self.comments: dict[str, Comment] = {}

    def at(self, days: float) -> datetime:
        """The moment so many days from the midnight before the day of loading."""
        return (self.midnight + timedelta(minutes=round(days * 1440))).astimezone(UTC)

    def run(self) -> Plan:
        """Do all of it."""
        plan = self.people()
        events: list[tuple[float, Callable[[], None]]] = []
        for r in self.content.rounds:
            events.append((r.opens - 1, partial(self.prepare, plan, r)))
            events.append((r.opens, partial(self.move, r.key, RoundVerb.OPEN, r.opens)))
            if r.published is not None:
                events.append((r.closes, partial(self.move, r.key, RoundVerb.CLOSE, r.closes)))
        events += [(c.at, partial(self.comment, c)) for c in self.content.comments]
        events += [(s.at, partial(self.stance, s)) for s in self.content.stances]
        events += [(a.at, partial(self.answers, a)) for a in self.content.answers]
        events += Answering(self).events(plan)
        for _, happen in sorted(events, key=lambda event: event[0]):
            happen()
        self.milestones()
        # What was sent in the past was sent in the past.
        self.session.execute(
            update(OutgoingMail)
            .where(col(OutgoingMail.plan_id) == plan.id)
            .values(sent_at=col(OutgoingMail.created_at))
        )
        receipts.forgo(self.session, plan.id or 0)
        plan.sample = True
        self.session.flush()
        return plan

    def people(self) -> Plan:
        """The plan with its organisations and seats."""
        content, at = self.content, self.at(SECRETARIAT_FIRST)
        first = next(seat for seat in content.seats if seat.role is Role.SECRETARIAT)
        plan, _ = found(
            self.session, title=content.title.en, slug=SLUG, email=first.email, name=first.name, at=at
        )
        seat = self.session.scalars(select(Seat).where(col(Seat.plan_id) == plan.id)).one()
        self.viewers[first.key] = by = viewer(seat, first.language)
        describe(
            self.session,
            by=by,
            version=plan.version,
            title=content.title.en,
            title_ms=content.title.ms,
            about=content.about.en,
            about_ms=content.about.ms,
            at=at,
        )
        bodies: dict[str, Organisation] = {}
        for body in content.organisations:
            described = organisations.Described(body.name, body.constituency, body.region, body.short_name)
            bodies[body.key] = organisations.add(self.session, described, by=by, at=at)
        to = ToPlan(plan.id or 0, plan.slug, plan.title, plan.title_ms)
        for person in content.seats:
            if person.key == first.key:
                continue
            wish = Invitation(
                name=person.name,
                email=person.email,
                role=person.role,
                organisation=bodies[person.organisation].id if person.organisation else None,
                language=person.language,
            )
            made = invite(self.session, wish, to=to, by=by, settings=settings(), at=at, mail=False)
            self.viewers[person.key] = viewer(made, person.language)
        self.by = by
        return plan

    def import_draft(self, plan: Plan, draft: shapes.Draft, at: datetime) -> int:
        """A draft in both languages, being edited; gives its id."""
        made = import_draft(
            self.session,
            by=self.by,
            plan=plan,
            name=draft.name.en,
            marking=draft.marking.en,
            language=Language.ENGLISH,
            text=DraftText(draft.name.en, "en", [clause_text(clause) for clause in draft.clauses], []),
            file=None,
            file_name="",
            at=at,
        )
        draft_id = made.id or 0
        wids = self.wids_of(draft_id, draft)
        malay = [
            Entry(wids[c.key], c.text_ms, {name: words.ms for name, words in c.fields.items()})
            for c in draft.clauses
        ]
        take_malay(self.session, by=self.by, draft_id=draft_id, entries=malay, at=at)
        self.drafts[draft.name.en] = draft_id
        return draft_id

    def wids_of(self, draft_id: int, draft: shapes.Draft) -> dict[str, str]:
        """The permanent ids of a draft's clauses: an import gives them, and confirmed lineage carries them on."""
        ids = self.session.scalars(
            select(col(Clause.wid)).where(col(Clause.draft_id) == draft_id).order_by(col(Clause.position))
        )
        return dict(zip((c.key for c in draft.clauses), ids, strict=True))

    def prepare(self, plan: Plan, round_: shapes.Round) -> None:
        """The draft of a round, frozen, where it is not there yet; and the round, scheduled."""
        at = self.at(round_.opens - 1)
        draft = self.content.draft(round_.key)
        draft_id = self.drafts.get(draft.name.en)
        if draft_id is None:
            draft_id = self.import_draft(plan, draft, at)
            freeze(self.session, by=self.by, draft_id=draft_id, version=None, at=at)
        self.wids[round_.key] = self.wids_of(draft_id, draft)
        self.rounds[round_.key] = rounds.create(
            self.session,
            by=self.by,
            at=at,
            draft_id=draft_id,
            settings=RoundSettings(
                name=round_.name.en,
                opens_at=self.at(round_.opens),
                closes_at=self.at(round_.closes),
                isolation=round_.isolation,
                attributions=tuple(Attribution),
                questions=tuple(Ask(question.en, question.ms) for question in round_.questions),
                accepts_few_days=True,
            ),
        )

    def by_seat(self, seat_id: int) -> Viewer:
        """The person at a seat."""
        return next(viewer for viewer in self.viewers.values() if viewer.seat_id == seat_id)

    def move(self, key: int, verb: RoundVerb, days: float) -> None:
        """Open, close or publish a round."""
        round_ = self.rounds[key]
        move(
            self.session, verb, by=self.by, at=self.at(days), round_id=round_.id or 0, version=round_.version
        )

    def comment(self, comment: shapes.Comment) -> None:
        """Submit a comment, keep it unsent, or submit and withdraw it."""
        by, round_, at = self.viewers[comment.seat], self.rounds[comment.round], self.at(comment.at)
        written = Written(
            client_uuid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"runding-demo/{comment.round}/{comment.key}")),
            scope=comment.scope,
            wid=self.wids[comment.round][comment.clause] if comment.clause else "",
            field=comment.field or "",
            exact=comment.exact or "",
            text=comment.text,
            proposed=comment.proposed,
            type=comment.type,
            priority=comment.priority,
            ground=comment.ground or "",
            rationale=comment.rationale or "",
            standard=comment.standard or "",
            attribution=comment.attribution,
        )
        if comment.draft:
            actions.save_draft(self.session, by=by, round_=round_, written=written, at=at)
            return
        made, _ = submitting.submit(self.session, by=by, round_=round_, written=written, at=at)
        self.comments[comment.key] = made
        if comment.withdrawn:
            later = at + timedelta(days=0.1)
            submitting.withdraw(self.session, by=by, round_=round_, comment_id=made.id or 0, at=later)

    def stance(self, stance: shapes.Stance) -> None:
        """Support or object to somebody's comment."""
        comment = self.comments[stance.comment]
        round_ = next(r for r in self.rounds.values() if r.id == comment.round_id)
        submitting.take_stance(
            self.session,
            by=self.viewers[stance.seat],
            round_=round_,
            comment_id=comment.id or 0,
            kind=stance.kind,
            reason=stance.reason or "",
            at=self.at(stance.at),
        )

    def answers(self, answers: shapes.Answers) -> None:
        """Support clauses as drafted, or say that there is nothing."""
        by, round_, at = self.viewers[answers.seat], self.rounds[answers.round], self.at(answers.at)
        for kind, keys in ((AnswerKind.SUPPORT, answers.as_drafted), (AnswerKind.NOTHING, answers.nothing)):
            for key in keys:
                wid = self.wids[answers.round][key]
                answer(self.session, by=by, round_=round_, wid=wid, kind=kind, at=at)

    def milestones(self) -> None:
        """The roadmap."""
        today = self.midnight.date()
        for stone in self.content.milestones:
            round_ = self.rounds[stone.round] if stone.round is not None else None
            wish = MilestoneSettings(
                name=stone.name.en,
                name_ms=stone.name.ms,
                kind=stone.kind,
                starts_on=today + timedelta(days=stone.starts),
                ends_on=today + timedelta(days=stone.ends),
                done_on=today + timedelta(days=stone.done) if stone.done is not None else None,
                note=stone.note.en,
                round_id=round_.id if round_ else None,
            )
            add_milestone(self.session, by=self.by, at=self.at(SECRETARIAT_FIRST), settings=wish)


def viewer(seat: Seat, language: Language) -> Viewer:
    """A seat as its person looks from it."""
    return Viewer(
        person_id=seat.person_id,
        seat_id=seat.id,
        plan_id=seat.plan_id,
        role=seat.role,
        constituency=seat.constituency,
        organisation_id=seat.organisation_id,
        language=language,
    )


def clause_text(clause: shapes.Clause) -> ClauseText:
    """A clause as a reader of files would give it; its key is its permanent id."""
    return ClauseText(
        wid=clause.key,
        eid="",
        number=clause.number or "",
        kind=clause.kind,
        level=clause.level,
        heading=clause.text if clause.kind == "heading" else "",
        text=clause.text,
        parent=clause.parent,
        fields={name: words.en for name, words in clause.fields.items()},
    )
