"""Rows that did not go in: kept with their reasons, given back to be corrected, and tried again when they were held."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from sqlalchemy import Column, Connection, Integer, MetaData, Table, delete, select

from db import schema
from db.bulk import PolarsType, read_frame, write_frame
from db.intake.columns import WITHDRAWN
from db.intake.format import FORMAT, FileFormat
from db.intake.sheets import LENGTH, LINE, heading_name
from db.spreadsheets import without_formula

KEPT_FOR = timedelta(days=30)

# The values of a row as they were sent, its line, the column that is wrong, if it is one, and the reason.
_SentRow = tuple[dict[str, str | None], int, str | None, str]

SCHEMA: dict[str, PolarsType] = {
    "file": pl.String,
    "line": pl.Int64,
    "field": pl.String,
    "reason": pl.String,
    "row_key": pl.String,
    "sent_row": pl.String,
}


def refused_rows(connection: Connection) -> pl.DataFrame:
    """Every refused row that is still kept: file, line, field, reason, row_key and sent_row (JSON), in the order of the
    files and their lines. Rows that are held are not among them: nothing is wrong with them."""
    refusal = schema.refusal
    columns = [refusal.c[name] for name in SCHEMA]
    statement = select(*columns).where(refusal.c.status == "refused").order_by(refusal.c.file, refusal.c.refusal_id)
    return read_frame(connection, statement, SCHEMA)


def refused_files(connection: Connection) -> dict[str, bytes]:
    """The refused rows as CSV in UTF-8 under the file's own name, the second and further ones of a file numbered.

    Each has the columns that were sent, then line, column and reason. Corrected, it can be imported as it is. A blank
    clears a value and a column left out does not, so rows of different columns stand in files of their own.
    """
    files = {}
    for (name,), rows in refused_rows(connection).group_by("file", maintain_order=True):
        sent: dict[frozenset[str], list[_SentRow]] = {}
        for text, line, field, reason in rows.select("sent_row", "line", "field", "reason").iter_rows():
            values = json.loads(text)
            sent.setdefault(frozenset(values) - {WITHDRAWN}, []).append((values, line, field, reason))
        for number, alike in enumerate(sent.values(), start=1):
            files[f"{name}.csv" if number == 1 else f"{name}-{number}.csv"] = _file_of(FORMAT[str(name)], alike)
    return files


def _file_of(file: FileFormat, rows: Sequence[_SentRow]) -> bytes:
    columns = [field.name for field in file.fields if any(field.name in values for values, *_ in rows)]
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([*columns, "line", "column", "reason"])
    for values, line, field, reason in rows:
        texts = [without_formula(values.get(column) or "") for column in columns]
        writer.writerow([*texts, line, field or "", without_formula(reason)])
    return written.getvalue().encode()


def write_files(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Writes files, each under its name, into `folder`, and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files.items():
        (folder / name).write_bytes(content)
        written.append(folder / name)
    return written


def keep(
    connection: Connection, file: FileFormat, rows: pl.DataFrame, *, status: str, import_id: int, now: datetime
) -> None:
    """Keeps `rows` (columns.REFUSED_SCHEMA). A row held before with the same content is kept once."""
    rows = rows.with_columns(
        import_id=pl.lit(import_id),
        status=pl.lit(status),
        refused_at=pl.lit(now.astimezone(UTC).replace(tzinfo=None)),
        file=pl.lit(file.name),
    )
    if status == "held":
        rows = rows.unique("sent_row", keep="last", maintain_order=True)
        refusal = schema.refusal
        held = select(refusal.c.sent_row).where(refusal.c.file == file.name, refusal.c.status == "held")
        rows = rows.join(read_frame(connection, held, {"sent_row": pl.String}), on="sent_row", how="anti")
    write_frame(connection, schema.refusal, rows)


def forget_expired(connection: Connection, now: datetime) -> None:
    """Deletes refused rows after 30 days. Held rows stay until what they wait for arrives: their values are good."""
    refusal = schema.refusal
    connection.execute(delete(refusal).where(refusal.c.status == "refused", refusal.c.refused_at < now - KEPT_FOR))


def forget_refused(connection: Connection, file: FileFormat, keys: pl.Series, sent_rows: pl.Series) -> None:
    """Deletes the earlier refusals of rows that are sent again: by their key or, without one, by their content."""
    refusal = schema.refusal
    earlier = select(refusal.c.refusal_id, refusal.c.row_key, refusal.c.sent_row)
    earlier = earlier.where(refusal.c.file == file.name, refusal.c.status == "refused")
    refused = read_frame(connection, earlier, {"refusal_id": pl.Int64, "row_key": pl.String, "sent_row": pl.String})
    is_sent_again = pl.col("row_key").is_in(keys.implode())
    is_same = pl.col("row_key").is_null() & pl.col("sent_row").is_in(sent_rows.implode())
    _delete(connection, refused.filter(is_sent_again | is_same)["refusal_id"])


def take_held(connection: Connection, file: FileFormat) -> Iterator[pl.DataFrame]:
    """Takes the held rows of `file` out, to be tried again: frames of text as files are read, one for each set of
    columns that was sent."""
    refusal = schema.refusal
    waiting = (refusal.c.file == file.name) & (refusal.c.status == "held")
    statement = select(refusal.c.line, refusal.c.sent_row).where(waiting).order_by(refusal.c.refusal_id)
    rows = read_frame(connection, statement, {LINE: pl.Int64, "sent_row": pl.String})
    if rows.is_empty():
        return
    connection.execute(delete(refusal).where(waiting))
    # No value of a held row has a quotation mark, as every text is held to a code list or a pattern.
    sent_columns = pl.col("sent_row").str.extract_all(r'"[a-z0-9_]+":').list.join("")
    for (_,), group in rows.group_by(sent_columns.alias("sent_columns"), maintain_order=True):
        names = [heading_name(name) for name in json.loads(group["sent_row"][0])]
        values = pl.col("sent_row").str.json_decode(pl.Struct(dict.fromkeys(names, pl.String)))
        yield (
            group.select(LINE, values.alias("values"))
            .unnest("values")
            .with_columns(pl.lit(None, pl.Int64).alias(LENGTH))
        )


def _delete(connection: Connection, refusal_ids: pl.Series) -> None:
    if refusal_ids.is_empty():
        return
    column = schema.refusal.c.refusal_id
    deleted = Table("deleted_id", MetaData(), Column("refusal_id", Integer), prefixes=["TEMPORARY"])
    deleted.create(connection)
    write_frame(connection, deleted, refusal_ids.to_frame())
    connection.execute(delete(schema.refusal).where(column.in_(select(deleted.c.refusal_id))))
    deleted.drop(connection)
