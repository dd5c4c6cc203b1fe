"""A comment says whether its receipt is still to be written; only those are in an index."""

from alembic import op

revision = "receipts_by_the_clock"
down_revision = "points_consolidated"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    # Not in batch mode, which would lose the triggers of the full-text search.
    op.execute(
        f"ALTER TABLE comment ADD COLUMN receipt_due BOOLEAN DEFAULT {0 if sqlite else 'false'} NOT NULL"
    )
    op.execute(
        f"CREATE INDEX ix_comment_receipt_due ON comment (id) WHERE receipt_due IS {1 if sqlite else 'true'}"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_comment_receipt_due")
    op.execute("ALTER TABLE comment DROP COLUMN receipt_due")
