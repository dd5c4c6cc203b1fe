"""contested points"""

import sqlalchemy as sa
from alembic import op

revision = "contested_points"
down_revision = "books_blocked"
branch_labels = None
depends_on = None

#: SQLite would take "greater than" for the range to walk, and sort what it finds.
UNEQUAL, GREATER = "controversy <> 0", "controversy > 0"


def contested(where: str) -> None:
    op.drop_index("ix_point_controversy", "point")
    held = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    op.create_index(
        "ix_point_controversy", "point", ["round_id", "controversy", "position", "id"], unique=False, **held
    )


def upgrade() -> None:
    contested(UNEQUAL)


def downgrade() -> None:
    contested(GREATER)
