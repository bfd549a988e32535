"""One stage of the path: its curve, whole or divided, the days by which shares of all cases had come to the end."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from db.cohort import Cohort
from db.durations import BY_CODE, SHARES, Curve, Durations, Known
from db.records.timelines import DIRECTIVE, Part
from pages.components.attempts import first_month
from pages.components.charts.curves import Mark, Series, curves
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import code_words, count_words, period_words, small
from pages.components.tables import Row, shown_table
from pages.components.timelines.stage_words import (
    cohort_words,
    day_count,
    directive_periods,
    durations_row,
    exits_words,
    has_reported,
    left_out_words,
    limits_words,
    quantiles_words,
    says_nothing,
    source_words,
    stage_words,
)
from pages.components.wording import say, say_counted

WHOLE, HERE, KENYA = "none", "here", "kenya"
TOLD_AFTER = (1, 3, 7, 14, 30, 60, 90, 180, 365, 730)
# What is drawn ends where nearly all that the curve ever reaches is reached: a long tail would flatten its beginning.
NEARLY_ALL = 0.98
SHORTEST_AXIS = 14


@dataclass(frozen=True)
class Asked:
    """What the screen asks of the path: a stage, a division of it, which cases, and where in words."""

    stage: str
    by: str
    cohort: Cohort
    place: str


def stage_section(screen: Screen, asked: Asked) -> None:
    """Draws the stage: what half of the cases took, its curve, and the tables behind it."""
    whole = screen.records.timelines.durations(asked.stage, screen.filters.month, asked.cohort)
    st.header(stage_words(asked.stage), divider="gray")
    st.markdown(f"**{_median_words(screen, asked, whole)}** {_beside_words(whole)}")
    parts = _parts(screen, asked, whole)
    _curves(screen, asked, parts)
    shown_table([_part_row(asked, part) for part in parts], say("timelines.quantiles_alt"))
    csv_button(screen, f"timelines-{asked.stage}-{asked.by}", lambda: _file(screen, asked))
    st.markdown(small(_notes(screen, asked, whole)))


def _median_words(screen: Screen, asked: Asked, whole: Durations) -> str:
    if says_nothing(whole, reported=has_reported(screen)):
        period = period_words(first_month(screen), screen.filters.month)
        return say("overview.no_report", place=asked.place, period=period)
    if whole.known is not Known.SHOWN:
        return say(f"timelines.headline.{whole.known}", n=whole.n)
    median = whole.quantiles["median"]
    if median.days is None:
        return say("timelines.headline.not_reached")
    return say("timelines.headline.shown", days=day_count(median.days), limits=limits_words(median))


def _beside_words(whole: Durations) -> str:
    if whole.known is Known.NONE:
        return ""
    counts = {"ended": whole.ended, "exited": whole.all_exited, "open": whole.open}
    return say_counted("timelines.counts", whole.n, **{name: count_words(number) for name, number in counts.items()})


def _parts(screen: Screen, asked: Asked, whole: Durations) -> list[Part]:
    """The parts of the division under the names that people read, the whole last."""
    if asked.by == WHOLE and asked.cohort.county is not None:
        return _beside_kenya(screen, asked, whole)
    if asked.by == WHOLE:
        return [Part(WHOLE, asked.place, whole)]
    parts = screen.records.timelines.divided(asked.stage, asked.by, screen.filters.month, asked.cohort)
    named = [Part(part.code, _name(screen, asked, str(part.code)), part.durations) for part in parts]
    return [*named, Part(WHOLE, say("timelines.all_cases"), whole)]


def _beside_kenya(screen: Screen, asked: Asked, whole: Durations) -> list[Part]:
    """The county or the station, and Kenya as a whole."""
    national = replace(asked.cohort, county=None, station=None)
    kenya = screen.records.timelines.durations(asked.stage, screen.filters.month, national)
    return [Part(HERE, asked.place, whole, has_reported(screen)), Part(KENYA, say("components.kenya"), kenya)]


def _name(screen: Screen, asked: Asked, code: str) -> str:
    if asked.by != DIRECTIVE:
        return code_words(asked.by, code)
    period = directive_periods(screen, asked.cohort.first, screen.state.directive_on)[code]
    return say(f"timelines.{code}", period=period) if period else say(f"timelines.{code}_none")


def _curves(screen: Screen, asked: Asked, parts: list[Part]) -> None:
    """The curves of the parts; of the whole alone, what left by another exit beside it."""
    known = [(part, part.durations.curve) for part in parts if part.durations.curve is not None]
    drawn = [(part, curve) for part, curve in known if part.code != WHOLE or len(parts) == 1]
    if not drawn:
        return
    few = len(drawn) <= 2
    series = [
        curve_series(_label(asked, part) if len(parts) > 1 else say("timelines.ended"), curve, has_band=few)
        for part, curve in drawn
    ]
    if len(parts) == 1 and parts[0].durations.all_exited:
        curve = drawn[0][1]
        series.append(Series(say("timelines.left"), curve.days, 100 * curve.left))
    place = asked.place
    st.subheader(say("timelines.curve_title", stage=stage_words(asked.stage), place=place))
    st.markdown(f"{cohort_words(screen, asked.cohort.first)}.")
    if len(drawn) == 1 and len(parts) > 1:
        st.markdown(say("timelines.only_curve", name=drawn[0][0].name))
    told = ". ".join(f"{part.name}: {quantiles_words(part.durations)}" for part, _ in drawn)
    curves(
        series,
        x_title=say("timelines.days_since"),
        y_title=say("timelines.share_unit"),
        alt=say("timelines.curve_alt", stage=stage_words(asked.stage), place=place, list=told),
        marks=_marks(screen, asked.stage),
        last_day=max(last_day(curve) for _, curve in drawn),
    )
    with st.expander(say("timelines.curve_table"), key="timelines-curve", on_change="rerun") as opened:
        if opened.open:
            shown_table(_curve_rows(drawn), say("timelines.curve_table_alt"))


def _label(asked: Asked, part: Part) -> str:
    """What the curve is called where a phone has room for few letters: the months stand in the table."""
    return say(f"timelines.short.{part.code}") if asked.by == DIRECTIVE else part.name


def curve_series(name: str, curve: Curve, *, has_band: bool) -> Series:
    """The curve as a chart draws it, in per cent."""
    band = (100 * curve.lower, 100 * curve.upper) if has_band else ((), ())
    return Series(name, curve.days, 100 * curve.ended, *band)


def _marks(screen: Screen, stage: str) -> list[Mark]:
    code = BY_CODE[stage].deadline
    asked = screen.filters
    for deadline in screen.records.timelines.deadlines(asked.month, asked.scope, asked.county) if code else ():
        if deadline.code == code:
            return [Mark(deadline.days, say("timelines.threshold", days=day_count(deadline.days)))]
    return []


def last_day(curve: Curve) -> int:
    """Where an axis may end that shows nearly all of the curve."""
    nearly = curve.days[(curve.ended >= NEARLY_ALL * curve.ended[-1]).argmax()]
    return min(max(int(nearly), SHORTEST_AXIS), max(int(curve.days[-1]), 1))


def _curve_rows(drawn: list[tuple[Part, Curve]]) -> list[Row]:
    """One row a number of days, as long as any curve goes on: the share that had ended by then, and its interval."""
    rows = []
    for day in TOLD_AFTER:
        told = [curve.at(day) for _, curve in drawn]
        if not any(told):
            break
        row = {say("timelines.column.after"): day_count(day)}
        for (part, _), at in zip(drawn, told, strict=True):
            row[part.name] = _share_words(at)
            if len(drawn) == 1:
                row[say("timelines.left")] = say("timelines.unknown_yet") if at is None else _percent(at["left"])
        rows.append(row)
    return rows


def _share_words(at: dict[str, float] | None) -> str:
    if at is None:
        return say("timelines.unknown_yet")
    if at["lower"] != at["lower"]:
        return _percent(at["ended"])
    limits = say("components.interval", lower=_percent(at["lower"]), upper=_percent(at["upper"]))
    return f"{_percent(at['ended'])} ({limits})"


def _percent(share: float) -> str:
    return say("components.percent", value=f"{100 * share:.1f}")


def _part_row(asked: Asked, part: Part) -> Row:
    return {
        say(f"timelines.by.{asked.by}"): part.name,
        **durations_row(part.durations, reported=part.has_reported),
    }


def _notes(screen: Screen, asked: Asked, whole: Durations) -> str:
    notes = [exits_words(whole), left_out_words(whole), say("timelines.method")]
    if not BY_CODE[asked.stage].competes:
        notes = [left_out_words(whole), say("timelines.method_alone")]
    if asked.by == DIRECTIVE:
        notes.append(say("timelines.directive_note"))
    notes.append(source_words())
    return " ".join(note for note in notes if note)


def part_columns(durations: Durations) -> dict[str, object]:
    """The figures of a part as a file holds them: a quantile is empty where it is not reached or not told."""
    quantiles = {share: durations.quantiles[share].days if durations.quantiles else None for share in SHARES}
    median = durations.quantiles.get("median")
    return {
        "cases": durations.n,
        "ended": durations.ended,
        "exited": durations.all_exited,
        "open": durations.open,
        **quantiles,
        "median_lower": median.lower if median else None,
        "median_upper": median.upper if median else None,
        "known": durations.known.value,
        **{f"exited_{name}": number for name, number in durations.exited.items()},
        **durations.left_out,
    }


def origin(screen: Screen, asked: Asked) -> dict[str, object]:
    """Where and when the rows of a file are of."""
    return {
        "stage": asked.stage,
        "month": screen.filters.month,
        "scope": screen.filters.scope,
        "county_code": screen.filters.county,
        "first_month_of_report": asked.cohort.first,
    }


def _file(screen: Screen, asked: Asked) -> pd.DataFrame:
    whole = screen.records.timelines.durations(asked.stage, screen.filters.month, asked.cohort)
    parts = _parts(screen, asked, whole)
    rows = [
        origin(screen, asked) | {"division": asked.by, "part": part.code} | part_columns(part.durations)
        for part in parts
    ]
    return pd.DataFrame(rows, dtype=object)
