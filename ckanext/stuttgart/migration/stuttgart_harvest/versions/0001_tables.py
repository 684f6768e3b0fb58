"""The tables of sources, runs, jobs, records and outcomes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT, INTEGER, TRUTH = sa.UnicodeText, sa.Integer, sa.Boolean
MOMENT = sa.DateTime(timezone=True)


def _required(name: str, kind: Any, **options: Any) -> sa.Column:
    return sa.Column(name, kind, nullable=False, **options)


def _belongs(name: str, table: str, **options: Any) -> sa.Column:
    return sa.Column(name, TEXT, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, **options)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "stuttgart_harvest_source",
        sa.Column("id", TEXT, primary_key=True),
        _required("name", TEXT, unique=True),
        _required("title", TEXT),
        _required("url", TEXT),
        _required("reader", TEXT),
        _required("options", JSONB),
        _required("owner_org", TEXT, index=True),
        _required("frequency", TEXT),
        _required("active", TRUTH),
        _required("priority", INTEGER),
        _required("protected_fields", JSONB),
        sa.Column("mail", TEXT),
        sa.Column("creator", TEXT),
        _required("created", MOMENT),
        sa.Column("next_run", MOMENT, index=True),
    )
    op.create_table(
        "stuttgart_harvest_run",
        sa.Column("id", TEXT, primary_key=True),
        _belongs("source_id", "stuttgart_harvest_source", index=True),
        _required("state", TEXT),
        sa.Column("started_by", TEXT),
        _required("created", MOMENT, index=True),
        sa.Column("started", MOMENT),
        sa.Column("finished", MOMENT),
        _required("complete", TRUTH),
        _required("held", JSONB),
        _required("error", JSONB),
        _required("notes", JSONB),
        _required("counts", JSONB),
        _required("total", INTEGER),
    )
    # One unfinished run of a source at most, whoever starts it.
    op.create_index(
        "stuttgart_harvest_run_unfinished",
        "stuttgart_harvest_run",
        ["source_id"],
        unique=True,
        postgresql_where=sa.text("finished IS NULL"),
    )
    op.create_table(
        "stuttgart_harvest_job",
        sa.Column("id", TEXT, primary_key=True),
        _belongs("run_id", "stuttgart_harvest_run", index=True),
        _required("kind", TEXT),
        _required("phase", INTEGER),
        _required("state", TEXT, index=True),
        sa.Column("owner", TEXT),
        sa.Column("token", TEXT),
        sa.Column("deadline", MOMENT),
        _required("tries", INTEGER),
        sa.Column("queue_id", TEXT),
    )
    op.create_table(
        "stuttgart_harvest_record",
        _belongs("source_id", "stuttgart_harvest_source", primary_key=True),
        sa.Column("id", TEXT, primary_key=True),
        _required("package_id", TEXT, index=True),
        _required("name", TEXT),
        _required("title", TEXT),
        sa.Column("identifier", TEXT),
        sa.Column("hash", TEXT),
        _required("state", TEXT),
        sa.Column("gone_since", MOMENT),
        sa.Column("payload", JSONB),
        sa.Column("seen_hash", TEXT),
        _required("keys", sa.ARRAY(TEXT)),
        sa.Column("job_id", TEXT, index=True),
        sa.Column("todo", TEXT),
        sa.Column("changed", MOMENT),
    )
    op.create_index("stuttgart_harvest_record_keys", "stuttgart_harvest_record", ["keys"], postgresql_using="gin")
    op.create_table(
        "stuttgart_harvest_outcome",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        _belongs("run_id", "stuttgart_harvest_run", index=True),
        _required("record_id", TEXT),
        _required("package_id", TEXT, index=True),
        _required("name", TEXT),
        _required("title", TEXT),
        _required("status", TEXT),
        _required("reason", JSONB),
        _required("findings", JSONB),
        _required("moment", MOMENT),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("outcome", "record", "job", "run", "source"):
        op.drop_table(f"stuttgart_harvest_{name}")
