"""What the values of one row must be to one another, to the data date and to the case or station they speak of."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from db import codes
from db.intake import wording
from db.intake.columns import REFUSED_SCHEMA, as_text, row_key
from db.intake.format import Day, FileFormat
from db.intake.sheets import LINE

# Recorded facts can be odd, and then are kept: an incident after its report, an event before it. Beyond these
# distances the date is taken to be mistyped.
MOST_DAYS_FROM_REPORT_TO_INCIDENT = 30
MOST_YEARS_FROM_EVENT_TO_REPORT = 5

HELD = "held_"
PARENT_REPORTED_ON = "parent_reported_on"
LAST_COUNTY_CHANGE = "last_county_change"
EVERY_DETAIL_OF_A_KIND = [
    f"{kind} {detail}"
    for kind, details in codes.EVENT_DETAILS.items()
    if isinstance(details, tuple)
    for detail in details
]
KINDS_WITH_OPEN_DETAILS = [kind for kind, details in codes.EVENT_DETAILS.items() if details == codes.OPEN_DETAIL]


@dataclass(frozen=True)
class Rule:
    """A row for which `is_broken` is true is refused, on account of `field`; {name} in `reason` is the row's value."""

    field: str
    is_broken: pl.Expr
    reason: str


def _recorded_before(dated_by: str, *fields: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            dated_by,
            pl.col(dated_by) < pl.col(field),
            wording.RECORDED_BEFORE.replace("{dated_by_value}", f"{{{dated_by}}}")
            .replace("{dated_by}", dated_by)
            .replace("{field}", field)
            .replace("{value}", f"{{{field}}}"),
        )
        for field in fields
    )


def _long_before_report(field: str) -> Rule:
    return Rule(
        field,
        pl.col(field) < pl.col(PARENT_REPORTED_ON).dt.offset_by(f"-{MOST_YEARS_FROM_EVENT_TO_REPORT}y"),
        wording.EVENT_LONG_BEFORE.replace("{field}", field).replace("{value}", f"{{{field}}}"),
    )


_kind_and_detail = pl.concat_str("kind", "detail", separator=" ")
_first_day_of_month = pl.date(pl.col("month") // 100, pl.col("month") % 100, 1)

RULES: dict[str, tuple[Rule, ...]] = {
    "stations": (Rule("closed_on", pl.col("closed_on") < pl.col("opened_on"), wording.CLOSED_BEFORE_OPENED),),
    "station_returns": (
        Rule("female_officers", pl.col("female_officers") > pl.col("officers"), wording.TOO_MANY_WOMEN),
        Rule("desk_women", pl.col("desk_women") > pl.col("desk_officers"), wording.TOO_MANY_DESK_WOMEN),
        Rule("received_on", pl.col("received_on") < _first_day_of_month, wording.RECEIVED_BEFORE_MONTH),
        *_recorded_before("received_on", "desk_inspected_on"),
    ),
    "cases": (
        Rule(
            "incident_on",
            pl.col("incident_on") > pl.col("reported_on").dt.offset_by(f"{MOST_DAYS_FROM_REPORT_TO_INCIDENT}d"),
            wording.INCIDENT_LONG_AFTER,
        ),
        *_recorded_before("recorded_on", "reported_on", "incident_on"),
    ),
    "case_events": (
        Rule(
            "detail",
            pl.col("detail").is_null() & pl.col("kind").is_in(codes.DETAIL_REQUIRED),
            wording.DETAIL_REQUIRED,
        ),
        Rule(
            "detail",
            _kind_and_detail.is_in(EVERY_DETAIL_OF_A_KIND).not_()
            & pl.col("kind").is_in(KINDS_WITH_OPEN_DETAILS).not_(),
            wording.DETAIL_OF_ANOTHER_KIND,
        ),
        Rule("value", pl.col("value").is_not_null() & (pl.col("kind") != "sentence"), wording.VALUE_ONLY_FOR_SENTENCE),
        *_recorded_before("recorded_on", "happened_on"),
        _long_before_report("happened_on"),
    ),
    "withdrawal_attempts": (
        Rule(
            "resolved_on", pl.col("resolved_on").is_null() & (pl.col("result") != "pending"), wording.RESOLVED_REQUIRED
        ),
        Rule("resolved_on", pl.col("resolved_on") < pl.col("attempted_on"), wording.RESOLVED_BEFORE_ATTEMPTED),
        *_recorded_before("recorded_on", "attempted_on", "resolved_on", "survivor_contacted_on"),
        _long_before_report("attempted_on"),
    ),
}

# A station moves from one county to another only with the day of the change: no earlier case moves with it.
_county_differs = pl.col("county_code") != pl.col(f"{HELD}county_code")
RULES_OF_HELD_STATIONS = (
    Rule("county", _county_differs & pl.col("county_since").is_null(), wording.COUNTY_CHANGED),
    Rule(
        "county_since",
        _county_differs & (pl.col("county_since") <= pl.col(LAST_COUNTY_CHANGE)),
        wording.COUNTY_CHANGED_EARLIER,
    ),
)


def after_data_date(file: FileFormat, columns: list[str], data_date: date) -> tuple[Rule, ...]:
    """The rules that no date in `columns` lies after the data date, but for those that may."""
    return tuple(
        Rule(
            field.name,
            pl.col(field.name) > data_date,
            wording.AFTER_DATA_DATE.replace("{field}", field.name)
            .replace("{value}", f"{{{field.name}}}")
            .replace("{data_date}", data_date.isoformat()),
        )
        for field in file.fields
        if isinstance(field.kind, Day) and not field.kind.may_lie_ahead and field.name in columns
    )


def outdated(file: FileFormat) -> tuple[Rule, ...]:
    """The rule that a row older than the one held must say the same; none for a file whose rows carry no date."""
    if file.dated_by is None:
        return ()
    is_older = pl.col(file.dated_by) < pl.col(HELD + file.dated_by)
    reason = wording.OUTDATED.replace("{dated_by_value}", f"{{{file.dated_by}}}").replace("{dated_by}", file.dated_by)
    return (Rule(file.dated_by, is_older & pl.col("differs"), reason),)


def keep_to(
    file: FileFormat, rows: pl.DataFrame, rules: tuple[Rule, ...], sent: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of a typed frame that break none of `rules`, and the others as refusals by the first that they break.

    `sent` names the columns that the sender sent: these make up the refused row.
    """
    ranked = [pl.when(rule.is_broken).then(pl.lit(number, pl.Int16)) for number, rule in enumerate(rules)]
    none = pl.repeat(None, rows.height, dtype=pl.Int16, eager=True)
    first = rows.select(pl.coalesce(ranked)).to_series() if ranked and rows.height else none
    if first.null_count() == rows.height:
        return rows, pl.DataFrame(schema=REFUSED_SCHEMA)
    bad = rows.filter(first.is_not_null())
    fields = [rules[number].field for number in first.drop_nulls()]
    texts = bad.select(as_text(file, field.column).alias(field.name) for field in file.fields if field.column in bad)
    reasons = [
        rules[number].reason.format_map(row)
        for number, row in zip(first.drop_nulls(), texts.iter_rows(named=True), strict=True)
    ]
    return rows.filter(first.is_null()), refusals(file, bad, sent, fields, reasons)


def refusals(
    file: FileFormat, rows: pl.DataFrame, sent: list[str], fields: list[str], reasons: list[str]
) -> pl.DataFrame:
    """Typed rows as refusals, each with the column and the reason of the same place in the lists."""
    return rows.select(
        LINE,
        pl.Series("field", fields, dtype=pl.String),
        pl.Series("reason", reasons, dtype=pl.String).str.slice(0, wording.LONGEST_REASON),
        row_key(file).alias("row_key"),
        sent_row(file, sent),
    )


def sent_row(file: FileFormat, sent: list[str]) -> pl.Expr:
    """The sent columns of typed rows as JSON, written as the format writes them."""
    columns = [field for field in file.fields if field.column in sent]
    return (
        pl.struct(as_text(file, field.column).alias(field.name) for field in columns)
        .struct.json_encode()
        .alias("sent_row")
    )
