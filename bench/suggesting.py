"""What comparing comments costs: a round of 10,000 in which letters go round, and one comment more.

    python -m bench.suggesting [--comments 10000] [--only sqlite|postgresql]

Processor time of this process, which on SQLite is the database's too.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from sqlalchemy import Engine, func, select, update
from sqlmodel import Session, col

from app.comments.models import Comment
from app.db import make_engine
from app.matrix.models import Suggested, Suggestion
from app.matrix.suggesting import compare_some
from app.migrating import migrate
from app.rounds.models import Round
from bench.data import ENGLISH, MALAY, NOW, make, sentence
from bench.run import addresses, line

#: So many letters go round, each sent by everyone who sends one.
LETTERS = 20


def letters(engine: Engine, comments: int) -> None:
    """A third of the comments become copies of few letters, and a third copies with a sentence of one's own."""
    chance = random.Random(7)
    written = [
        " ".join("We ask: " + sentence(chance, MALAY if n % 2 else ENGLISH, 14) for _ in range(4))
        for n in range(LETTERS)
    ]
    rows = []
    for n in range(1, comments + 1):
        letter = written[n % LETTERS]
        if n % 3 == 0:
            rows.append({"id": n, "text": letter, "clause_id": 1 + n % LETTERS, "proposed": None})
        elif n % 3 == 1:
            own = sentence(chance, ENGLISH, 12)
            rows.append({"id": n, "text": f"{own} {letter}", "clause_id": 1 + n % LETTERS, "proposed": None})
    with Session(engine) as session:
        session.execute(update(Comment), rows)
        session.commit()


def measured(engine: Engine, comments: int) -> tuple[float, float, int, int]:
    """Seconds for all comments but one, and for that one; suggestions, and the comments in them."""
    with Session(engine) as session:
        round_ = session.get_one(Round, 1)
        last = update(Comment).where(col(Comment.id) == comments)
        session.execute(last.values(number=None))
        session.commit()
        began, waits = time.process_time(), time.perf_counter()
        while compare_some(session, round_, NOW, seconds=5):
            session.commit()
        session.commit()
        all_of_them = time.process_time() - began
        print(
            f"  {comments:,} comments: {all_of_them:.1f} s here, {time.perf_counter() - waits:.1f} s in all"
        )
        session.execute(last.values(number=comments))
        session.commit()
        began = time.process_time()
        compare_some(session, round_, NOW, seconds=5)
        session.commit()
        one = time.process_time() - began
        found = session.scalar(select(func.count()).select_from(Suggestion)) or 0
        members = session.scalar(select(func.count()).select_from(Suggested)) or 0
    return all_of_them, one, found, members


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=10_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for kind in [asked.only] if asked.only else ["sqlite", "postgresql"]:
            with addresses(kind, Path(folder), [asked.comments]) as found:
                engine = make_engine(found[0][0])
                migrate(engine)
                make(engine, asked.comments)
                letters(engine, asked.comments)
                seconds, one, suggestions, members = measured(engine, asked.comments)
                engine.dispose()
            print(f"  {suggestions} suggestions of {members:,} comments")
            line(f"similarity: {asked.comments:,} comments, seconds", kind, seconds, 20)
            line("similarity: one comment more, milliseconds", kind, one * 1000, 50)


if __name__ == "__main__":
    main()
