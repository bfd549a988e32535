"""Gender desks: where there is one, whether it works, what it lacks, and which stations to act on first."""

import streamlit as st

from db.figures import Figure
from db.records import Records
from pages.components import charts, frame, tables
from pages.components.cards import CARD_WIDTH, card
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import day_words, small
from pages.components.stations.desk_states import desk_checklist, desk_states
from pages.components.stations.desks_and_withdrawals import desks_and_withdrawals
from pages.components.stations.desks_by_county import EXISTS, LEADS, WORKS, desks_by_county
from pages.components.stations.ratio_courses import children_per_desk_course
from pages.components.stations.rural_urban import setting_rows, settings_file
from pages.components.stations.station_courses import setting_courses
from pages.components.stations.station_lists import twelve_months, work_list
from pages.components.stations.station_words import desk_words, inspection_words
from pages.components.windows import shown_course, shown_figures
from pages.components.wording import say

MONTHS_OF_COURSE = 24


def page(records: Records) -> None:
    screen = frame.begin(records, say("gender_desks.title"))
    if screen is None:
        return
    st.markdown(say("gender_desks.lead"))
    figures = shown_figures(screen, LEADS)
    _cards(screen, figures)
    desk_states(screen)
    desk_checklist(screen)
    _rural_urban(screen, figures)
    children_per_desk_course(screen)
    if screen.filters.county is None:
        desks_by_county(screen)
        _to_act_on(screen)
    else:
        _to_act_on(screen)
        desks_by_county(screen)
    desks_and_withdrawals(screen)


def _cards(screen: Screen, figures: dict[str, Figure]) -> None:
    """A desk that exists and a desk that works, never one number; below them their course."""
    points = charts.course_points(shown_course(screen, MONTHS_OF_COURSE, LEADS))
    grid = st.grid(len(LEADS), min_column_width=CARD_WIDTH, border=True)
    for code in LEADS:
        with grid.cell():
            card(figures[code], points[code], screen.state)
    marks = say("overview.marks", day=day_words(screen.state.directive_on))
    st.markdown(small(f"{say('gender_desks.never_one')} {marks}"))
    tables.course_table(screen, "gender-desks", LEADS, points)


def _rural_urban(screen: Screen, figures: dict[str, Figure]) -> None:
    st.header(say("stations.rural_urban"), divider="gray")
    tables.shown_table(setting_rows(screen, [figures[code] for code in LEADS]), say("stations.rural_urban_alt"))
    st.markdown(small(say("stations.range_note")))
    csv_button(screen, "desks-rural-urban", lambda: settings_file(screen, LEADS))
    setting_courses(screen, (EXISTS, WORKS))


def _to_act_on(screen: Screen) -> None:
    asked = screen.filters
    st.header(say("stations.to_act_on"), divider="gray")
    st.markdown(f"{say('gender_desks.order')} {say('stations.cases_note', period=twelve_months(screen))}")
    work_list(
        screen,
        "desks-to-act-on",
        lambda: screen.records.stations.desks_to_act_on(asked.month, asked.scope, asked.county),
        lambda station: {
            say("stations.column.desk"): desk_words(station),
            say("stations.column.inspected"): inspection_words(station),
        },
    )


if __name__ == "__main__":
    st.switch_page("dashboard.py")
