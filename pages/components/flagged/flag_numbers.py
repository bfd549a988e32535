"""Numbers of flags for those who open no cases: by flag, age and place, and how many were followed up in time."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from db import codes
from db.casework.in_time import InTime
from db.dates import months_after
from db.figures import YEAR
from db.flagged.numbers import Counts, Station, each_station
from db.flags import BY_CODE, FLAGS, Severity
from db.measures import Unit
from db.records.casework import FollowedUp
from pages.components import charts
from pages.components.charts.stacked import Stack, stacked_bars
from pages.components.downloads import csv_button
from pages.components.flagged.asked import rule_title, severity_words
from pages.components.flagged.queue_counts import age_words, counts_line
from pages.components.frame import Screen
from pages.components.phrases import (
    count_words,
    fraction_words,
    month_words,
    period_words,
    small,
    unbroken,
    value_words,
)
from pages.components.plain import station_words
from pages.components.tables import Row, shown_table
from pages.components.wording import say, say_counted

STATES = InTime._fields


def flag_numbers(screen: Screen) -> None:
    """Everything is of the county asked for, or of all that the viewer may see."""
    if not _names(screen):
        st.info(say("flagged.no_county"))
        return
    screen = _own(screen)
    asked = screen.filters
    numbers = screen.records.flags.numbers(asked.scope, asked.county)
    followed = _followed(screen)
    counts_line(screen, numbers, screen.records.flags.cases(asked.scope, asked.county))
    st.markdown(small(say("flagged.not_counted")))
    _by_flag(screen, numbers, followed)
    _by_age(screen, numbers)
    _by_place(screen, numbers, followed)
    _in_time(screen, followed)
    if not screen.records.viewer.is_national:
        st.header(say("flagged.reach"), divider="gray")
        st.markdown(say("flagged.reach_text"))


def _own(screen: Screen) -> Screen:
    """The screen of an official's own county where the country is asked for: its flags are not theirs to count."""
    asked, names = screen.filters, _names(screen)
    if asked.county is not None or screen.records.viewer.is_national:
        return screen
    county = min(names)
    st.info(say("flagged.own_county", place=names[county]))
    return replace(screen, filters=replace(asked, county=county, place=names[county]))


def _followed(screen: Screen) -> FollowedUp:
    asked = screen.filters
    return screen.records.follow_ups.followed_up(asked.month, asked.scope, asked.county)


def _by_flag(screen: Screen, numbers: Counts, followed: FollowedUp) -> None:
    st.header(say("flagged.by.rule"), divider="gray", anchor="by-flag")
    known = [flag for flag in FLAGS if flag.code in numbers.by_rule or flag.code in followed.by_rule]
    if not known:
        st.info(say("flagged.none"))
        return
    rows = [
        {
            say("flagged.column.rule"): rule_title(flag.code),
            say("flagged.column.severity"): unbroken(severity_words(flag.severity)),
            say("flagged.column.waiting"): count_words(numbers.by_rule.get(flag.code, 0)),
            **_in_time_row(screen, followed.by_rule.get(flag.code, InTime())),
        }
        for flag in sorted(known, key=lambda flag: flag.severity)
    ]
    shown_table(rows, say("flagged.by_rule_alt", place=screen.filters.place))
    st.markdown(small(say("flagged.in_time_note", period=_months(screen))))
    csv_button(screen, "flags-by-rule", lambda: _rules_file(screen))


def _by_age(screen: Screen, numbers: Counts) -> None:
    st.header(say("flagged.by.age"), divider="gray", anchor="by-age")
    ages = [numbers.by_age.get(age, 0) for age in codes.AGES_OF_FLAGS]
    words = [age_words(age) for age in codes.AGES_OF_FLAGS]
    told = "; ".join(f"{label} {count_words(n)}" for label, n in zip(words, ages, strict=True))
    charts.bars(words, ages, unit=say("flagged.unit"), alt=say("flagged.ages_alt", list=told))
    csv_button(screen, "flags-by-age", lambda: _ages_file(screen))


def _by_place(screen: Screen, numbers: Counts, followed: FollowedUp) -> None:
    """The stations of the county asked for, or the counties."""
    part = "county" if screen.filters.county is None else "station"
    st.header(say(f"flagged.by.{part}"), divider="gray", anchor="by-place")
    rows = _station_rows(screen) if part == "station" else _county_rows(screen, numbers, followed)
    if not rows:
        st.info(say("flagged.none"))
        return
    shown_table(rows, say(f"flagged.by_alt.{part}"))
    if part == "station":
        _flags_of_stations(screen)
    csv_button(screen, f"flags-by-{part}", lambda: _places_file(screen))


def _stations(screen: Screen) -> list[Station]:
    asked = screen.filters
    assert asked.county is not None
    return each_station(screen.records.flags.by_station(asked.scope, asked.county))


def _station_rows(screen: Screen) -> list[Row]:
    """A station a row: all its flags, and how many of them are of each severity."""
    return [
        {
            say("flagged.column.station"): station_words(station.name, station.code),
            say("flagged.column.flags"): count_words(station.flags),
            **{
                unbroken(severity_words(severity)): count_words(station.by_severity.get(severity, 0))
                for severity in Severity
            },
        }
        for station in _stations(screen)
    ]


def _flags_of_stations(screen: Screen) -> None:
    """A row a station and flag, the most urgent of each station first, made when somebody opens it."""
    with st.expander(say("flagged.each_station"), key="flags-of-stations", on_change="rerun") as opened:
        if opened.open:
            rows = [
                {
                    say("flagged.column.station"): station_words(station.name, station.code),
                    say("flagged.column.rule"): rule_title(one.rule),
                    say("flagged.column.severity"): unbroken(severity_words(BY_CODE[one.rule].severity)),
                    say("flagged.column.flags"): count_words(one.flags),
                }
                for station in _stations(screen)
                for one in station.by_rule
            ]
            shown_table(rows, say("flagged.each_station_alt"))


def _county_rows(screen: Screen, numbers: Counts, followed: FollowedUp) -> list[Row]:
    return [
        {
            say("flagged.column.county"): place.name,
            say("flagged.column.waiting"): count_words(numbers.by_county.get(place.county_code, 0)),
            **_in_time_row(screen, place.in_time),
        }
        for place in followed.by_county
    ]


def _in_time(screen: Screen, followed: FollowedUp) -> None:
    """Month by month, how many of the flags raised were followed up within their days."""
    st.header(say("flagged.in_time"), divider="gray", anchor="in-time")
    words = _share(screen, followed.whole)
    st.markdown(
        say_counted(
            "flagged.in_time_told",
            followed.whole.due,
            place=screen.filters.place,
            period=_months(screen),
            counted=fraction_words(followed.whole.met, followed.whole.due),
            share=words,
        )
    )
    parts = [say(f"flagged.state.{state}") for state in STATES]
    stacks = [Stack(month_words(month), found) for month, found in followed.by_month.items() if any(found)]
    if stacks:
        told = "; ".join(f"{stack.label}: {', '.join(_parts(parts, stack.sizes))}" for stack in stacks)
        stacked_bars(stacks, parts, unit=say("flagged.unit_raised"), alt=say("flagged.months_alt", list=told))
    rows = [
        {say("components.column.month"): month_words(month), **_in_time_row(screen, found)}
        for month, found in reversed(followed.by_month.items())
    ]
    shown_table(rows, say("flagged.months_table"))
    st.markdown(small(say("flagged.in_time_how")))
    csv_button(screen, "flags-followed-up", lambda: _months_file(screen))


def _parts(parts: Iterable[str], sizes: Iterable[float]) -> list[str]:
    return [f"{part} {count_words(round(size))}" for part, size in zip(parts, sizes, strict=True)]


def _in_time_row(screen: Screen, found: InTime) -> Row:
    states = {say(f"flagged.state.{state}"): count_words(number) for state, number in found._asdict().items()}
    return {say("flagged.column.in_time"): _share(screen, found), **states}


def _share(screen: Screen, found: InTime) -> str:
    """Of those whose days are over, in per cent; words where there is none, or too few."""
    if not found.due:
        return say("components.status.none_due")
    if found.due < screen.records.completeness.minimum:
        return say("components.status.too_few")
    return value_words(found.share, Unit.PERCENT)


def _months(screen: Screen) -> str:
    return period_words(months_after(screen.filters.month, 1 - YEAR), screen.filters.month)


def _names(screen: Screen) -> dict[int, str]:
    counties = screen.records.counties()
    return dict(zip(counties["county_code"].tolist(), counties["name"].tolist(), strict=True))


def _place(screen: Screen) -> dict[str, Any]:
    return {"scope": screen.filters.scope, "county_code": screen.filters.county}


def _year(screen: Screen) -> dict[str, int]:
    last = screen.filters.month
    return {"first_month": months_after(last, 1 - YEAR), "last_month": last}


def _table(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), dtype=object)


def _rules_file(screen: Screen) -> pd.DataFrame:
    """One row a rule: its open flags, and what became of those raised in the twelve months."""
    asked = screen.filters
    numbers = screen.records.flags.numbers(asked.scope, asked.county).by_rule
    followed = _followed(screen).by_rule
    return _table(
        {
            **_place(screen),
            "rule": flag.code,
            "title": rule_title(flag.code),
            "severity": flag.severity.value,
            "flags": numbers.get(flag.code, 0),
            **_year(screen),
            **followed.get(flag.code, InTime())._asdict(),
        }
        for flag in FLAGS
    )


def _ages_file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    numbers = screen.records.flags.numbers(asked.scope, asked.county).by_age
    return _table({**_place(screen), "age": age, "flags": numbers.get(age, 0)} for age in codes.AGES_OF_FLAGS)


def _places_file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    if asked.county is not None:
        told = screen.records.flags.by_station(asked.scope, asked.county)
        return _table({**_place(screen), **one._asdict(), "title": rule_title(one.rule)} for one in told)
    numbers = screen.records.flags.numbers(asked.scope).by_county
    return _table(
        {
            "scope": asked.scope,
            "county_code": place.county_code,
            "county": place.name,
            "flags": numbers.get(place.county_code, 0),
            **_year(screen),
            **place.in_time._asdict(),
        }
        for place in _followed(screen).by_county
    )


def _months_file(screen: Screen) -> pd.DataFrame:
    return _table(
        {**_place(screen), "raised_in": month, **found._asdict()} for month, found in _followed(screen).by_month.items()
    )
