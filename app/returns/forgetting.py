"""What is left of a person in the items of returned files when their data is erased."""

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.comments.models import Comment
from app.returns.models import ReturnedItem


def forget_names(session: Session, person_id: int) -> None:
    """Take the names as written off the items of files that became comments in a person's name."""
    theirs = select(col(Comment.id)).where(col(Comment.person_id) == person_id)
    session.execute(
        update(ReturnedItem).where(col(ReturnedItem.comment_id).in_(theirs)).values(author=""),
        execution_options={"synchronize_session": False},
    )
