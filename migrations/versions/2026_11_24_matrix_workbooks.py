"""matrix workbooks"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "matrix_workbooks"
down_revision = "receipts_by_the_clock"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "returned_matrix",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("rows", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("applied_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_person_id"], ["person.id"], name=op.f("fk_returned_matrix_by_person_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_returned_matrix_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_matrix")),
    )
    with op.batch_alter_table("returned_matrix", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_returned_matrix_round_id_id"), ["round_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("returned_matrix", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_returned_matrix_round_id_id"))

    op.drop_table("returned_matrix")
