"""Turns the text columns of a file into typed columns: each distinct value is read once, and each bad row says why.

Nothing here loops over good rows: a column is read by its distinct values, references by one pattern.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from db.bulk import PolarsType
from db.intake import wording
from db.intake.format import (
    County,
    Day,
    Decimal,
    DetailOf,
    Field,
    FileFormat,
    Kind,
    Listed,
    Month,
    Pattern,
    Whole,
    YesNo,
)
from db.intake.sheets import LENGTH, LINE
from db.intake.values import (
    Unreadable,
    date_reader,
    day_first_proof,
    is_numbered_date,
    read_county,
    read_decimal,
    read_detail,
    read_listed,
    read_month,
    read_whole,
    read_yes_no,
)
from db.spreadsheets import SIGNS

WITHDRAWN = "entered_in_error"
# Stands between the two values of which a detail is read: no value holds it, as none is split by control characters.
JOINT = "\x1f"
WRONG_LENGTH = -1
# Before what would be a formula, as files of refused rows have it.
APOSTROPHE = rf"^'([\s\p{{Cc}}\p{{Cf}}]*[{SIGNS}])"

REFUSED_SCHEMA: dict[str, PolarsType] = {
    LINE: pl.Int64,
    "field": pl.String,
    "reason": pl.String,
    "row_key": pl.String,
    "sent_row": pl.String,
}


@dataclass(frozen=True)
class ReadRows:
    """The rows of one file, each good or refused: `good` has the table's columns that were sent, entered_in_error and
    `line`; `refused` has REFUSED_SCHEMA."""

    good: pl.DataFrame
    refused: pl.DataFrame
    notices: list[str]


@dataclass(frozen=True)
class ReadColumn:
    """`values`, null where the text is blank or bad; `complaints` by what was `asked`: the text, mostly."""

    values: pl.Series
    asked: pl.Series
    complaints: dict[str, str]


@dataclass(frozen=True)
class Problem:
    """The rows of a column that are bad, and why."""

    field: Field
    bad: pl.Series
    texts: pl.Series
    read: ReadColumn

    def reason(self, place: int) -> str:
        text = self.texts[place]
        if text is None:
            return wording.of_column(self.field.name, wording.REQUIRED)
        return wording.of_value(self.field.name, text, self.read.complaints[self.read.asked[place]])


def type_of(kind: Kind) -> PolarsType:
    """The type of the column that keeps values of `kind`."""
    match kind:
        case Whole() | Month() | County():
            return pl.Int64
        case Decimal():
            return pl.Float64
        case Day():
            return pl.Date
        case YesNo():
            return pl.Boolean
        case _:
            return pl.String


def row_key(file: FileFormat) -> pl.Expr:
    """The key of a typed row as one text: its parts as the file writes them, with a space between."""
    return pl.concat_str([as_text(file, key) for key in file.keys], separator=" ")


def as_text(file: FileFormat, column: str) -> pl.Expr:
    """A typed column as the format writes it: ISO dates and months, yes or no."""
    kind = next((field.kind for field in file.fields if field.column == column), None)
    value = pl.col(column)
    match kind:
        case Month():
            return pl.format("{}-{}", value // 100, (value % 100).cast(pl.String).str.zfill(2))
        case Day():
            return value.dt.to_string("%Y-%m-%d")
        case YesNo():
            return pl.when(value).then(pl.lit("yes")).when(value.not_()).then(pl.lit("no"))
        case Decimal():
            return value.cast(pl.String).str.replace(r"\.0$", "")
        case _:
            return value.cast(pl.String)


def read_columns(file: FileFormat, sent: pl.DataFrame, name: str) -> ReadRows:
    """Reads every column of `sent`, a file shown to people as `name`. The first bad value of a row refuses it; of a row
    that is withdrawn only the key and the date are read."""
    sent = sent.with_columns(_trimmed(sent[field.name]) for field in file.fields_in(sent.columns))
    notices: list[str] = []
    typed: dict[str, pl.Series] = {}
    problems: list[Problem] = []
    for field in sorted(file.fields_in(sent.columns), key=lambda field: field.name != WITHDRAWN):
        texts = sent[field.name]
        read, notice = _read(field, texts, typed, name)
        typed[field.column] = read.values.alias(field.column)
        bad = texts.is_not_null() & read.values.is_null()
        if field.required:
            bad |= texts.is_null()
        if bad.any():
            problems.append(Problem(field, bad, texts, read))
        if notice:
            notices.append(notice)
    withdrawn = typed.get(WITHDRAWN, pl.repeat(False, sent.height, dtype=pl.Boolean, eager=True)).fill_null(False)
    frame = pl.DataFrame([sent[LINE], *typed.values()]).with_columns(withdrawn.alias(WITHDRAWN))
    first = _first_problem(file, sent, problems, withdrawn)
    is_bad = first.is_not_null()
    refused = (
        _refused(file, sent, frame, first, is_bad, problems) if is_bad.any() else pl.DataFrame(schema=REFUSED_SCHEMA)
    )
    good = frame.filter(~is_bad) if is_bad.any() else frame
    return ReadRows(good, refused, notices)


def _trimmed(texts: pl.Series) -> pl.Series:
    """Without white space around, or the apostrophe that a file of refused rows puts before formulas; blanks null."""
    trimmed = texts.str.strip_chars()
    if trimmed.str.starts_with("'").any():
        trimmed = trimmed.str.replace(APOSTROPHE, "$1").str.strip_chars()
    return trimmed.set(trimmed == "", None)


def _read(field: Field, texts: pl.Series, typed: dict[str, pl.Series], name: str) -> tuple[ReadColumn, str | None]:
    match field.kind:
        case Pattern() as pattern:
            return _matching(texts, pattern), None
        case Day() as day:
            return _days(field, texts, day, name)
        case DetailOf(of):
            pairs = pl.select(pl.concat_str([typed[of], texts], separator=JOINT)).to_series()
            return _by_distinct_value(pairs, _detail, pl.String), None
        case kind:
            return _by_distinct_value(texts, _reader(kind), type_of(kind)), None


def _detail(pair: str) -> str:
    kind, _, text = pair.partition(JOINT)
    return read_detail(text, kind)


def _reader(kind: Kind) -> Callable[[str], Any]:
    match kind:
        case Whole() as whole:
            return lambda text: read_whole(text, lowest=whole.lowest, highest=whole.highest)
        case Decimal() as decimal:
            return lambda text: read_decimal(text, lowest=decimal.lowest, highest=decimal.highest)
        case Listed(values):
            return lambda text: read_listed(text, values)
        case Month():
            return read_month
        case YesNo():
            return read_yes_no
        case County():
            return read_county
    raise TypeError(kind)


def _matching(texts: pl.Series, pattern: Pattern) -> ReadColumn:
    values = texts.str.replace(pattern.dropped, "") if pattern.dropped else texts
    fits = values.str.contains(pattern.pattern)
    complaints = dict.fromkeys(texts.filter(~fits).unique().to_list(), wording.not_described(pattern.described))
    return ReadColumn(values.set(~fits, None) if complaints else values, texts, complaints)


def _days(field: Field, texts: pl.Series, kind: Day, name: str) -> tuple[ReadColumn, str | None]:
    distinct = texts.drop_nulls().unique().sort().to_list()
    proof = day_first_proof(distinct)
    read = _by_distinct_value(texts, date_reader(day_first=proof is not None, earliest=kind.earliest), pl.Date)
    if proof is None:
        return read, None
    count = int(texts.is_in(list(filter(is_numbered_date, distinct))).sum())
    return read, wording.read_day_first(count, name, field.name, proof)


def _by_distinct_value(texts: pl.Series, read: Callable[[str], Any], kind: PolarsType) -> ReadColumn:
    """`texts` through `read`, which is called once for each distinct value."""
    values: dict[str, Any] = {}
    complaints: dict[str, str] = {}
    for text in texts.drop_nulls().unique().to_list():
        try:
            values[text] = read(text)
        except Unreadable as problem:
            complaints[text] = str(problem)
    known = pl.Series(list(values), dtype=pl.String), pl.Series(list(values.values()), dtype=kind)
    return ReadColumn(texts.replace_strict(*known, default=None, return_dtype=kind), texts, complaints)


def _first_problem(
    file: FileFormat,
    sent: pl.DataFrame,
    problems: list[Problem],
    withdrawn: pl.Series,
) -> pl.Series:
    """For each row the number of its first problem; WRONG_LENGTH for a row of the wrong length; null for a good one."""
    always_read = {*file.keys, file.dated_by, WITHDRAWN}
    ranked = [pl.when(sent[LENGTH].is_not_null()).then(pl.lit(WRONG_LENGTH, pl.Int16))]
    for number, problem in enumerate(problems):
        counts = problem.bad if problem.field.column in always_read else problem.bad & ~withdrawn
        ranked.append(pl.when(counts).then(pl.lit(number, pl.Int16)))
    return pl.select(pl.coalesce(ranked)).to_series()


def _refused(
    file: FileFormat,
    sent: pl.DataFrame,
    frame: pl.DataFrame,
    first: pl.Series,
    is_bad: pl.Series,
    problems: list[Problem],
) -> pl.DataFrame:
    rows = _with_dates_as_read(file, sent.filter(is_bad), frame.filter(is_bad))
    keys = frame.filter(is_bad).select(row_key(file)).to_series()
    fields: list[str | None] = []
    reasons = []
    for place, number in zip(is_bad.arg_true().to_list(), first.filter(is_bad).to_list(), strict=True):
        if number == WRONG_LENGTH:
            fields.append(None)
            reasons.append(wording.wrong_length(sent[LENGTH][place]))
        else:
            fields.append(problems[number].field.name)
            reasons.append(problems[number].reason(place))
    return rows.select(
        LINE,
        pl.Series("field", fields, dtype=pl.String),
        pl.Series("reason", reasons, dtype=pl.String),
        keys.alias("row_key"),
        pl.struct(field.name for field in file.fields_in(sent.columns)).struct.json_encode().alias("sent_row"),
    )


def _with_dates_as_read(file: FileFormat, sent: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """`sent` with each date that could be read as ISO 8601: what its column showed need not show again in the few rows
    that are corrected and sent anew."""
    days = [field for field in file.fields_in(sent.columns) if isinstance(field.kind, Day)]
    read = [frame[field.column].dt.to_string("%Y-%m-%d").fill_null(sent[field.name]) for field in days]
    return sent.with_columns(texts.alias(field.name) for field, texts in zip(days, read, strict=True))
