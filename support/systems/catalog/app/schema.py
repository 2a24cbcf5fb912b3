"""The tables: versions, their bundles, one row with the current version, one row with the highest fence."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    Table,
)
from sqlalchemy import String as Text

metadata = MetaData()

versions = Table(
    "catalog_versions",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("fetched_at", DateTime(timezone=True), nullable=False),
    Column("checksum", Text, nullable=False),
    Column("bundle_count", Integer, nullable=False),
)

bundles = Table(
    "catalog_bundles",
    metadata,
    Column("version_id", BigInteger, ForeignKey("catalog_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("group_name", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("description", Text, nullable=False),
    Column("countries", ARRAY(Text), nullable=False),
    Column("data_mb", Integer, nullable=False),
    Column("duration_days", Integer, nullable=False),
    Column("price", Numeric(12, 2), nullable=False),
    Column("currency", Text, nullable=False),
)

current = Table(
    "catalog_current",
    metadata,
    Column("only_row", Boolean, CheckConstraint("only_row"), primary_key=True, default=True),
    Column("version_id", BigInteger, ForeignKey("catalog_versions.id"), nullable=False),
)

fence = Table(
    "catalog_fence",
    metadata,
    Column("only_row", Boolean, CheckConstraint("only_row"), primary_key=True, default=True),
    Column("highest", BigInteger, nullable=False),
)
