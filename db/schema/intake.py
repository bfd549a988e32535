"""What was taken in, changed, refused or is held."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Text

from db.schema.base import NAME_LENGTH, REFERENCE_LENGTH, UtcDateTime, coded, table

import_batch = table(
    "import_batch",
    Column("import_id", Integer, primary_key=True),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("imported_by", String(REFERENCE_LENGTH), nullable=False),
    Column("data_date", Date, nullable=False),
    keyed=False,
)

import_file = table(
    "import_file",
    Column("import_id", Integer, ForeignKey("import_batch.import_id"), primary_key=True),
    Column("file", String(20), primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("held", Integer, nullable=False),
)

revision = table(
    "revision",
    Column("revision_id", Integer, primary_key=True),
    Column("import_id", Integer, ForeignKey("import_batch.import_id"), nullable=False),
    Column("file", String(20), nullable=False),
    Column("row_key", String(2 * REFERENCE_LENGTH + 1), nullable=False),
    Column("field", String(40), nullable=False),
    Column("old_value", String(NAME_LENGTH)),
    Column("new_value", String(NAME_LENGTH)),
    Index(None, "row_key"),
    keyed=False,
)

refusal = table(
    "refusal",
    Column("refusal_id", Integer, primary_key=True),
    Column("import_id", Integer, ForeignKey("import_batch.import_id"), nullable=False),
    *coded("status", ("refused", "held")),
    Column("refused_at", UtcDateTime, nullable=False),
    Column("file", String(20), nullable=False),
    Column("line", Integer, nullable=False),
    Column("field", String(40)),
    Column("reason", String(300), nullable=False),
    Column("row_key", String(2 * REFERENCE_LENGTH + 1)),
    # The sent row, its known columns only, as JSON: deleted once corrected, or after 30 days.
    Column("sent_row", Text, nullable=False),
    Index(None, "file", "row_key"),
    keyed=False,
)
