"""points decided"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "points_decided"
down_revision = "search_and_guards"
branch_labels = None
depends_on = None


POINT_COLUMNS = (
    "theme_id",
    "members",
    "voices",
    "proposes",
    "controversy",
    "drafter_seat_id",
    "overlap_plan",
    "overlap_clause",
    "proposed_disposition",
    "proposed_reason",
    "proposed_by_person_id",
    "proposed_at",
    "disposition",
    "reason",
    "reason_ms",
    "duplicate_of_id",
    "referred_to",
    "decided_by_person_id",
    "decided_at",
    "decided_meeting",
    "implemented_draft_id",
)


def add_comment_column() -> None:
    """By hand: SQLite's way of altering a table would lose the triggers of the full-text search."""
    named = "CONSTRAINT fk_comment_stands_from_id_comment"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE comment ADD COLUMN stands_from_id INTEGER {named} REFERENCES comment (id)")
    else:
        op.execute("ALTER TABLE comment ADD COLUMN stands_from_id INTEGER")
        op.execute(f"ALTER TABLE comment ADD {named} FOREIGN KEY (stands_from_id) REFERENCES comment (id)")


def drop_comment_column() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_column("comment", "stands_from_id")
        return
    kept = op.get_bind().exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'comment'"
    )
    triggers = [sql for (sql,) in kept]
    with op.batch_alter_table("comment") as batch_op:
        batch_op.drop_column("stands_from_id")
    for sql in triggers:
        op.execute(sql)


def drop_point_columns() -> None:
    """PostgreSQL drops with a column what stands on it; SQLite copies the table into its earlier shape."""
    if op.get_bind().dialect.name != "sqlite":
        for name in POINT_COLUMNS:
            op.drop_column("point", name)
        return
    for name in ("open", "decided", "drafter", "theme", "controversy"):
        op.drop_index(f"ix_point_{name}", "point")
    earlier = sa.Table(
        "point",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name="fk_point_clause_id_clause"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_point_round_id_round"),
        sa.PrimaryKeyConstraint("id", name="pk_point"),
        sa.Index("ix_point_round_id_position_id", "round_id", "position", "id"),
    )
    with op.batch_alter_table("point", copy_from=earlier, recreate="always"):
        pass


def fill_points() -> None:
    """Until now every point was made by one comment."""
    one = "FROM comment c JOIN point_comment pc ON pc.comment_id = c.id WHERE pc.point_id = point.id"
    told = "CASE WHEN c.attribution = 'secretariat' THEN '-' ELSE coalesce(c.constituency, '-') END"
    voices = f"(SELECT '{{\"' || {told} || '\": 1}}' {one} LIMIT 1)"
    if op.get_bind().dialect.name == "postgresql":
        voices = f"CAST({voices} AS json)"
    op.execute(
        f"UPDATE point SET voices = {voices}, proposes = EXISTS (SELECT 1 {one} AND c.proposed IS NOT NULL)"
    )


def upgrade() -> None:
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_theme_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("plan_id", "name", name=op.f("uq_theme_plan_id_name")),
    )
    op.create_table(
        "regrouping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("links", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("undone_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_person_id"], ["person.id"], name=op.f("fk_regrouping_by_person_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_regrouping_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrouping")),
    )
    with op.batch_alter_table("regrouping", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_regrouping_round_id_id"), ["round_id", "id"], unique=False)

    op.create_table(
        "resulting_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("text_ms", sa.String(), nullable=False),
        sa.Column("runs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("choices", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("own_words", sa.Boolean(), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_person_id"], ["person.id"], name=op.f("fk_resulting_text_by_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_resulting_text_clause_id_clause")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_resulting_text_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resulting_text")),
        sa.UniqueConstraint(
            "round_id", "clause_id", "field", name=op.f("uq_resulting_text_round_id_clause_id_field")
        ),
    )
    with op.batch_alter_table("resulting_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resulting_text_clause_id"), ["clause_id"], unique=False)

    op.create_table(
        "sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "opinion",
            sa.Enum(
                "given",
                "given_except",
                "not_given",
                name="opinion",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_off_person_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_sign_off_round_id_round")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_sign_off_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
        sa.UniqueConstraint("round_id", "seat_id", name=op.f("uq_sign_off_round_id_seat_id")),
    )
    op.create_table(
        "succession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("from_draft_id", sa.Integer(), nullable=False),
        sa.Column("to_draft_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("computed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("confirmed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("confirmed_by_person_id", sa.Integer(), nullable=True),
        sa.Column("carried_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_person_id"],
            ["person.id"],
            name=op.f("fk_succession_confirmed_by_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["from_draft_id"], ["draft.id"], name=op.f("fk_succession_from_draft_id_draft")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_succession_plan_id_plan")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_succession_round_id_round")),
        sa.ForeignKeyConstraint(["to_draft_id"], ["draft.id"], name=op.f("fk_succession_to_draft_id_draft")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
        sa.UniqueConstraint(
            "from_draft_id", "to_draft_id", name=op.f("uq_succession_from_draft_id_to_draft_id")
        ),
    )
    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_succession_to_draft_id"), ["to_draft_id"], unique=False)

    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("comments", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_person_id"], ["person.id"], name=op.f("fk_suggestion_by_person_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_suggestion_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("round_id", "key", name=op.f("uq_suggestion_round_id_key")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_suggestion_round_id_answered_at_id"),
            ["round_id", "answered_at", "id"],
            unique=False,
        )

    op.create_table(
        "carried_anchor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("succession_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "exact",
                "fuzzy",
                "suggested",
                "orphan",
                name="carried",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=120), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("candidates", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("fell", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("settled_by_person_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_carried_anchor_clause_id_clause")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_carried_anchor_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_person_id"],
            ["person.id"],
            name=op.f("fk_carried_anchor_settled_by_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["succession_id"], ["succession.id"], name=op.f("fk_carried_anchor_succession_id_succession")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_anchor")),
        sa.UniqueConstraint(
            "succession_id", "comment_id", name=op.f("uq_carried_anchor_succession_id_comment_id")
        ),
    )
    with op.batch_alter_table("carried_anchor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carried_anchor_comment_id"), ["comment_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_carried_anchor_succession_id_how_id"), ["succession_id", "how", "id"], unique=False
        )

    op.create_table(
        "lineage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("succession_id", sa.Integer(), nullable=False),
        sa.Column("from_clause_id", sa.Integer(), nullable=True),
        sa.Column("to_clause_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "kept",
                "edited",
                "moved",
                "moved+edited",
                "renumbered",
                "split",
                "merged",
                "deleted",
                "new",
                name="lineagekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("confirmed_by_person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by_person_id"], ["person.id"], name=op.f("fk_lineage_confirmed_by_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["from_clause_id"], ["clause.id"], name=op.f("fk_lineage_from_clause_id_clause")
        ),
        sa.ForeignKeyConstraint(
            ["succession_id"], ["succession.id"], name=op.f("fk_lineage_succession_id_succession")
        ),
        sa.ForeignKeyConstraint(["to_clause_id"], ["clause.id"], name=op.f("fk_lineage_to_clause_id_clause")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineage")),
    )
    with op.batch_alter_table("lineage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lineage_from_clause_id"), ["from_clause_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_lineage_succession_id_certain_id"),
            ["succession_id", "certain", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_lineage_to_clause_id"), ["to_clause_id"], unique=False)

    op.create_table(
        "reaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "accepts",
                "can_live_with_it",
                "maintains_objection",
                name="reactionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "constituency",
            sa.Enum(
                "G",
                "E",
                "W",
                "C",
                "O",
                name="constituency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_reaction_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reaction_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_reaction_point_id_point")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_reaction_round_id_round")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_reaction_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reaction")),
        sa.UniqueConstraint("comment_id", "point_id", name=op.f("uq_reaction_comment_id_point_id")),
    )
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaction_point_id"), ["point_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reaction_round_id_kind_id"), ["round_id", "kind", "id"], unique=False
        )

    add_comment_column()
    with op.batch_alter_table("point", schema=None) as batch_op:
        batch_op.add_column(sa.Column("theme_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("members", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(
            sa.Column("voices", sa.JSON(none_as_null=True), nullable=False, server_default="{}")
        )
        batch_op.add_column(sa.Column("proposes", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("controversy", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("drafter_seat_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "overlap_plan",
                sa.Enum(
                    "NAPTIP",
                    "NAPBHR",
                    "NAPCL",
                    name="otherplan",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column("overlap_clause", sa.String(length=120), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column(
                "proposed_disposition",
                sa.Enum(
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
                    name="proposed_disposition",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("proposed_reason", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("proposed_by_person_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("proposed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "disposition",
                sa.Enum(
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
                    name="disposition",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reason_ms", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("duplicate_of_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("referred_to", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("decided_by_person_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("decided_meeting", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("implemented_draft_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            "ix_point_controversy",
            ["round_id", "controversy", "position", "id"],
            unique=False,
            sqlite_where=sa.text("controversy > 0"),
            postgresql_where=sa.text("controversy > 0"),
        )
        batch_op.create_index(
            "ix_point_decided",
            ["round_id", "disposition", "position", "id"],
            unique=False,
            sqlite_where=sa.text("disposition IS NOT NULL"),
            postgresql_where=sa.text("disposition IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_point_drafter",
            ["round_id", "drafter_seat_id", "position", "id"],
            unique=False,
            sqlite_where=sa.text("drafter_seat_id IS NOT NULL"),
            postgresql_where=sa.text("drafter_seat_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_point_open",
            ["round_id", "position", "id"],
            unique=False,
            sqlite_where=sa.text("disposition IS NULL"),
            postgresql_where=sa.text("disposition IS NULL"),
        )
        batch_op.create_index(
            "ix_point_theme",
            ["round_id", "theme_id", "position", "id"],
            unique=False,
            sqlite_where=sa.text("theme_id IS NOT NULL"),
            postgresql_where=sa.text("theme_id IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_point_decided_by_person_id_person"), "person", ["decided_by_person_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_point_drafter_seat_id_seat"), "seat", ["drafter_seat_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_point_proposed_by_person_id_person"), "person", ["proposed_by_person_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_point_implemented_draft_id_draft"), "draft", ["implemented_draft_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_point_duplicate_of_id_point"), "point", ["duplicate_of_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_point_theme_id_theme"), "theme", ["theme_id"], ["id"])

    fill_points()

    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("publish_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("reactions_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("reactions_reminded_for", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("reactions_reminded_for")
        batch_op.drop_column("reactions_until")
        batch_op.drop_column("publish_at")

    drop_point_columns()
    drop_comment_column()

    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reaction_round_id_kind_id"))
        batch_op.drop_index(batch_op.f("ix_reaction_point_id"))

    op.drop_table("reaction")
    with op.batch_alter_table("lineage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lineage_to_clause_id"))
        batch_op.drop_index(batch_op.f("ix_lineage_succession_id_certain_id"))
        batch_op.drop_index(batch_op.f("ix_lineage_from_clause_id"))

    op.drop_table("lineage")
    with op.batch_alter_table("carried_anchor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carried_anchor_succession_id_how_id"))
        batch_op.drop_index(batch_op.f("ix_carried_anchor_comment_id"))

    op.drop_table("carried_anchor")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suggestion_round_id_answered_at_id"))

    op.drop_table("suggestion")
    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_succession_to_draft_id"))

    op.drop_table("succession")
    op.drop_table("sign_off")
    with op.batch_alter_table("resulting_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resulting_text_clause_id"))

    op.drop_table("resulting_text")
    with op.batch_alter_table("regrouping", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_regrouping_round_id_id"))

    op.drop_table("regrouping")
    op.drop_table("theme")
