"""Counts what the indicators declare: signed rows that add up to any period and reference date (schema: _counts)."""

from collections.abc import Iterable

import polars as pl
from polars import col

from db.dates import NEVER
from db.indicators import INDICATORS
from db.measures import STATION_FRAMES, Frame, Indicator, Those
from db.schema import ANY_SCOPE, MEASURES

PLACE = ["county_code", "is_core"]
KEY = ["indicator", "scope", "cut", "month", "county_code", "cut_value", "as_of_month", "previous_month"]


def monthly_counts(frames: dict[Frame, pl.DataFrame], indicators: Iterable[Indicator] = INDICATORS) -> pl.DataFrame:
    """One row for each key of the table monthly_count, with its four measures; rows of zeros alone are left out."""
    counted = _Counted(frames)
    rows = [part for indicator in indicators for part in _indicator_rows(indicator, counted)]
    return _added(pl.concat(rows), KEY)


def national_counts(monthly: pl.DataFrame) -> pl.DataFrame:
    """The same without the county."""
    return _added(monthly, [name for name in KEY if name != "county_code"])


def _added(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    added = rows.group_by(key).agg([col(measure).sum() for measure in MEASURES])
    return added.filter(pl.any_horizontal([col(measure) != 0 for measure in MEASURES])).sort(key)


def _indicator_rows(indicator: Indicator, counted: "_Counted") -> list[pl.DataFrame]:
    rows = []
    for cut in ("", *indicator.cuts):
        for measure in MEASURES:
            for those in getattr(indicator, measure):
                rows.append(_row_frame(counted(those, cut), indicator.code, cut, measure))
    return rows


def _row_frame(counts: pl.DataFrame, code: str, cut: str, measure: str) -> pl.DataFrame:
    zero = pl.lit(0, dtype=pl.Int64)
    return counts.select(
        pl.lit(code).alias("indicator"),
        "scope",
        pl.lit(cut).alias("cut"),
        "month",
        "county_code",
        "cut_value",
        "as_of_month",
        "previous_month",
        *[(col("n") if name == measure else zero).alias(name) for name in MEASURES],
    )


class _Counted:
    """Counts each declaration once, however many indicators share it."""

    def __init__(self, frames: dict[Frame, pl.DataFrame]) -> None:
        self._frames = frames
        self._known: dict[tuple[int, str], pl.DataFrame] = {}

    def __call__(self, those: Those, cut: str) -> pl.DataFrame:
        key = (id(those), cut)
        if key not in self._known:
            self._known[key] = _by_scope(_counts_of(those, cut, self._frames[those.frame]), those.frame)
        return self._known[key]


def _counts_of(those: Those, cut: str, frame: pl.DataFrame) -> pl.DataFrame:
    """month, place, cut_value, as_of_month, previous_month and the signed number n."""
    rows = frame.filter(those.condition).with_columns(
        counted_month=col(those.month), cut_value=col(cut) if cut else pl.lit("")
    )
    never = pl.lit(NEVER, dtype=pl.Int32)
    rows = _once_a_case(rows) if those.once_a_case else rows.with_columns(previous_month=never)
    begun = _grouped(rows, those, col(those.since) if those.since else col(those.month), sign=1)
    if those.until is None:
        return begun
    ceased = rows.filter(col(those.until).is_not_null())
    return pl.concat([begun, _grouped(ceased, those, col(those.until), sign=-1)])


def _once_a_case(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each case and month, with the month in which the case counted before."""
    return (
        rows.unique(["case_ref", "counted_month", "cut_value"])
        .sort("case_ref", "counted_month")
        .with_columns(
            previous_month=col("counted_month").shift(fill_value=NEVER).over("case_ref", "cut_value").cast(pl.Int32)
        )
    )


def _grouped(rows: pl.DataFrame, those: Those, as_of: pl.Expr, sign: int) -> pl.DataFrame:
    place = [name for name in PLACE if name in rows.columns]
    number = pl.len() if those.weight is None else col(those.weight).sum()
    keyed = rows.with_columns(month=col("counted_month"), as_of_month=pl.max_horizontal(as_of, col("counted_month")))
    return keyed.group_by("month", *place, "cut_value", "as_of_month", "previous_month").agg(
        n=number.cast(pl.Int64) * sign
    )


def _by_scope(counts: pl.DataFrame, frame: Frame) -> pl.DataFrame:
    if frame in STATION_FRAMES:
        return counts.with_columns(scope=pl.lit(ANY_SCOPE))
    core = counts.filter("is_core").with_columns(scope=pl.lit("core"))
    extended = counts.with_columns(scope=pl.lit("extended"))
    return pl.concat([core, extended]).drop("is_core")
