"""Withdrawals: who tries to stop cases, by which route and with what result, before the directive and after."""

from collections.abc import Sequence

import streamlit as st

from db.comparison import BeforeAfter
from db.dates import month_of
from db.figures import Status
from db.indicators import BY_CODE
from db.records import Records
from pages.components import charts, frame, tables
from pages.components.attempts import CUTS, CUTS_WITH_CASES, MONTHS, Row, divided, divided_file, first_month
from pages.components.cards import CARD_WIDTH, card
from pages.components.comparison.course_limits import course_with_limits, interrupted_course
from pages.components.downloads import csv_button
from pages.components.filters import KENYA, chosen_cut, chosen_indicator
from pages.components.frame import Screen
from pages.components.phrases import code_words, count_words, month_words, period_words, small
from pages.components.windows import shown_course, shown_figures
from pages.components.wording import say, say_counted

LEADS = ("attempts", "attempts-refused", "lawful-withdrawals", "unlawful-stops", "breaches", "silent-exits")
COURSES = ("cases-with-attempt", "attempts", "attempts-refused", "unlawful-stops", "silent-exits")


def page(records: Records) -> None:
    screen = frame.begin(records, say("withdrawals.title"))
    if screen is None:
        return
    st.markdown(f"{say('withdrawals.lead')} *{say('withdrawals.careful')}*")
    _cards(screen)
    _before_after(screen)
    interrupted_course(screen)
    _courses(screen)
    _divided(screen)


def _cards(screen: Screen) -> None:
    figures = shown_figures(screen)
    points = charts.course_points(shown_course(screen, MONTHS))
    grid = st.grid(3, min_column_width=CARD_WIDTH, border=True)
    before_directive = screen.filters.month < month_of(screen.state.directive_on)
    for code in LEADS:
        if code == "breaches" and before_directive:
            continue
        with grid.cell():
            card(figures[code], points[code], screen.state)
    tables.course_table(screen, "withdrawals", LEADS, points)


def _before_after(screen: Screen) -> None:
    """The comparison in words, and the counts behind it; or why it is too early."""
    st.header(say("withdrawals.before_after"), divider="gray")
    compared = screen.records.before_after(screen.filters.month, screen.filters.scope, screen.filters.county)
    if compared.is_too_early:
        early = {"needed": compared.months_needed, "month": month_words(screen.filters.month)}
        st.info(say_counted("withdrawals.too_early", compared.months_after, **early))
    elif compared.is_too_few:
        st.info(say("withdrawals.too_few_open", minimum=count_words(compared.minimum)))
    elif compared.ratio is None:
        st.info(say("withdrawals.no_comparison"))
    else:
        st.markdown(_ratio_words(compared))
    if compared.after_first:
        before = period_words(compared.before_first, compared.before_last)
        after = period_words(compared.after_first, compared.after_last)
        rows = [
            _seasons_row(say("withdrawals.before", period=before), compared.before_cases, compared.before_open),
            _seasons_row(say("withdrawals.after", period=after), compared.after_cases, compared.after_open),
        ]
        tables.shown_table(rows, say("withdrawals.before_alt"))
        st.markdown(small(say("withdrawals.equal_seasons", before=before, after=after)))


def _ratio_words(compared: BeforeAfter) -> str:
    held = compared.lower <= 1 <= compared.upper
    ratio = say(
        "withdrawals.ratio",
        ratio=f"{compared.ratio:.2f}",
        lower=f"{compared.lower:.2f}",
        upper=f"{compared.upper:.2f}",
    )
    return f"**{ratio}** {say('withdrawals.within' if held else 'withdrawals.outside')}"


def _seasons_row(label: str, cases: int, open_cases: int) -> tables.Row:
    return {
        say("components.column.period"): label,
        say("components.column.cases"): count_words(cases),
        say("components.column.open"): count_words(open_cases),
    }


def _courses(screen: Screen) -> None:
    """One figure month by month between the limits that its own past set."""
    st.header(say("withdrawals.courses"), divider="gray")
    course_with_limits(screen, chosen_indicator(COURSES, default="cases-with-attempt"))


def _divided(screen: Screen) -> None:
    """Attempts and their results by one division at a time: the chart, the table behind it, the file."""
    st.header(say("withdrawals.divided"), divider="gray")
    cut = chosen_cut(CUTS, default="route")
    rows = divided(screen, cut)
    words = code_words("cut", cut)
    place = _counties_words(screen) if cut == "county" else screen.filters.place
    period = period_words(first_month(screen), screen.filters.month)
    st.subheader(say("withdrawals.divided_title", cut=words.lower(), place=place, period=period))
    known = [row for row in rows if row.counts]
    if not known:
        st.info(_nothing_words(screen, place, period))
        return
    labels, attempts = [row.label for row in known], [row.counts["attempts"] for row in known]
    parts = [say("withdrawals.divided_part", label=label, n=n) for label, n in zip(labels, attempts, strict=True)]
    alt = say("withdrawals.divided_alt", cut=words.lower(), list=", ".join(parts))
    charts.bars(labels, attempts, unit=say("withdrawals.divided_unit"), alt=alt)
    _table(screen, cut, rows)
    notes = [say("withdrawals.divided_note"), say("components.source", source=BY_CODE["attempts"].source)]
    if cut in CUTS_WITH_CASES:
        notes.insert(1, say("withdrawals.silent_note"))
    st.markdown(small(" ".join(notes)))
    csv_button(screen, f"withdrawals-{cut}", lambda: divided_file(screen, cut))


def _nothing_words(screen: Screen, place: str, period: str) -> str:
    """That there was no attempt, or that nobody reported and nothing is known."""
    asked = screen.filters
    attempts = screen.records.figure("attempts", asked.month, asked.scope, asked.county, months=MONTHS)
    if attempts.status is Status.NO_REPORT:
        return say("overview.no_report", place=place, period=period)
    return say("withdrawals.nothing")


def _table(screen: Screen, cut: str, rows: Sequence[Row]) -> None:
    alt = say("withdrawals.table_alt", cut=code_words("cut", cut).lower())
    if cut == "county":
        ids = [*(row.code for row in rows), KENYA]
        chosen = screen.filters.county or KENYA
        tables.choosable_table(_rows_of_words(cut, rows), ids, chooses="county", chosen=chosen, alt=alt)
    else:
        tables.shown_table(_rows_of_words(cut, rows), alt)


def _counties_words(screen: Screen) -> str:
    """Which counties a division by county shows: the viewer's, whatever the place asked for."""
    if screen.records.viewer.is_national:
        return say("components.all_counties")
    return ", ".join(screen.records.counties()["name"].tolist())


def _rows_of_words(cut: str, rows: Sequence[Row]) -> list[tables.Row]:
    columns = list(next(row.counts for row in rows if row.counts))
    together = {column: sum(row.counts[column] for row in rows if row.counts) for column in columns}
    total = Row("", say("withdrawals.total"), together)
    return [_row_of_words(cut, row, columns) for row in [*rows, total]]


def _row_of_words(cut: str, row: Row, columns: Sequence[str]) -> tables.Row:
    words = {code_words("cut", cut): row.label}
    if cut == "route":
        words[say("components.column.law")] = code_words("law", str(row.code)) if row.code else ""
    for column in columns:
        unknown = say("components.status.no_report")
        words[say(f"components.column.{column}")] = count_words(row.counts[column]) if row.counts else unknown
    return words


if __name__ == "__main__":
    st.switch_page("dashboard.py")
