"""returned files"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "returned_files"
down_revision = "points_decided"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sheet_mapping_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_sheet_mapping_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_mapping")),
        sa.UniqueConstraint(
            "plan_id", "organisation_id", "title", name=op.f("uq_sheet_mapping_plan_id_organisation_id_title")
        ),
    )
    op.create_table(
        "returned_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("batch", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "unknown",
                "word",
                "sheet",
                "source",
                name="filekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("read_as", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "columns",
                "read",
                "approved",
                "imported",
                "refused",
                "set_aside",
                "kept",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column(
            "attribution",
            sa.Enum(
                "named",
                "organisation",
                "constituency",
                "secretariat",
                name="attribution",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("problem", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("problem_values", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("columns", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("warnings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("lines", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("bodies", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("claimed_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("received_by", sa.Integer(), nullable=False),
        sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("imported_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("new_comments", sa.Integer(), nullable=False),
        sa.Column("known_comments", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by"], ["seat.id"], name=op.f("fk_returned_file_approved_by_seat")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_returned_file_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_returned_file_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["received_by"], ["person.id"], name=op.f("fk_returned_file_received_by_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_returned_file_round_id_round")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_returned_file_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_file")),
        sa.UniqueConstraint("batch", "place", name=op.f("uq_returned_file_batch_place")),
    )
    op.create_index(
        op.f("ix_returned_file_round_id_state"), "returned_file", ["round_id", "state"], unique=False
    )
    op.create_index(op.f("ix_returned_file_sha256"), "returned_file", ["sha256"], unique=False)
    op.create_table(
        "origin",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("written_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.Column("also", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("taken_by_person_id", sa.Integer(), nullable=True),
        sa.Column(
            "way",
            sa.Enum(
                "letter",
                "mail",
                "telephone",
                "spoken",
                "other",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_origin_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["taken_by_person_id"], ["person.id"], name=op.f("fk_origin_taken_by_person_id_person")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_origin")),
    )
    op.create_table(
        "returned_content",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["returned_file.id"], name=op.f("fk_returned_content_file_id_returned_file")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_returned_content")),
    )
    op.create_table(
        "returned_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column(
            "sort",
            sa.Enum(
                "comment",
                "reply",
                "change",
                "move",
                "untracked",
                "row",
                name="sort",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("written_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposed", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("removed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("inserted", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("quote", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("around", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("wid", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("field", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("general", sa.Boolean(), nullable=False),
        sa.Column("wids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("to_wid", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("candidates", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("how", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.Column("organisation", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "general",
                "substantive",
                "legal",
                "institutional",
                "indicator",
                "timeline",
                "resources",
                "technical",
                "editorial",
                "translation",
                "question",
                name="commenttype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("written_place", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("idle", sa.Boolean(), nullable=False),
        sa.Column("warnings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("extra", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "as_read",
                "placed",
                "general",
                "taken",
                "left_out",
                name="choice",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("chosen_wid", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_returned_item_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["returned_file.id"], name=op.f("fk_returned_item_file_id_returned_file")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_returned_item_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_item")),
        sa.UniqueConstraint("file_id", "position", name=op.f("uq_returned_item_file_id_position")),
    )
    op.create_index(op.f("ix_returned_item_comment_id"), "returned_item", ["comment_id"], unique=False)
    op.create_index(op.f("ix_returned_item_round_id_key"), "returned_item", ["round_id", "key"], unique=False)


def downgrade() -> None:
    op.drop_table("returned_item")
    op.drop_table("returned_content")
    op.drop_table("origin")
    op.drop_table("returned_file")
    op.drop_table("sheet_mapping")
