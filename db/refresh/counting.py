"""Counts what the indicators declare: signed rows that add up to any period and reference date (schema: _counts)."""

from collections.abc import Iterable

import polars as pl
from polars import col

from db.dates import NEVER
from db.indicators import INDICATORS
from db.measures import STATION_FRAMES, Frame, Indicator, Those
from db.schema import ANY_SCOPE, MEASURES

PLACE = ["county_code", "is_core"]
SCOPE = pl.Enum(["core", "extended", ANY_SCOPE])
KEY = ["month", "county_code", "cut_value", "as_of_month", "previous_month"]
# What an indicator without a row comes to: where little is held that is most of them, and nothing need be added up.
NOTHING = pl.DataFrame(
    schema=dict.fromkeys(["indicator", "scope", "cut"], pl.String)
    | dict.fromkeys(KEY, pl.Int32)
    | {"cut_value": pl.String}
    | dict.fromkeys(MEASURES, pl.Int64)
)


def monthly_counts(frames: dict[Frame, pl.DataFrame], indicators: Iterable[Indicator] = INDICATORS) -> pl.DataFrame:
    """One row for each key of the table monthly_count, with its four measures; rows of zeros alone are left out."""
    counted = _Counted(frames)
    return pl.concat(
        [_cut_counts(indicator, cut, counted) for indicator in indicators for cut in ("", *indicator.cuts)]
    )


def national_counts(monthly: pl.DataFrame) -> pl.DataFrame:
    """The same without the county."""
    return _added(monthly, ["indicator", "scope", "cut", *[name for name in KEY if name != "county_code"]])


def _added(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    added = rows.group_by(key).agg([col(measure).sum() for measure in MEASURES])
    return added.filter(pl.any_horizontal([col(measure) != 0 for measure in MEASURES]))


def _cut_counts(indicator: Indicator, cut: str, counted: "_Counted") -> pl.DataFrame:
    """The rows of one indicator, whole (`cut` empty) or divided."""
    zeros = dict.fromkeys(MEASURES, pl.lit(0, dtype=pl.Int64))
    rows = [
        found.select("scope", *KEY, **(zeros | {measure: col("n")}))
        for measure in MEASURES
        for those in getattr(indicator, measure)
        if not (found := counted(those, cut)).is_empty()
    ]
    if not rows:
        return NOTHING
    added = _added(pl.concat(rows), ["scope", *KEY])
    return added.select(
        pl.lit(indicator.code).alias("indicator"),
        col("scope").cast(pl.String),
        pl.lit(cut).alias("cut"),
        *[col(name).cast(pl.String) if name == "cut_value" else col(name) for name in KEY],
        *MEASURES,
    )


class _Counted:
    """Counts each declaration once, however many indicators share it."""

    def __init__(self, frames: dict[Frame, pl.DataFrame]) -> None:
        self._frames = frames
        self._known: dict[tuple[int, str], pl.DataFrame] = {}

    def __call__(self, those: Those, cut: str) -> pl.DataFrame:
        """The columns of KEY with the scope and the signed number n; where nothing counts, any empty frame."""
        key = (id(those), cut)
        if key not in self._known:
            frame = self._frames[those.frame]
            counts = frame if frame.is_empty() else _counts_of(those, cut, frame)
            self._known[key] = counts if counts.is_empty() else _by_scope(counts, those.frame)
        return self._known[key]


def _counts_of(those: Those, cut: str, frame: pl.DataFrame) -> pl.DataFrame:
    """is_core where there is one, the columns of KEY, and the signed number n."""
    # Codes as numbers: the rows are sorted and grouped by them.
    cut_value = (col(cut) if cut else pl.lit("")).cast(pl.Categorical)
    rows = frame.lazy().filter(those.condition).with_columns(counted_month=col(those.month), cut_value=cut_value)
    never = pl.lit(NEVER, dtype=pl.Int32)
    rows = _once_a_case(rows) if those.once_a_case else rows.with_columns(previous_month=never)
    place = [name for name in PLACE if name in frame.columns]
    parts = [_grouped(rows, place, those, col(those.since) if those.since else col(those.month), sign=1)]
    if those.until is not None:
        ceased = rows.filter(col(those.until).is_not_null())
        parts.append(_grouped(ceased, place, those, col(those.until), sign=-1))
    return pl.concat(parts).collect()


def _once_a_case(rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row for each case and month, with the month in which the case counted before."""
    month = col("counted_month")
    of_the_same = (col("case") == col("case").shift()) & (col("cut_value") == col("cut_value").shift())
    return (
        rows.sort("case", "cut_value", "counted_month")
        .filter((of_the_same & (month == month.shift())).fill_null(False).not_())
        .with_columns(previous_month=pl.when(of_the_same).then(month.shift()).otherwise(NEVER).cast(pl.Int32))
    )


def _grouped(rows: pl.LazyFrame, place: list[str], those: Those, as_of: pl.Expr, sign: int) -> pl.LazyFrame:
    number = pl.len() if those.weight is None else col(those.weight).sum()
    keyed = rows.with_columns(month=col("counted_month"), as_of_month=pl.max_horizontal(as_of, col("counted_month")))
    keys = ["month", *place, "cut_value", "as_of_month", "previous_month"]
    return keyed.group_by(keys).agg(n=number.cast(pl.Int64) * sign)


def _by_scope(counts: pl.DataFrame, frame: Frame) -> pl.DataFrame:
    if frame in STATION_FRAMES:
        return counts.with_columns(scope=pl.lit(ANY_SCOPE, dtype=SCOPE))
    core = counts.filter("is_core").with_columns(scope=pl.lit("core", dtype=SCOPE))
    extended = counts.with_columns(scope=pl.lit("extended", dtype=SCOPE))
    return pl.concat([core, extended])
