"""The whole path: every stage beside the others, its deadlines, the laboratory's two parts, and adjournments."""

from collections.abc import Iterable, Mapping

import pandas as pd
import streamlit as st

from db.durations import BY_CODE, Durations
from db.figures import Status
from db.measures import Unit
from db.records.timelines import DeadlineFigure
from pages.components.attempts import first_month
from pages.components.charts import bars
from pages.components.charts.curves import curves
from pages.components.charts.stacked import Stack, stacked_bars
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import (
    code_words,
    count_words,
    interval_words,
    period_words,
    small,
    status_words,
    value_words,
)
from pages.components.tables import Row, shown_table
from pages.components.timelines.stage_curves import Asked, curve_series, last_day, origin, part_columns
from pages.components.timelines.stage_words import (
    cohort_words,
    day_count,
    durations_row,
    has_reported,
    quantile_words,
    quantiles_words,
    source_words,
    stage_words,
)
from pages.components.wording import say, say_counted

FORENSIC = ("sample_to_dispatch", "dispatch_to_result")
OUTCOMES = ("met", "missed", "not_yet_due", "not_recorded")


def path_section(screen: Screen, asked: Asked) -> None:
    """Every stage in the order of the path."""
    st.header(say("timelines.path"), divider="gray", anchor="path")
    st.markdown(say("timelines.path_lead", place=asked.place, cohort=cohort_words(screen, asked.cohort.first)))
    path = screen.records.timelines.path(screen.filters.month, asked.cohort)
    rows = _stage_rows(screen, path)
    shown_table(rows, say("timelines.path_alt", place=asked.place))
    csv_button(screen, "timelines-path", lambda: _path_file(screen, asked))


def _stage_rows(screen: Screen, path: Mapping[str, Durations]) -> list[Row]:
    reported = has_reported(screen)
    return [
        {say("timelines.column.stage"): stage_words(code), **durations_row(held, reported=reported)}
        for code, held in path.items()
    ]


def forensic_section(screen: Screen, asked: Asked) -> None:
    """Where the time of the laboratory goes: before the sample leaves, and after."""
    st.header(say("timelines.forensic"), divider="gray", anchor="forensic")
    read = screen.records.timelines
    parts = {code: read.durations(code, screen.filters.month, asked.cohort) for code in FORENSIC}
    dispatch, result = (quantile_words(part, "median") for part in parts.values())
    st.markdown(say("timelines.forensic_lead", dispatch=dispatch, result=result))
    _forensic_curves(asked, parts)
    rows = _stage_rows(screen, parts)
    shown_table(rows, say("timelines.forensic_alt", place=asked.place))
    unrecorded = parts["dispatch_to_result"].left_out.get("start_not_recorded", 0)
    st.markdown(small(f"{say('timelines.forensic_note', n=count_words(unrecorded))} {source_words()}"))
    csv_button(screen, "timelines-forensic", lambda: _path_file(screen, asked, FORENSIC))


def _forensic_curves(asked: Asked, parts: Mapping[str, Durations]) -> None:
    drawn = {say(f"timelines.forensic_part.{code}"): part for code, part in parts.items() if part.curve is not None}
    if not drawn:
        return
    st.subheader(say("timelines.forensic_title", place=asked.place))
    told = ". ".join(f"{name}: {quantiles_words(part)}" for name, part in drawn.items())
    curves(
        [curve_series(name, part.curve, has_band=True) for name, part in drawn.items()],
        x_title=say("timelines.days_since"),
        y_title=say("timelines.share_unit"),
        alt=say("timelines.forensic_curve_alt", place=asked.place, list=told),
        last_day=max(last_day(part.curve) for part in drawn.values()),
    )


def deadlines_section(screen: Screen) -> None:
    """What became of each deadline: met, missed, not yet due and not recorded are four things."""
    st.header(say("timelines.deadlines"), divider="gray", anchor="deadlines")
    period = period_words(first_month(screen), screen.filters.month)
    st.markdown(say("timelines.deadlines_lead", place=screen.filters.place, period=period))
    asked = screen.filters
    figures = screen.records.timelines.deadlines(asked.month, asked.scope, asked.county)
    stacks = [Stack(figure.title, [getattr(figure, name) for name in OUTCOMES]) for figure in figures]
    drawn = [stack for stack in stacks if any(stack.sizes)]
    parts = [say(f"timelines.outcome.{name}") for name in OUTCOMES]
    if drawn:
        told = "; ".join(_deadline_alt(figure) for figure in figures if figure.has_reported)
        alt = say("timelines.deadlines_alt", place=asked.place, list=told)
        stacked_bars(drawn, parts, unit=say("timelines.share_of_cases"), alt=alt, shares=True, unknown=True)
    shown_table([_deadline_row(figure) for figure in figures], say("timelines.deadlines_table_alt"))
    st.markdown(small(f"{say('timelines.deadlines_note')} {source_words()}"))
    csv_button(screen, "timelines-deadlines", lambda: _deadlines_file(screen))


def _deadline_alt(figure: DeadlineFigure) -> str:
    counts = {name: count_words(getattr(figure, name)) for name in OUTCOMES}
    return say("timelines.deadline_told", title=figure.title, **counts)


def _deadline_row(figure: DeadlineFigure) -> Row:
    unit, worth = Unit.PERCENT, figure.worth
    value = value_words(worth.value, unit) if worth.value is not None else say(f"components.status.{worth.status}")
    return {
        say("timelines.column.deadline"): figure.title,
        say("timelines.column.days"): say(f"timelines.days_{figure.days_status}", days=day_count(figure.days)),
        **{say(f"timelines.outcome.{name}"): _outcome_words(figure, name) for name in OUTCOMES},
        say("timelines.column.met_of_due"): value,
        say("timelines.column.interval"): interval_words(worth.lower, worth.upper, unit),
    }


def _outcome_words(figure: DeadlineFigure, name: str) -> str:
    """How many cases came to it; of a place that sent nothing, no number at all."""
    return count_words(getattr(figure, name)) if figure.has_reported else status_words(Status.NO_REPORT)


def adjournments_section(screen: Screen) -> None:
    """How often hearings were put off, and who caused it."""
    asked = screen.filters
    st.header(say("timelines.adjournments"), divider="gray", anchor="adjournments")
    caused = screen.records.timelines.adjournments(asked.month, asked.scope, asked.county)
    period = period_words(first_month(screen), asked.month)
    if not caused:
        st.info(say("timelines.no_adjournments", period=period))
        return
    st.markdown(say_counted("timelines.adjournments_lead", sum(caused.values()), place=asked.place, period=period))
    labels = [code_words("caused_by", cause) for cause in caused]
    told = ", ".join(
        say("components.bar", label=label, n=count_words(n)) for label, n in zip(labels, caused.values(), strict=True)
    )
    alt = say("timelines.adjournments_alt", place=asked.place, list=told)
    bars(labels, list(caused.values()), unit=say("timelines.adjournments_unit"), alt=alt)
    rows = [
        {say("timelines.column.caused_by"): label, say("timelines.column.adjournments"): count_words(n)}
        for label, n in zip(labels, caused.values(), strict=True)
    ]
    shown_table(rows, say("timelines.adjournments_table_alt"))
    st.markdown(small(source_words()))
    csv_button(screen, "timelines-adjournments", lambda: _adjournments_file(screen))


def _path_file(screen: Screen, asked: Asked, stages: Iterable[str] = tuple(BY_CODE)) -> pd.DataFrame:
    path = screen.records.timelines.path(screen.filters.month, asked.cohort)
    rows = [origin(screen, asked) | {"stage": code} | part_columns(path[code]) for code in stages]
    return pd.DataFrame(rows, dtype=object)


def _deadlines_file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    rows = [
        {
            "indicator": figure.code,
            "first_month": first_month(screen),
            "month": asked.month,
            "scope": asked.scope,
            "county_code": asked.county,
            "days": figure.days,
            "days_are": figure.days_status,
            **{name: getattr(figure, name) if figure.has_reported else None for name in OUTCOMES},
            **figure.worth._asdict(),
        }
        for figure in screen.records.timelines.deadlines(asked.month, asked.scope, asked.county)
    ]
    return pd.DataFrame(rows, dtype=object)


def _adjournments_file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    caused = screen.records.timelines.adjournments(asked.month, asked.scope, asked.county)
    place = {"first_month": first_month(screen), "month": asked.month, "scope": asked.scope}
    rows = [place | {"county_code": asked.county, "caused_by": cause, "adjournments": n} for cause, n in caused.items()]
    return pd.DataFrame(rows, dtype=object)
