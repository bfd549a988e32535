"""Counts what the indicators declare: signed rows that add up to any period and reference date (schema: _counts)."""

from collections.abc import Iterable

import polars as pl
from polars import col

from db.dates import NEVER
from db.indicators import INDICATORS
from db.measures import Frame, Indicator, Those
from db.schema import ANY_SCOPE, MEASURES

SCOPE = pl.Enum(["core", "extended", ANY_SCOPE])
KEY = ["month", "county_code", "cut_value", "as_of_month", "previous_month"]
DIVIDED = ["indicator", "scope", "cut"]
COUNTS = {
    "indicator": pl.Categorical,
    "cut": pl.Categorical,
    "is_core": pl.Boolean,
    **dict.fromkeys(KEY, pl.Int32),
    "cut_value": pl.Categorical,
    **dict.fromkeys(MEASURES, pl.Int64),
}
ZEROS = dict.fromkeys(MEASURES, pl.lit(0, dtype=pl.Int64))


def monthly_counts(frames: dict[Frame, pl.DataFrame], indicators: Iterable[Indicator] = INDICATORS) -> pl.DataFrame:
    """One row for each key of the table monthly_count, with its four measures; rows of zeros alone are left out."""
    indicators = tuple(indicators)
    counted = _Counted(frames, indicators)
    counts = [
        found.select(
            *[pl.lit(name, dtype=pl.Categorical).alias(column) for column, name in divided.items()],
            *("is_core", *KEY),
            **(ZEROS | {measure: col("n")}),
        )
        for indicator in indicators
        for divided in [{"indicator": indicator.code, "cut": cut} for cut in ("", *indicator.cuts)]
        for measure in MEASURES
        for those in getattr(indicator, measure)
        if (found := counted(those, divided["cut"])) is not None
    ]
    added = _added(_by_scope(pl.concat([pl.DataFrame(schema=COUNTS), *counts])), [*DIVIDED, *KEY])
    return added.with_columns(col(*DIVIDED, "cut_value").cast(pl.String))


def national_counts(monthly: pl.DataFrame) -> pl.DataFrame:
    """The same without the county."""
    return _added(monthly, [*DIVIDED, *[name for name in KEY if name != "county_code"]])


def _added(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    added = rows.group_by(key).agg([col(measure).sum() for measure in MEASURES])
    return added.filter(pl.any_horizontal([col(measure) != 0 for measure in MEASURES]))


def _by_scope(counts: pl.DataFrame) -> pl.DataFrame:
    core = counts.filter("is_core").with_columns(scope=pl.lit("core", dtype=SCOPE))
    is_of_stations = col("is_core").is_null()
    wider = pl.when(is_of_stations).then(pl.lit(ANY_SCOPE, dtype=SCOPE)).otherwise(pl.lit("extended", dtype=SCOPE))
    return pl.concat([core, counts.with_columns(scope=wider)])


class _Counted:
    """Counts each declaration once, however many indicators share it, and only where a row meets its condition."""

    def __init__(self, frames: dict[Frame, pl.DataFrame], indicators: Iterable[Indicator]) -> None:
        declared = {id(those): those for one in indicators for measure in MEASURES for those in getattr(one, measure)}
        self._frames: dict[Frame, pl.DataFrame] = {}
        self._is_met: dict[str, bool] = {}
        for frame, rows in frames.items():
            conditions = {_met(those): those.condition for those in declared.values() if those.frame is frame}
            self._frames[frame] = rows.with_columns(**conditions)
            met = self._frames[frame].select(col(list(conditions)).any())
            self._is_met |= next(met.iter_rows(named=True), {})
        self._known: dict[tuple[int, str], pl.DataFrame] = {}

    def __call__(self, those: Those, cut: str) -> pl.DataFrame | None:
        """is_core (empty for stations), the columns of KEY and the signed number n; None where no row is counted."""
        if not self._is_met[_met(those)]:
            return None
        key = (id(those), cut)
        if key not in self._known:
            self._known[key] = _counts_of(those, cut, self._frames[those.frame])
        return self._known[key]


def _met(those: Those) -> str:
    """The column of its frame that says which rows meet its condition."""
    return f"met_{id(those)}"


def _counts_of(those: Those, cut: str, frame: pl.DataFrame) -> pl.DataFrame:
    month = col(those.month)
    rows = frame.select(
        _met(those),
        "county_code",
        *([] if those.weight is None else [col(those.weight).alias("weight")]),
        *([] if those.until is None else [col(those.until).alias("until")]),
        *(["case"] if those.once_a_case else []),
        is_core=col("is_core") if "is_core" in frame.columns else pl.lit(None, dtype=pl.Boolean),
        month=month,
        # Codes as numbers: the rows are sorted and grouped by them.
        cut_value=(col(cut) if cut else pl.lit("")).cast(pl.Categorical),
        as_of_month=month if those.since is None else pl.max_horizontal(those.since, month),
        previous_month=pl.lit(NEVER, dtype=pl.Int32),
    ).filter(_met(those))
    if those.once_a_case:
        rows = _once_a_case(rows)
    number = pl.len() if those.weight is None else col("weight").sum()
    parts = [_grouped(rows, number.cast(pl.Int64))]
    if those.until is not None:
        ceased = rows.filter(col("until").is_not_null())
        ceased = ceased.with_columns(as_of_month=pl.max_horizontal("until", "month"))
        parts.append(_grouped(ceased, -number.cast(pl.Int64)))
    return pl.concat(parts)


def _once_a_case(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each case and month, with the month in which the case counted before."""
    month = col("month")
    of_the_same = (col("case") == col("case").shift()) & (col("cut_value") == col("cut_value").shift())
    return (
        rows.sort("case", "cut_value", "month")
        .filter((of_the_same & (month == month.shift())).fill_null(False).not_())
        .with_columns(previous_month=pl.when(of_the_same).then(month.shift()).otherwise(NEVER).cast(pl.Int32))
    )


def _grouped(rows: pl.DataFrame, number: pl.Expr) -> pl.DataFrame:
    return rows.group_by("is_core", *KEY).agg(n=number)
