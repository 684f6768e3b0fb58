"""What a person made private stays so when the source lists it again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "stuttgart_harvest_record", sa.Column("private", sa.Boolean, nullable=False, server_default=sa.text("false"))
    )


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("stuttgart_harvest_record", "private")
