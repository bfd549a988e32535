"""Female officers: women's share against one third, stations without a woman, and women at the gender desks."""

import streamlit as st

from db.figures import Figure, Status
from db.indicators import BY_CODE
from db.records import Records
from db.records.stations import Group
from pages.components import charts, frame, tables
from pages.components.cards import CARD_WIDTH, card
from pages.components.charts import Points
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import (
    count_words,
    day_words,
    interval_kind,
    interval_words,
    month_words,
    shown_value,
    small,
    target_words,
    title_words,
    unit_words,
)
from pages.components.stations.officers_by_county import (
    LEADS,
    NO_WOMAN,
    SHARE,
    head_count,
    head_count_file,
    officers_by_county,
)
from pages.components.stations.ratio_courses import women_per_cases_course
from pages.components.stations.rural_urban import group_words, setting_rows, settings_file
from pages.components.stations.station_courses import setting_courses
from pages.components.stations.station_lists import twelve_months, work_list
from pages.components.stations.station_words import desk_women_words, officers_words, wants_words
from pages.components.windows import shown_course, shown_figures
from pages.components.wording import say, say_counted

MONTHS_OF_COURSE = 24


def page(records: Records) -> None:
    screen = frame.begin(records, say("female_officers.title"))
    if screen is None:
        return
    st.markdown(say("female_officers.lead"))
    figures = shown_figures(screen, LEADS)
    points = charts.course_points(shown_course(screen, MONTHS_OF_COURSE, LEADS))
    _headline(screen, figures)
    _cards(screen, figures, points)
    _rural_urban(screen, figures)
    _over_time(screen, figures, points)
    if screen.filters.county is None:
        officers_by_county(screen, figures[SHARE])
        _to_act_on(screen)
    else:
        _to_act_on(screen)
        officers_by_county(screen, figures[SHARE])


def _headline(screen: Screen, figures: dict[str, Figure]) -> None:
    """How many women are missing, and how many stations have none: two rules, two sentences."""
    asked = screen.filters
    group = screen.records.stations.place(asked.month, asked.scope, asked.county)
    share, without = figures[SHARE], figures[NO_WOMAN]
    with st.container(border=True):
        if share.status is Status.NO_REPORT:
            st.header(say("female_officers.no_report", place=asked.place, month=month_words(asked.month)))
            return
        of = {"women": count_words(group.together.women), "officers": count_words(group.together.officers)}
        st.header(say("female_officers.headline", place=asked.place, share=shown_value(share), **of))
        lines = [
            _missing_words(group),
            say("female_officers.without", n=count_words(without.numerator), of=count_words(without.denominator or 0)),
            _bounds_words(without),
        ]
        st.markdown("\n".join(f"- {line}" for line in lines if line))


def _missing_words(group: Group) -> str:
    missing = group.together.women_missing
    return say_counted("female_officers.missing", missing) if missing else say("female_officers.reached")


def _bounds_words(without: Figure) -> str:
    """What the silent stations could change."""
    if not without.not_recorded:
        return ""
    bounds = interval_words(without.lower, without.upper, without.indicator.unit)
    return say_counted("female_officers.bounds", without.not_recorded, bounds=bounds)


def _cards(screen: Screen, figures: dict[str, Figure], points: Points) -> None:
    grid = st.grid(len(LEADS), min_column_width=CARD_WIDTH, border=True)
    for code in LEADS:
        with grid.cell():
            card(figures[code], points[code], screen.state)
    st.markdown(small(say("overview.marks", day=day_words(screen.state.directive_on))))


def _rural_urban(screen: Screen, figures: dict[str, Figure]) -> None:
    """The shares, and the head-count behind them, in rural and in urban stations."""
    st.header(say("stations.rural_urban"), divider="gray")
    tables.shown_table(setting_rows(screen, [figures[code] for code in LEADS]), say("stations.rural_urban_alt"))
    st.markdown(small(say("stations.range_note")))
    csv_button(screen, "officers-rural-urban", lambda: settings_file(screen, LEADS))
    groups = _place_and_settings(screen)
    rows = [
        {say("stations.column.stations"): group_words(group, screen.filters.place), **head_count(group)}
        for group in groups
    ]
    tables.shown_table(rows, say("female_officers.head_count_alt"))
    st.markdown(small(say("female_officers.per_cases_note", period=twelve_months(screen))))
    csv_button(screen, "officers-head-count", lambda: head_count_file(screen, _place_and_settings(screen)))
    setting_courses(screen, LEADS)


def _place_and_settings(screen: Screen) -> list[Group]:
    asked, stations = screen.filters, screen.records.stations
    whole = stations.place(asked.month, asked.scope, asked.county)
    return [whole, *stations.by_setting(asked.month, asked.scope, asked.county)]


def _over_time(screen: Screen, figures: dict[str, Figure], points: Points) -> None:
    st.header(say("stations.over_time"), divider="gray")
    for column, code in zip(st.columns(2, gap="medium"), (SHARE, NO_WOMAN), strict=True):
        indicator = BY_CODE[code]
        with column:
            titles = {"title": title_words(indicator), "place": screen.filters.place, "unit": unit_words(indicator)}
            st.subheader(say("overview.course_title", **titles))
            target = figures[code].target
            charts.large_course(indicator, points[code], directive_on=screen.state.directive_on, target=target)
            dotted = target_words(indicator, target, figures[code].target_status)
            notes = [
                say("overview.dotted", target=dotted),
                say(f"overview.shaded.{interval_kind(indicator)}"),
                say("components.source", source=indicator.source),
            ]
            st.markdown(small(" ".join(note for note in notes if note)))
    tables.course_table(screen, "female-officers", LEADS, points)
    women_per_cases_course(screen)


def _to_act_on(screen: Screen) -> None:
    asked = screen.filters
    st.header(say("stations.to_act_on"), divider="gray")
    st.markdown(f"{say('female_officers.order')} {say('stations.cases_note', period=twelve_months(screen))}")
    work_list(
        screen,
        "officers-to-act-on",
        lambda: screen.records.stations.women_to_act_on(asked.month, asked.scope, asked.county),
        lambda station: {
            say("stations.column.wants"): wants_words(station),
            say("stations.column.officers"): officers_words(station),
            say("stations.column.desk_women"): desk_women_words(station),
        },
    )


if __name__ == "__main__":
    st.switch_page("dashboard.py")
