"""PostgreSQL calls out when history has grown, so that open pages hear of it; once for each commit."""

from alembic import op

revision = "history_calls"
down_revision = "matrix_workbooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "CREATE FUNCTION history_has_grown() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_notify('runding_history', ''); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER history_calls AFTER INSERT ON history"
        " FOR EACH STATEMENT EXECUTE FUNCTION history_has_grown()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER history_calls ON history")
    op.execute("DROP FUNCTION history_has_grown()")
