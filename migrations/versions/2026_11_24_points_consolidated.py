"""points consolidated"""

import json
from collections import defaultdict

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "points_consolidated"
down_revision = "answers_and_gate"
branch_labels = None
depends_on = None

INDEXES = {
    "shown": "standing > 0",
    "grouped": "standing > 1",
    "proposed": "proposed_disposition IS NOT NULL AND disposition IS NULL",
}


def index(name: str, where: str) -> None:
    held = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    op.create_index(f"ix_point_{name}", "point", ["round_id", "position", "id"], **held)


def fill_points() -> None:
    """What is kept about points that are there already; each has been made by comments that count."""
    op.execute(
        "UPDATE point SET standing = (SELECT count(*) FROM point_comment pc JOIN comment c ON c.id = pc.comment_id"
        " WHERE pc.point_id = point.id AND c.status = 'submitted')"
    )
    said = op.get_bind().execute(
        sa.text(
            "SELECT pc.point_id, s.kind, s.constituency, count(DISTINCT s.organisation_id)"
            " FROM stance s JOIN point_comment pc ON pc.comment_id = s.comment_id"
            " JOIN comment c ON c.id = s.comment_id WHERE c.status = 'submitted'"
            " GROUP BY pc.point_id, s.kind, s.constituency"
        )
    )
    found: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: {"support": {}, "object": {}})
    for point_id, kind, constituency, n in said:
        found[point_id][kind][constituency] = n
    rows = [
        {"id": point_id, "support": json.dumps(kinds["support"]), "against": json.dumps(kinds["object"])}
        for point_id, kinds in found.items()
    ]
    as_json = ":{}" if op.get_bind().dialect.name == "sqlite" else "CAST(:{} AS json)"
    if rows:
        op.get_bind().execute(
            sa.text(
                f"UPDATE point SET support = {as_json.format('support')},"
                f" objections = {as_json.format('against')} WHERE id = :id"
            ),
            rows,
        )


def upgrade() -> None:
    # By hand: SQLite's way of altering a table would make it anew, with all that points to it.
    json_type = "JSON"
    op.execute("ALTER TABLE point ADD COLUMN standing INTEGER NOT NULL DEFAULT 1")
    op.execute(f"ALTER TABLE point ADD COLUMN support {json_type} NOT NULL DEFAULT '{{}}'")
    op.execute(f"ALTER TABLE point ADD COLUMN objections {json_type} NOT NULL DEFAULT '{{}}'")
    op.execute("ALTER TABLE point_comment ADD COLUMN words VARCHAR NOT NULL DEFAULT ''")
    named = "CONSTRAINT fk_regrouping_into_id_point"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE regrouping ADD COLUMN into_id INTEGER {named} REFERENCES point (id)")
    else:
        op.execute("ALTER TABLE regrouping ADD COLUMN into_id INTEGER")
        op.execute(f"ALTER TABLE regrouping ADD {named} FOREIGN KEY (into_id) REFERENCES point (id)")
    fill_points()
    for name, where in INDEXES.items():
        index(name, where)
    op.drop_index("ix_point_open", "point")
    index("open", "disposition IS NULL AND standing > 0")

    op.drop_table("suggestion")  # nothing has been written there yet
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_suggestion_round_id_round")),
        sa.ForeignKeyConstraint(
            ["by_person_id"], ["person.id"], name=op.f("fk_suggestion_by_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    op.create_index(
        op.f("ix_suggestion_round_id_answered_at_id"), "suggestion", ["round_id", "answered_at", "id"]
    )
    op.create_table(
        "suggested",
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("like_comment_id", sa.Integer(), nullable=True),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_suggested_suggestion_id_suggestion")
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_suggested_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["like_comment_id"], ["comment.id"], name=op.f("fk_suggested_like_comment_id_comment")
        ),
        sa.PrimaryKeyConstraint("suggestion_id", "comment_id", name=op.f("pk_suggested")),
    )
    op.create_index(op.f("ix_suggested_comment_id"), "suggested", ["comment_id"])
    op.create_table(
        "trace",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("sign", sa.BigInteger(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_trace_round_id_round")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_trace_comment_id_comment")),
        sa.PrimaryKeyConstraint("round_id", "sign", "comment_id", name=op.f("pk_trace")),
    )
    op.create_index(op.f("ix_trace_comment_id"), "trace", ["comment_id"])
    op.create_table(
        "compared",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_compared_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_compared")),
    )


def downgrade() -> None:
    for name in ("compared", "trace", "suggested", "suggestion"):
        op.drop_table(name)
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("comments", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_suggestion_round_id_round")),
        sa.ForeignKeyConstraint(
            ["by_person_id"], ["person.id"], name=op.f("fk_suggestion_by_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("round_id", "key", name=op.f("uq_suggestion_round_id_key")),
    )
    op.create_index(
        op.f("ix_suggestion_round_id_answered_at_id"), "suggestion", ["round_id", "answered_at", "id"]
    )
    with op.batch_alter_table("regrouping") as batch_op:
        batch_op.drop_column("into_id")
    for name in ("open", *INDEXES):
        op.drop_index(f"ix_point_{name}", "point")
    for name in ("standing", "support", "objections"):
        op.drop_column("point", name)
    op.drop_column("point_comment", "words")
    where = sa.text("disposition IS NULL")
    op.create_index(
        "ix_point_open", "point", ["round_id", "position", "id"], sqlite_where=where, postgresql_where=where
    )
