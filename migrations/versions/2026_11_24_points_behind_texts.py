"""points behind resulting texts"""

import sqlalchemy as sa
from alembic import op

revision = "points_behind_texts"
down_revision = "returned_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "result_point",
        sa.Column("resulting_text_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resulting_text_id"],
            ["resulting_text.id"],
            name=op.f("fk_result_point_resulting_text_id_resulting_text"),
        ),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_result_point_point_id_point")),
        sa.PrimaryKeyConstraint("resulting_text_id", "point_id", name=op.f("pk_result_point")),
    )
    op.create_index(op.f("ix_result_point_point_id"), "result_point", ["point_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_result_point_point_id"), table_name="result_point")
    op.drop_table("result_point")
