"""books blocked"""

import sqlalchemy as sa
from alembic import op

revision = "books_blocked"
down_revision = "history_calls"
branch_labels = None
depends_on = None

OWED = (
    "disposition IN ('accepted', 'accepted_with_modification', 'partly_accepted')"
    " AND implemented_draft_id IS NULL"
)
UNREASONED = "disposition IS NOT NULL AND reason = ''"
#: By name: the second column, and which points are in the index.
INDEXES = {"owed": ("implemented_draft_id", OWED), "unreasoned": ("reason", UNREASONED)}


def make(*, second: bool) -> None:
    for name, (column, where) in INDEXES.items():
        op.drop_index(f"ix_point_{name}", table_name="point")
        op.create_index(
            f"ix_point_{name}",
            "point",
            ["round_id", *([column] if second else []), "position", "id"],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def upgrade() -> None:
    make(second=True)


def downgrade() -> None:
    make(second=False)
