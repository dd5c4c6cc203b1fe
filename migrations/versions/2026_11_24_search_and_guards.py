"""What each database does in its own words: full-text search, and history that cannot be altered."""

from alembic import op

revision = "search_and_guards"
down_revision = "first_tables"
branch_labels = None
depends_on = None

SQLITE = (
    (
        "CREATE VIRTUAL TABLE comment_search USING fts5(words, content='comment', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 2')"
    ),
    (
        "CREATE TRIGGER comment_search_added AFTER INSERT ON comment BEGIN"
        " INSERT INTO comment_search(rowid, words) VALUES (new.id, new.words); END"
    ),
    (
        "CREATE TRIGGER comment_search_removed AFTER DELETE ON comment BEGIN"
        " INSERT INTO comment_search(comment_search, rowid, words) VALUES ('delete', old.id, old.words); END"
    ),
    (
        "CREATE TRIGGER comment_search_changed AFTER UPDATE OF words ON comment WHEN old.words <> new.words BEGIN"
        " INSERT INTO comment_search(comment_search, rowid, words) VALUES ('delete', old.id, old.words);"
        " INSERT INTO comment_search(rowid, words) VALUES (new.id, new.words); END"
    ),
    (
        "CREATE TRIGGER history_stays BEFORE UPDATE ON history BEGIN"
        " SELECT RAISE(ABORT, 'history is append-only'); END"
    ),
    (
        "CREATE TRIGGER history_remains BEFORE DELETE ON history BEGIN"
        " SELECT RAISE(ABORT, 'history is append-only'); END"
    ),
)

POSTGRESQL = (
    "CREATE INDEX ix_comment_search ON comment USING gin (to_tsvector('simple', words))",
    (
        "CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER history_stays BEFORE UPDATE OR DELETE ON history"
        " FOR EACH ROW EXECUTE FUNCTION history_is_append_only()"
    ),
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("comment_search_added", "comment_search_removed", "comment_search_changed"):
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute("DROP TRIGGER history_stays")
        op.execute("DROP TRIGGER history_remains")
        op.execute("DROP TABLE comment_search")
    else:
        op.execute("DROP TRIGGER history_stays ON history")
        op.execute("DROP FUNCTION history_is_append_only()")
        op.execute("DROP INDEX ix_comment_search")
