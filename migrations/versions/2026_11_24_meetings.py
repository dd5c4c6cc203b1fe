"""meetings"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "meetings"
down_revision = "points_behind_texts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column(
            "walk",
            sa.Enum(
                "document", "controversy", name="walk", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("proposals", sa.Boolean(), nullable=False),
        sa.Column("at_point_id", sa.Integer(), nullable=True),
        sa.Column("begun_by_person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_meeting_round_id_round")),
        sa.ForeignKeyConstraint(["at_point_id"], ["point.id"], name=op.f("fk_meeting_at_point_id_point")),
        sa.ForeignKeyConstraint(
            ["begun_by_person_id"], ["person.id"], name=op.f("fk_meeting_begun_by_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("round_id", "name", name=op.f("uq_meeting_round_id_name")),
    )
    # By hand: SQLite's way of altering a table would make it anew, with all that points to it.
    op.execute("ALTER TABLE point ADD COLUMN proposed_reason_ms VARCHAR NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE point ADD COLUMN proposed_referred_to VARCHAR(200) NOT NULL DEFAULT ''")
    named = "CONSTRAINT fk_point_proposed_duplicate_of_id_point"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"ALTER TABLE point ADD COLUMN proposed_duplicate_of_id INTEGER {named} REFERENCES point (id)"
        )
    else:
        op.execute("ALTER TABLE point ADD COLUMN proposed_duplicate_of_id INTEGER")
        op.execute(
            f"ALTER TABLE point ADD {named} FOREIGN KEY (proposed_duplicate_of_id) REFERENCES point (id)"
        )


def downgrade() -> None:
    with op.batch_alter_table("point") as batch_op:
        batch_op.drop_column("proposed_duplicate_of_id")
        batch_op.drop_column("proposed_referred_to")
        batch_op.drop_column("proposed_reason_ms")
    op.drop_table("meeting")
