"""The next draft at the size to design for: two drafts of 1,500 clauses, 10,000 comments that still stand.

Run it with `python -m bench.next_draft`. Printed are seconds of CPU on an embedded database: the
lineage worked out and written, kept up after a correction, 10,000 anchors carried over and written, two
drafts compared, the next draft looked at.
"""

import random
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, col

from app.comments.models import Comment
from app.db import make_engine
from app.drafting import comparing, lineage_of
from app.drafting.carrying_over import carry_over
from app.drafting.confirming import confirm_shown, finish, uncertain
from app.matrix.models import Point, PointComment
from app.migrating import migrate
from app.people.rules import Constituency, Role
from app.plans.editable import set_in_order
from app.plans.freezing import freeze
from app.plans.models import Clause, Draft
from bench.text import said
from tests.factories import NOW, make_comment, make_plan, make_round, make_seat, viewer_of

CLAUSES, COMMENTS = 1_500, 10_000


def timed(what: str, work: Callable[[], Any]) -> Any:
    started = time.process_time()
    done = work()
    print(f"{what:<52} {time.process_time() - started:6.2f} s")
    return done


def drafted(session: Session, plan_id: int, name: str, texts: list[str]) -> Draft:
    draft = Draft(plan_id=plan_id, name=name, created_at=NOW)
    session.add(draft)
    session.flush()
    session.execute(
        insert(Clause),
        [
            {
                "draft_id": draft.id, "wid": f"{name}-{n}", "eid": f"~at-{n}", "label": "", "own_label": False,
                "number": f"{n // 30 + 1}." if n % 30 == 0 else f"{n // 30 + 1}.{n % 30}",
                "kind": "heading" if n % 30 == 0 else "paragraph", "level": int(n % 30 == 0), "text": text,
                "text_ms": "", "fields": {}, "fields_ms": {}, "parent_id": None, "position": n, "until": n,
                "location": {}, "version": 1,
            }
            for n, text in enumerate(texts)
        ],
    )  # fmt: skip
    set_in_order(session, draft.id or 0)
    return draft


def main() -> None:
    rng = random.Random(3)
    before = [" ".join(said(12) for _ in range(7)) for _ in range(CLAUSES)]
    after = [
        text.replace("katan", "katan baru", 1) if rng.random() < 0.4 else text
        for text in before
        if rng.random() > 0.05
    ]
    after.insert(700, after.pop(40))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        engine = make_engine(url)
        migrate(engine)
        with Session(engine, expire_on_commit=False) as session:
            plan = make_plan(session)
            by = viewer_of(make_seat(session, plan, Role.DRAFTER))
            seat = make_seat(session, plan, Role.PARTICIPANT, Constituency.WORKERS)
            one = drafted(session, plan.id or 0, "Draft 1", before)
            freeze(session, by=by, draft_id=one.id or 0, version=None, at=NOW)
            two = drafted(session, plan.id or 0, "Draft 2", after)
            round_ = make_round(session, plan, one)
            first = make_comment(session, round_, seat)
            clauses = session.execute(
                select(col(Clause.id), col(Clause.position)).where(col(Clause.draft_id) == one.id)
            ).all()
            like = {column.name: getattr(first, column.name) for column in Comment.__table__.columns}  # type: ignore[attr-defined] # SQLModel's own
            rows, points, links = [], [], []
            for n in range(COMMENTS):
                clause_id, position = rng.choice(clauses)
                start = rng.randrange(0, 400)
                rows.append(
                    like
                    | {
                        "id": 10 + n, "client_uuid": str(uuid.uuid4()), "number": 10 + n, "clause_id": clause_id,
                        "position": position, "scope": "passage", "start": start, "end": start + 60,
                        "exact": before[position][start : start + 60],
                    }
                )  # fmt: skip
                points.append({"id": 10 + n, "round_id": round_.id, "clause_id": clause_id, "position": position,
                               "title": "", "members": 1, "voices": {}, "proposes": False, "controversy": 0,
                               "created_at": NOW})  # fmt: skip
                links.append({"point_id": 10 + n, "comment_id": 10 + n})
            session.execute(insert(Comment), rows)
            session.execute(insert(Point), points)
            session.execute(insert(PointComment), links)
            session.commit()
            succession = timed(
                f"lineage of two drafts of {CLAUSES:,} clauses",
                lambda: lineage_of.follow(
                    session, by=by, from_draft_id=one.id or 0, to_draft_id=two.id or 0, at=NOW
                ),
            )
            timed("lineage kept up after a correction", lambda: lineage_of.corrected(session, two.id or 0))
            while cases := uncertain(session, succession):
                ids = [row for case in cases for row in case.rows]
                confirm_shown(session, by=by, draft_id=two.id or 0, row_ids=ids, at=NOW)
            timed("lineage confirmed", lambda: finish(session, by=by, draft_id=two.id or 0, at=NOW))
            freeze(session, by=by, draft_id=two.id or 0, version=None, at=NOW)
            n = timed(
                f"{COMMENTS:,} anchors carried over",
                lambda: carry_over(session, by=by, draft_id=two.id or 0, at=NOW),
            )
            print(f"{'':<52} {n:>6,} rows")
            session.commit()
            timed("two drafts compared", lambda: comparing.comparison(session, one.id or 0, two.id or 0))
            timed("and looked at again", lambda: comparing.comparison(session, one.id or 0, two.id or 0))
        engine.dispose()


if __name__ == "__main__":
    main()
