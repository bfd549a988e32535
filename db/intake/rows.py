"""Compares typed rows with the rows held and writes what is new or changed, each changed field noted as a revision."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl
from sqlalchemy import Column, Connection, MetaData, Table, and_, delete, func, literal, select, text, update

from db import schema
from db.bulk import PolarsType, read_frame, write_frame
from db.intake import wording
from db.intake.columns import WITHDRAWN, as_text, row_key, type_of
from db.intake.format import FORMAT, FileFormat
from db.intake.rules import (
    HELD,
    LAST_COUNTY_CHANGE,
    PARENT_REPORTED_ON,
    RULES,
    RULES_OF_HELD_STATIONS,
    Rule,
    after_data_date,
    keep_to,
    outdated,
    refusals,
)
from db.intake.sheets import LINE


@dataclass
class Outcome:
    """What became of the rows of one file: every row is counted once, as added, changed, unchanged, refused or held.
    Rows passed over for a later or equal one of their key count as unchanged."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    passed_over: int = 0
    refused: list[pl.DataFrame] = field(default_factory=list)
    held: list[pl.DataFrame] = field(default_factory=list)
    keys_in: list[pl.Series] = field(default_factory=list)


def take_in(
    connection: Connection, file: FileFormat, rows: pl.DataFrame, *, import_id: int, data_date: date
) -> Outcome:
    """Writes the good rows of `rows` (typed, with entered_in_error and `line`): new keys are added, known keys updated
    where they differ. A column that is not in `rows` keeps the value held."""
    sent = [name for name in rows.columns if name != LINE]
    outcome = Outcome()
    rows = _kept(file, rows, after_data_date(file, sent, data_date), sent, outcome)
    if rows[WITHDRAWN].any():
        rows = rows.with_columns(
            pl.when(pl.col(WITHDRAWN).not_()).then(pl.col(name)).alias(name) for name in _values_of(file, sent)
        )
    known, fresh = _with_held(connection, file, rows)
    alive, withdrawn = fresh.filter(~pl.col(WITHDRAWN)), fresh.filter(pl.col(WITHDRAWN))
    _change(connection, file, known, sent, outcome, import_id)
    _add(connection, file, alive, sent, outcome)
    if withdrawn.height:
        # Their rows may have come in this moment, further up in the same file.
        known, unknown = _with_held(connection, file, withdrawn)
        _change(connection, file, known, sent, outcome, import_id)
        _withdraw_waiting(connection, file, unknown, sent, outcome)
    return outcome


def stored_schema(file: FileFormat) -> dict[str, PolarsType]:
    """The table's columns that a file may fill, with their types."""
    return {field.column: type_of(field.kind) for field in file.fields if field.is_stored}


def _values_of(file: FileFormat, sent: list[str]) -> list[str]:
    """The columns that a withdrawal does not speak of."""
    return [name for name in sent if name not in {*file.keys, file.dated_by, WITHDRAWN}]


def _kept(
    file: FileFormat, rows: pl.DataFrame, rules: tuple[Rule, ...], sent: list[str], outcome: Outcome
) -> pl.DataFrame:
    good, refused = keep_to(file, rows, rules, sent)
    if refused.height:
        outcome.refused.append(refused)
    return good


def _with_held(connection: Connection, file: FileFormat, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows whose key is held, beside what is held (`held_` columns), and the others."""
    held = _held(connection, file, rows)
    if held.is_empty():
        return rows.clear().join(held, on=file.keys, how="inner"), rows
    known = rows.join(held, on=file.keys, how="inner", maintain_order="left")
    return known, rows.join(held, on=file.keys, how="anti", maintain_order="left")


def _held(connection: Connection, file: FileFormat, rows: pl.DataFrame) -> pl.DataFrame:
    """What the table holds for the keys of `rows`: its columns as `held_` and, as they are, the keys."""
    names = {name if name in file.keys else HELD + name: kind for name, kind in stored_schema(file).items()}
    table = file.table
    if rows.is_empty() or connection.execute(select(literal(1)).select_from(table).limit(1)).first() is None:
        return pl.DataFrame(schema=names)
    wanted = rows.select(file.keys).unique()
    columns = [table.c[name] for name in stored_schema(file)]
    return _joined(connection, table, list(file.keys), wanted, columns, names)


def _joined(
    connection: Connection,
    table: Table,
    keys: list[str],
    wanted: pl.DataFrame,
    columns: list[Column],
    names: dict[str, PolarsType],
) -> pl.DataFrame:
    """`columns` of the rows of `table` whose `keys` are in `wanted`."""
    sent_key = _temporary("sent_key", table, keys)
    sent_key.create(connection)
    write_frame(connection, sent_key, wanted.select(keys))
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE sent_key"))
    matches = [sent_key.c[key] == table.c[key] for key in keys]
    found = read_frame(connection, select(*columns).select_from(sent_key).join(table, and_(*matches)), names)
    sent_key.drop(connection)
    return found


def _temporary(name: str, table: Table, columns: list[str]) -> Table:
    """A table of this transaction with some columns of `table`, without its constraints."""
    return Table(
        name, MetaData(), *[Column(column, table.c[column].type) for column in columns], prefixes=["TEMPORARY"]
    )


def _add(connection: Connection, file: FileFormat, rows: pl.DataFrame, sent: list[str], outcome: Outcome) -> None:
    if rows.is_empty():
        return
    absent = [field for field in file.fields if field.column not in rows.columns]
    rows = rows.with_columns(pl.lit(None, type_of(field.kind)).alias(field.column) for field in absent)
    rows = _with_parent(connection, file, rows, sent, outcome)
    rows = _newest_of_each_key(file, rows, sent, outcome)
    write_frame(connection, file.table, rows.select(list(stored_schema(file))).sort(file.keys))
    outcome.added += rows.height
    outcome.keys_in.append(rows.select(row_key(file)).to_series())


def _with_parent(
    connection: Connection, file: FileFormat, rows: pl.DataFrame, sent: list[str], outcome: Outcome
) -> pl.DataFrame:
    """The rows that keep to the file's rules and whose case or station is known; the others of good content are held
    back. Withdrawals pass: they change nothing but the withdrawal."""
    withdrawn, rows = rows.filter(pl.col(WITHDRAWN)), rows.filter(~pl.col(WITHDRAWN))
    if file.parent and file.parent_key:
        rows = rows.join(_parents(connection, file, rows), on=file.parent_key, how="left", maintain_order="left")
    rows = _kept(file, rows, RULES[file.name], sent, outcome)
    if file.parent and file.parent_key:
        orphans = rows.filter(pl.col("is_known").is_null())
        if orphans.height:
            sentence = wording.PARENT_UNKNOWN[file.parent]
            reasons = [sentence.format_map({file.parent_key: key}) for key in orphans[file.parent_key]]
            outcome.held.append(refusals(file, orphans, sent, [file.parent_key] * orphans.height, reasons))
            rows = rows.filter(pl.col("is_known").is_not_null())
        rows = rows.drop("is_known", PARENT_REPORTED_ON, strict=False)
    return pl.concat([rows, withdrawn], how="diagonal") if withdrawn.height else rows


def _parents(connection: Connection, file: FileFormat, rows: pl.DataFrame) -> pl.DataFrame:
    """The cases or stations that `rows` speak of and that are known, a case with the day of its report."""
    assert file.parent and file.parent_key
    parent = FORMAT[file.parent].table
    columns = [parent.c[file.parent_key]]
    names: dict[str, PolarsType] = {file.parent_key: pl.String}
    if file.parent == "cases":
        columns.append(parent.c.reported_on)
        names[PARENT_REPORTED_ON] = pl.Date
    wanted = rows.select(file.parent_key).unique()
    found = _joined(connection, parent, [file.parent_key], wanted, columns, names)
    return found.with_columns(is_known=pl.lit(True))


def _newest_of_each_key(file: FileFormat, rows: pl.DataFrame, sent: list[str], outcome: Outcome) -> pl.DataFrame:
    """Of the rows with one key the one with the latest date. Of equal dates a withdrawal wins, then the last line; the
    others are passed over where they say the same, and refused as contradictory where they do not."""
    repeated = rows.select(file.keys).is_duplicated()
    if not repeated.any():
        return rows
    ranks = [name for name in (file.dated_by, WITHDRAWN) if name]
    several = rows.filter(repeated).sort(*ranks, LINE)
    newest = several.unique(file.keys, keep="last", maintain_order=True)
    others = several.join(newest.select(LINE), on=LINE, how="anti")
    compared = others.join(newest.select(*sent), on=file.keys, how="left", suffix="_of_newest", maintain_order="left")
    is_as_new = pl.all_horizontal(pl.col(name) == pl.col(f"{name}_of_newest") for name in ranks)
    differs = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}_of_newest")) for name in sent if name not in file.keys
    )
    is_contradictory = compared.select(is_as_new & differs).to_series()
    contradictory = others.filter(is_contradictory)
    if contradictory.height:
        fields = [file.keys[-1]] * contradictory.height
        outcome.refused.append(
            refusals(file, contradictory, sent, fields, [wording.CONTRADICTORY] * contradictory.height)
        )
    passed_over = others.height - contradictory.height
    outcome.passed_over += passed_over
    outcome.unchanged += passed_over
    return pl.concat([rows.filter(~repeated), newest])


def _change(
    connection: Connection, file: FileFormat, rows: pl.DataFrame, sent: list[str], outcome: Outcome, import_id: int
) -> None:
    """Updates the held rows that `rows` differ from."""
    if rows.is_empty():
        return
    rows = _merged(connection, file, rows, sent)
    is_older, is_newer = pl.lit(False), pl.lit(False)
    if file.dated_by:
        is_older = pl.col(file.dated_by) < pl.col(HELD + file.dated_by)
        is_newer = pl.col(file.dated_by) > pl.col(HELD + file.dated_by)
    says_the_same = ~pl.col("differs") & is_older
    outcome.unchanged += rows.filter(says_the_same).height
    rows = rows.filter(~says_the_same)
    rows = _with_parent(connection, file, rows, sent, outcome)
    rows = _newest_of_each_key(file, rows, sent, outcome)
    rows = _kept(file, rows, outdated(file), sent, outcome)
    if file.name == "stations":
        rows = _kept(file, rows, RULES_OF_HELD_STATIONS, sent, outcome)
    changed = rows.filter(pl.col("differs") | is_newer)
    outcome.changed += changed.height
    outcome.unchanged += rows.height - changed.height
    outcome.keys_in.append(rows.select(row_key(file)).to_series())
    if changed.is_empty():
        return
    if file.name == "stations":
        _note_past_counties(connection, changed)
    _note_revisions(connection, file, changed, import_id)
    _update(connection, file, changed)


def _merged(connection: Connection, file: FileFormat, rows: pl.DataFrame, sent: list[str]) -> pl.DataFrame:
    """`rows` with the values held wherever none was sent, and whether they differ from what is held."""
    merged = []
    for name in stored_schema(file):
        if name not in sent:
            merged.append(pl.col(HELD + name).alias(name))
        elif name in _values_of(file, sent):
            merged.append(pl.when(pl.col(WITHDRAWN)).then(pl.col(HELD + name)).otherwise(pl.col(name)).alias(name))
    absent = [field for field in file.fields if not field.is_stored and field.column not in sent]
    compared = [name for name in stored_schema(file) if name not in {*file.keys, file.dated_by}]
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(HELD + name)) for name in compared)
    rows = rows.with_columns(*merged, *[pl.lit(None, type_of(field.kind)).alias(field.column) for field in absent])
    rows = rows.with_columns(differs.alias("differs"))
    if file.name == "stations":
        rows = rows.join(_last_county_changes(connection), on="station_code", how="left", maintain_order="left")
    return rows


def _last_county_changes(connection: Connection) -> pl.DataFrame:
    past = schema.station_past_county
    last = select(past.c.station_code, func.max(past.c.until)).group_by(past.c.station_code)
    return read_frame(connection, last, {"station_code": pl.String, LAST_COUNTY_CHANGE: pl.Date})


def _note_past_counties(connection: Connection, changed: pl.DataFrame) -> None:
    """A station that moves keeps its former county for the days before the change."""
    moved = changed.filter(pl.col("county_code") != pl.col(f"{HELD}county_code"))
    past = moved.select("station_code", pl.col("county_since").alias("until"), pl.col(f"{HELD}county_code"))
    write_frame(connection, schema.station_past_county, past.rename({f"{HELD}county_code": "county_code"}))


def _note_revisions(connection: Connection, file: FileFormat, changed: pl.DataFrame, import_id: int) -> None:
    for name in stored_schema(file):
        if name in file.keys:
            continue
        rows = changed.filter(pl.col(name).ne_missing(pl.col(HELD + name)))
        old = rows.select(pl.col(HELD + name).alias(name)).select(as_text(file, name).alias("old_value"))
        note = rows.select(
            pl.lit(import_id).alias("import_id"),
            pl.lit(file.name).alias("file"),
            row_key(file).alias("row_key"),
            pl.lit(name).alias("field"),
            old["old_value"],
            as_text(file, name).alias("new_value"),
        )
        write_frame(connection, schema.revision, note)


def _update(connection: Connection, file: FileFormat, changed: pl.DataFrame) -> None:
    names = list(stored_schema(file))
    sent_row = _temporary("sent_row", file.table, names)
    sent_row.create(connection)
    write_frame(connection, sent_row, changed.select(names))
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE sent_row"))
    same_key = and_(*[file.table.c[key] == sent_row.c[key] for key in file.keys])
    values = {name: sent_row.c[name] for name in names if name not in file.keys}
    connection.execute(update(file.table).values(values).where(same_key))
    sent_row.drop(connection)


def _withdraw_waiting(
    connection: Connection, file: FileFormat, rows: pl.DataFrame, sent: list[str], outcome: Outcome
) -> None:
    """Withdrawals of rows that are held back until their case or station arrives: those are dropped. Withdrawals of
    rows that nobody has sent are refused."""
    if rows.is_empty():
        return
    refusal = schema.refusal
    keys = rows.select(row_key(file)).to_series()
    waiting = (refusal.c.file == file.name) & (refusal.c.status == "held")
    waits = keys.is_in(set(connection.scalars(select(refusal.c.row_key).where(waiting))))
    if waits.any():
        dropped = keys.filter(waits).unique().to_list()
        sent_key = _temporary("sent_key", refusal, ["row_key"])
        sent_key.create(connection)
        write_frame(connection, sent_key, pl.DataFrame({"row_key": dropped}))
        connection.execute(delete(refusal).where(waiting, refusal.c.row_key.in_(select(sent_key.c.row_key))))
        sent_key.drop(connection)
        outcome.changed += int(waits.sum())
    unknown = rows.filter(~waits)
    if unknown.height:
        reasons = [wording.NOTHING_TO_WITHDRAW] * unknown.height
        outcome.refused.append(refusals(file, unknown, sent, [WITHDRAWN] * unknown.height, reasons))
