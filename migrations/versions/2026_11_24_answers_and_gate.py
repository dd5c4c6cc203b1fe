"""answers and gate"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "answers_and_gate"
down_revision = "meetings"
branch_labels = None
depends_on = None

DISPOSITIONS = (
    "accepted",
    "accepted_with_modification",
    "partly_accepted",
    "not_accepted",
    "noted",
    "deferred",
    "referred",
    "out_of_scope",
    "duplicate",
    "withdrawn",
    "fell",
)
OWED = (
    "disposition IN ('accepted', 'accepted_with_modification', 'partly_accepted')"
    " AND implemented_draft_id IS NULL"
)
UNREASONED = "disposition IS NOT NULL AND reason = ''"


def upgrade() -> None:
    op.create_table(
        "backing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("succession_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["succession_id"], ["succession.id"], name=op.f("fk_backing_succession_id_succession")
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_backing_clause_id_clause")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_backing_point_id_point")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_backing_by_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backing")),
        sa.UniqueConstraint(
            "succession_id", "clause_id", "point_id", name=op.f("uq_backing_succession_id_clause_id_point_id")
        ),
    )
    op.create_index(op.f("ix_backing_clause_id"), "backing", ["clause_id"])
    op.create_index(op.f("ix_backing_point_id"), "backing", ["point_id"])
    op.create_table(
        "settled",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_settled_round_id_round")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_settled_comment_id_comment")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_settled_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled")),
        sa.UniqueConstraint("round_id", "comment_id", name=op.f("uq_settled_round_id_comment_id")),
    )
    op.create_index(op.f("ix_settled_comment_id"), "settled", ["comment_id"])
    op.create_table(
        "answer_tally",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("whose", sa.String(length=24), nullable=False),
        sa.Column(
            "disposition",
            sa.Enum(*DISPOSITIONS, name="disposition", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_answer_tally_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "whose", "disposition", name=op.f("pk_answer_tally")),
    )
    for name, where in (("owed", OWED), ("unreasoned", UNREASONED)):
        op.create_index(
            f"ix_point_{name}",
            "point",
            ["round_id", "position", "id"],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    for name in ("owed", "unreasoned"):
        op.drop_index(f"ix_point_{name}", table_name="point")
    op.drop_table("answer_tally")
    op.drop_table("settled")
    op.drop_table("backing")
