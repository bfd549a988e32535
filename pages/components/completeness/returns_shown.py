"""Returns of stations on a screen: of the month, month by month, by county or station, and who fell silent."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.completeness.returns import CountyReturns, Returns, StationWord, longest_silence_first
from db.dates import month_text, months_after, months_through
from db.figures import YEAR
from db.measures import Unit
from pages.components.charts.stacked import Stack, stacked_bars
from pages.components.downloads import csv_button
from pages.components.filters import KENYA
from pages.components.frame import Screen
from pages.components.phrases import (
    NO_VALUE,
    count_words,
    day_words,
    month_words,
    period_words,
    small,
    value_words,
)
from pages.components.plain import plain, station_words
from pages.components.tables import Row, choosable_table, shown_table
from pages.components.wording import say, say_counted

STATIONS_SHOWN = 15
PARTS = ("in_time", "late", "not_yet_due", "missing")
COLUMNS = ("missing", "late", "in_time", "not_yet_due")


def returns_headline(screen: Screen) -> None:
    """In one look: what came in for the month under review, and how many stations are silent."""
    asked = screen.filters
    returns = screen.records.completeness.returns_by_month(asked.month, asked.county)[asked.month]
    month = month_words(asked.month)
    if not returns.due:
        st.header(say("completeness.none_due", place=asked.place, month=month, n=count_words(returns.not_yet_due)))
        return
    counted = {"received": count_words(returns.received), "due": count_words(returns.due)}
    st.header(say("completeness.headline", place=asked.place, month=month, **counted))
    came = {"in_time": count_words(returns.in_time), "late": count_words(returns.late)}
    st.markdown(say_counted("completeness.of_month", returns.missing, **came))


def silent_stations(screen: Screen) -> None:
    """The stations whose newest return is missing, the longest silence first."""
    completeness = screen.records.completeness
    newest = completeness.newest_month_due()
    words = completeness.last_words(screen.filters.county)
    silent = longest_silence_first(words)
    st.header(say("completeness.silent"), divider="gray")
    if newest is None:
        return
    never = [word for word in silent if word.last_return_month is None]
    of_return = {"of": count_words(len(words)), "month": month_words(newest), "day": day_words(screen.state.data_date)}
    told = [say_counted("completeness.silent_counted", len(silent), **of_return)]
    if never:
        told.append(say("completeness.silent_never", n=count_words(len(never))))
    st.markdown(" ".join(told))
    if not silent:
        return
    rows = [_silent_row(word, screen.filters.county) for word in silent[:STATIONS_SHOWN]]
    shown_table(rows, say("completeness.silent_alt"))
    if len(silent) > STATIONS_SHOWN:
        rest = {"shown": count_words(STATIONS_SHOWN), "n": count_words(len(silent))}
        st.markdown(small(say("completeness.silent_rest", **rest)))
    csv_button(screen, "silent-stations", lambda: _silent_file(screen))


def _silent_row(word: StationWord, county: int | None) -> Row:
    newest = month_words(word.last_return_month) if word.last_return_month else say("completeness.never")
    row = {
        say("completeness.column.station"): station_words(word.name, word.station_code),
        say("completeness.column.last_return"): newest,
        say("completeness.column.months_missing"): count_words(word.months_missing),
        say("completeness.column.last_life"): day_words(word.last_life_on) if word.last_life_on else NO_VALUE,
    }
    return row if county else row | {say("components.column.county"): word.county}


def _silent_file(screen: Screen) -> pd.DataFrame:
    silent = longest_silence_first(screen.records.completeness.last_words(screen.filters.county))
    return pd.DataFrame(silent, columns=list(StationWord._fields), dtype=object)


def returns_shown(screen: Screen) -> None:
    """The returns month by month, drawn and as a table, then by county and, of one county, by station."""
    asked = screen.filters
    st.header(say("completeness.returns"), divider="gray")
    by_month = screen.records.completeness.returns_by_month(asked.month, asked.county)
    by_month = {month: returns for month, returns in by_month.items() if returns.due or returns.not_yet_due}
    if not by_month:
        st.info(say("completeness.no_returns"))
        return
    period = period_words(min(by_month), max(by_month))
    st.subheader(say("completeness.by_month", place=asked.place, period=period))
    shown = [
        part for part in PARTS if part != "not_yet_due" or any(returns.not_yet_due for returns in by_month.values())
    ]
    parts = [say(f"completeness.part.{part}") for part in shown]
    bars = [
        Stack(month_words(month), [getattr(returns, part) for part in shown]) for month, returns in by_month.items()
    ]
    alt = say("completeness.by_month_alt", place=asked.place, period=period)
    stacked_bars(bars, parts, unit=say("completeness.unit"), alt=alt, unknown=True)
    with st.expander(say("components.course_table"), key="returns-by-month", on_change="rerun") as opened:
        if opened.open:
            shown_table([_returns_row(month_words(month), "month", by_month[month]) for month in by_month], alt)
            csv_button(screen, "returns-by-month", lambda: _months_file(screen))
    st.markdown(small(say("completeness.returns_note")))
    if asked.county is None:
        _by_county(screen)
    else:
        _by_station(screen, asked.county)


def _returns_row(label: str, column: str, returns: Returns) -> Row:
    """How much of what was due is in, and the numbers, what is missing first."""
    row = {
        say(f"components.column.{column}"): label,
        say("completeness.column.due"): count_words(returns.due),
        say("completeness.column.received"): value_words(returns.share, Unit.PERCENT),
    }
    return row | {say(f"completeness.part.{part}"): count_words(getattr(returns, part)) for part in COLUMNS}


def _months_file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    by_month = screen.records.completeness.returns_by_month(asked.month, asked.county)
    rows = [
        {"month": month_text(month), "county_code": asked.county, "due": returns.due, **returns._asdict()}
        for month, returns in by_month.items()
    ]
    return pd.DataFrame(rows, dtype=object)


def _by_county(screen: Screen) -> None:
    """The counties in the order of their codes, to choose one."""
    counties = screen.records.completeness.returns_by_county(screen.filters.month)
    if not counties:
        return
    period = _period(screen)
    st.subheader(say("completeness.by_county", period=period))
    choosable_table(
        [_returns_row(county.name, "county", county.returns) for county in counties],
        [county.county_code for county in counties],
        chooses="county",
        chosen=KENYA,
        alt=say("completeness.by_county_alt", period=period),
    )
    csv_button(screen, "returns-by-county", lambda: _counties_file(screen))


def _counties_file(screen: Screen) -> pd.DataFrame:
    counties: Sequence[CountyReturns] = screen.records.completeness.returns_by_county(screen.filters.month)
    rows = [
        {
            "county_code": county.county_code,
            "name": county.name,
            "due": county.returns.due,
            **county.returns._asdict(),
        }
        for county in counties
    ]
    return pd.DataFrame(rows, dtype=object)


def _by_station(screen: Screen, county: int) -> None:
    asked = screen.filters
    months = months_through(months_after(asked.month, 1 - YEAR), asked.month)
    stations = screen.records.completeness.returns_by_station(asked.month, county)
    st.subheader(say("completeness.by_station", place=asked.place, period=_period(screen)))
    heads = [_short(month) for month in months]
    rows = [
        {
            say("completeness.column.code"): plain(station.station_code),
            say("completeness.column.station"): plain(station.name),
        }
        | {head: say(f"completeness.state.{state}") for head, state in zip(heads, station.states, strict=True)}
        for station in stations
    ]
    st.dataframe(
        pd.DataFrame(rows),
        height="content",
        hide_index=True,
        alt=say("completeness.by_station_alt", place=asked.place),
        column_config={say("completeness.column.code"): st.column_config.Column(pinned=True)},
    )
    csv_button(screen, "returns-by-station", lambda: _stations_file(screen, county))


def _stations_file(screen: Screen, county: int) -> pd.DataFrame:
    asked = screen.filters
    months = months_through(months_after(asked.month, 1 - YEAR), asked.month)
    rows = [
        {"county_code": county, "station_code": station.station_code, "month": month_text(month), "state": state}
        for station in screen.records.completeness.returns_by_station(asked.month, county)
        for month, state in zip(months, station.states, strict=True)
    ]
    return pd.DataFrame(rows, dtype=object)


def _period(screen: Screen) -> str:
    first = max(months_after(screen.filters.month, 1 - YEAR), screen.state.first_month)
    return period_words(first, screen.filters.month)


def _short(month: int) -> str:
    """The head of a narrow column: the first letters of the month, and its year."""
    return say("completeness.short_month", month=month_words(month)[:3], year=str(month // 100)[2:])
