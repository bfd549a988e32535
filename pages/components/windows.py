"""Which months a figure covers: twelve together where one says too little, and none before anything could be known."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pandas as pd

from db.dates import month_of, months_after
from db.figures import YEAR, Figure, Status
from db.indicators import INDICATORS
from db.measures import Basis, Indicator, Unit
from db.records import DatabaseState
from pages.components.frame import Screen, reaches_before_data
from pages.components.questions import QUESTIONS

BREACHES = "breaches"
ASKED = tuple(code for question in QUESTIONS for code in question.codes)
YEARLY_RATES = [indicator.code for indicator in INDICATORS if indicator.unit is Unit.PER_100K_CHILDREN]
WORTH = ["value", "lower", "upper"]


def shown_figures(screen: Screen, codes: Collection[str] = ASKED) -> dict[str, Figure]:
    """The figures of `codes` for the place asked for, by code; where the newest month has not ripened yet, of twelve
    months together. By default those that answer the questions of the overview."""
    records, asked = screen.records, screen.filters
    found = records.figures(asked.month, asked.scope, asked.county, codes)
    figures = {figure.indicator.code: figure for figure in found}
    if asked.county is None:
        for code in [code for code, figure in figures.items() if figure.indicator.ripens]:
            figures[code] = records.figure(code, asked.month, asked.scope, months=YEAR)
    return {code: held_to_known_months(figure, screen.state) for code, figure in figures.items()}


def national_year(screen: Screen, code: str) -> Figure:
    """Kenya over the same months as its counties."""
    figure = screen.records.figure(code, screen.filters.month, screen.filters.scope, months=YEAR)
    return held_to_known_months(figure, screen.state)


def held_to_known_months(figure: Figure, state: DatabaseState) -> Figure:
    """`figure`, said to begin no sooner than the data, or than the directive that it is about.

    A yearly rate of which a part of the year is missing would be too low: it has no value.
    """
    begins = _begins(figure.indicator, state)
    if figure.first_month >= begins:
        return figure
    held = replace(figure, first_month=min(begins, figure.month))
    if figure.indicator.code in YEARLY_RATES and figure.status is not Status.NO_REPORT:
        return replace(held, value=None, lower=None, upper=None, status=Status.TOO_FEW)
    return held


def shown_counties(screen: Screen, indicator: Indicator) -> pd.DataFrame:
    """records.by_county, without the yearly rates of less than a year."""
    month = screen.filters.month
    counties = screen.records.by_county(indicator.code, month, screen.filters.scope)
    if indicator.code not in YEARLY_RATES or not reaches_before_data(month, screen.state):
        return counties
    reported = counties["status"] != Status.NO_REPORT
    counties["status"] = counties["status"].mask(reported, Status.TOO_FEW.value)
    return counties.assign(value=None, lower=None, upper=None)


def shown_by_county(screen: Screen, indicator: Indicator) -> dict[int, Any]:
    """The rows of shown_counties by the code of their county."""
    return {row.county_code: row for row in shown_counties(screen, indicator).itertuples(index=False)}


def shown_course(screen: Screen, months: int, codes: Collection[str] = ASKED) -> pd.DataFrame:
    """records.course of `codes` from the first month known, without values where there could be none.

    Those are breaches before the directive, and a county's yearly rates of less than a year.
    """
    state, asked = screen.state, screen.filters
    course = screen.records.course(asked.month, asked.scope, asked.county, months=months, codes=codes)
    if months_after(asked.month, 1 - months) < state.first_month:
        course = course[course["month"] >= state.first_month].reset_index(drop=True)
    unknown = (course["indicator"] == BREACHES) & (course["month"] < month_of(state.directive_on))
    if asked.county is not None:
        whole_year = months_after(state.first_month, YEAR - 1)
        unknown |= course["indicator"].isin(YEARLY_RATES) & (course["month"] < whole_year)
    return course.assign(**{name: course[name].mask(unknown) for name in WORTH})


def can_only_rise(figure: Figure, state: DatabaseState) -> bool:
    """Whether the course of a county adds up breaches since the directive, so that no point can be below the last."""
    adds_up = figure.indicator.code == BREACHES and figure.county_code is not None
    return adds_up and figure.month < months_after(month_of(state.directive_on), YEAR)


def is_rolling(screen: Screen, indicator: Indicator) -> bool:
    """Whether each point of the course covers the twelve months that end there."""
    return screen.filters.county is not None and indicator.basis is not Basis.STOCK


def first_of_point(screen: Screen, indicator: Indicator, month: int) -> int:
    """The first of the months that the point of the course at `month` covers."""
    if not is_rolling(screen, indicator):
        return month
    return min(max(months_after(month, 1 - YEAR), _begins(indicator, screen.state)), month)


def _begins(indicator: Indicator, state: DatabaseState) -> int:
    """The first month in which there could be anything to count."""
    return max(state.first_month, month_of(state.directive_on) if indicator.code == BREACHES else 0)
