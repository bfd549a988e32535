"""The course of a figure against its own past, and of the country's against what came before the directive."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.comparison import Course, CourseMonth, Interrupted, Limits
from db.dates import month_of
from db.figures import Status
from db.indicators import BY_CODE
from db.measures import Indicator
from db.statistics import Interruption, Rule
from pages.components import tables
from pages.components.charts.control_chart import ControlPoint, control_chart, interrupted_chart
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import (
    NO_VALUE,
    count_words,
    fraction_words,
    interval_words,
    month_words,
    period_words,
    small,
    status_words,
    title_words,
    unit_words,
    value_words,
)
from pages.components.wording import say, say_counted


def course_with_limits(screen: Screen, code: str) -> None:
    """Draws the course of one indicator between its limits, what it says in words, its table and its file."""
    indicator, asked = BY_CODE[code], screen.filters
    titles = {"title": title_words(indicator), "place": asked.place, "unit": unit_words(indicator)}
    st.subheader(say("comparison.course_title", **titles))
    course = screen.records.comparisons.course(code, asked.month, asked.scope, asked.county)
    if course is None:
        st.info(say("comparison.no_limits"))
        return
    control_chart(
        [_point(month) for month in course.months],
        centre=course.centre,
        unit=unit_words(indicator),
        directive_on=screen.state.directive_on,
        alt=say("comparison.course_alt", words=_verdict(screen, course), **titles),
    )
    notes = [_limit_words(course, indicator), _unsteady(course), say("components.source", source=indicator.source)]
    st.markdown(f"{_verdict(screen, course)}\n\n{small(' '.join(words for words in notes if words))}")
    with st.expander(say("components.course_table"), key=f"limits-{code}", on_change="rerun") as opened:
        if opened.open:
            tables.shown_table(_course_rows(indicator, course), say("comparison.course_table_alt"))
            csv_button(screen, f"limits-{code}", lambda: _course_file(screen, code))


def interrupted_course(screen: Screen) -> None:
    """Draws the national course before and after the directive with its counterfactual, or says what is missing."""
    found = screen.records.comparisons.interrupted(screen.filters.month, screen.filters.scope)
    st.subheader(say("comparison.interrupted_title"))
    if found.fit is None:
        needed = {"before": found.needed_before, "after": found.needed_after}
        has = {"has_before": found.months_before, "has_after": found.months_after}
        early = say("comparison.interrupted_early", **needed, **has)
        st.info(early if found.is_too_early else say("comparison.interrupted_unfit"))
        return
    first_after = found.months_before
    interrupted_chart(
        found.months,
        found.observed,
        found.fitted,
        [None] * first_after + list(found.expected[first_after:]),
        unit=say("comparison.per_100_open"),
        directive_on=screen.state.directive_on,
        alt=say("comparison.interrupted_alt", words=_interrupted_words(found.fit)),
    )
    st.markdown(f"{_interrupted_words(found.fit)}\n\n{small(say('comparison.interrupted_note'))}")
    with st.expander(say("components.course_table"), key="interrupted", on_change="rerun") as opened:
        if opened.open:
            tables.shown_table(_interrupted_rows(found), say("comparison.interrupted_table_alt"))
            csv_button(screen, "before-and-after", lambda: _interrupted_file(screen))


def rule_words(rules: Sequence[Rule]) -> str:
    return "; ".join(say(f"comparison.rule.{rule.value}") for rule in rules)


def _point(month: CourseMonth) -> ControlPoint:
    is_beyond = Rule.BEYOND_LIMIT in month.rules
    is_in_a_run = bool(month.rules) and not is_beyond
    broken = rule_words(month.rules) or say("comparison.no_rule")
    return ControlPoint(month.month, month.value, month.lower, month.upper, is_beyond, is_in_a_run, broken)


def _verdict(screen: Screen, course: Course) -> str:
    """How many months since the directive break a rule; of all months shown where none lies after it."""
    directive = month_of(screen.state.directive_on)
    since = [month for month in course.months if month.month >= directive]
    looked_at = [month for month in since or course.months if month.value is not None]
    broken = sum(bool(month.rules) for month in looked_at)
    period = "since" if since else "shown"
    if not broken:
        return say_counted(f"comparison.verdict.{period}_none", len(looked_at))
    return say_counted(f"comparison.verdict.{period}_some", broken, m=count_words(len(looked_at)))


def _limit_words(course: Course, indicator: Indicator) -> str:
    period = period_words(course.first_baseline, course.last_baseline)
    centre = value_words(course.centre, indicator.unit)
    baseline = say(
        "comparison.baseline.before" if course.is_before_directive else "comparison.baseline.all", period=period
    )
    kind = say("comparison.limits.p_chart" if course.limits is Limits.P_CHART else "comparison.limits.xmr")
    return f"{say('comparison.centre', value=centre)} {baseline} {kind}"


def _unsteady(course: Course) -> str:
    """That the months which set the limits break rules themselves, where they do."""
    held = [month for month in course.months if month.value is not None and month.month <= course.last_baseline]
    broken = sum(bool(month.rules) for month in held)
    return say_counted("comparison.unsteady", broken, m=count_words(len(held))) if broken else ""


def _course_rows(indicator: Indicator, course: Course) -> list[tables.Row]:
    """One row a month, the newest first."""
    return [
        {
            say("components.column.month"): month_words(month.month),
            say("components.column.value"): status_words(month.missing)
            if month.missing
            else value_words(month.value, indicator.unit),
            say("components.column.counted"): _counted_words(indicator, month),
            say("comparison.column.limits"): interval_words(month.lower, month.upper, indicator.unit),
            say("charts.broken"): rule_words(month.rules) or NO_VALUE,
        }
        for month in reversed(course.months)
    ]


def _counted_words(indicator: Indicator, month: CourseMonth) -> str:
    """What the value was counted from; nothing was counted in a month without a report."""
    if month.missing is Status.NO_REPORT:
        return NO_VALUE
    return fraction_words(month.numerator, month.denominator if indicator.denominator else None)


def _course_file(screen: Screen, code: str) -> pd.DataFrame:
    asked = screen.filters
    course = screen.records.comparisons.course(code, asked.month, asked.scope, asked.county)
    origin = {"indicator": code, "scope": asked.scope, "county_code": asked.county}
    if course is None:
        return pd.DataFrame([], columns=list(origin))
    rows = [
        {
            **origin,
            **vars(month),
            **(dict.fromkeys(("numerator", "denominator")) if month.missing is Status.NO_REPORT else {}),
            "rules": " ".join(rule.value for rule in month.rules),
            "centre": course.centre,
            "limits": course.limits.value,
        }
        for month in course.months
    ]
    return pd.DataFrame(rows, dtype=object)


def _interrupted_words(fit: Interruption) -> str:
    level = {"ratio": fit.level_ratio, "lower": fit.level_lower, "upper": fit.level_upper}
    slope = {"ratio": fit.slope_ratio, "lower": fit.slope_lower, "upper": fit.slope_upper}
    sentences = []
    for name, digits, parts in (("level", 2, level), ("slope", 3, slope)):
        held = parts["lower"] <= 1 <= parts["upper"]
        numbers = {key: f"{value:.{digits}f}" for key, value in parts.items()}
        sentences.append(f"**{say(f'comparison.{name}', **numbers)}**")
        sentences.append(say("withdrawals.within" if held else "withdrawals.outside"))
    return " ".join(sentences)


def _interrupted_rows(found: Interrupted) -> list[tables.Row]:
    """One row a month, the newest first; what was expected is said of the months after the directive."""
    rows = []
    for at in reversed(range(len(found.months))):
        is_after = at >= found.months_before
        rows.append(
            {
                say("components.column.month"): month_words(found.months[at]),
                say("charts.line.observed"): _per_100(found.observed[at]),
                say("components.column.counted"): fraction_words(found.cases[at], found.open_cases[at]),
                say("charts.line.fitted"): _per_100(found.fitted[at]),
                say("charts.line.expected"): _per_100(found.expected[at]) if is_after else NO_VALUE,
            }
        )
    return rows


def _per_100(value: float | None) -> str:
    return NO_VALUE if value is None else f"{value:.2f}"


def _interrupted_file(screen: Screen) -> pd.DataFrame:
    found = screen.records.comparisons.interrupted(screen.filters.month, screen.filters.scope)
    columns = {
        "scope": screen.filters.scope,
        "month": found.months,
        "cases_with_attempt": found.cases,
        "open_cases": found.open_cases,
        "observed": found.observed,
        "fitted": found.fitted or None,
        "expected": found.expected or None,
    }
    return pd.DataFrame(columns, dtype=object)
