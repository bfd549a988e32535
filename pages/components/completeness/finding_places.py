"""One finding on a screen: where it is, what to do about it and, for those who may see them, which records have it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.completeness.found import ROWS_A_PAGE, Found, FoundRow, PlaceFound
from db.findings import BY_CODE, FINDINGS, Finding, Kind
from pages.components.completeness.findings_shown import cohort_words, finding_title, share_of
from pages.components.downloads import csv_button
from pages.components.filters import chosen_finding
from pages.components.frame import Screen
from pages.components.phrases import NO_VALUE, count_words, day_words, month_words, small
from pages.components.plain import plain, station_words
from pages.components.tables import Row, shown_table
from pages.components.wording import say, say_counted

STATIONS_SHOWN = 25


def finding_by_place(screen: Screen) -> None:
    """The finding that is chosen: by county for the country, by station for one county, and row by row."""
    completeness, asked = screen.records.completeness, screen.filters
    st.header(say("completeness.where"), divider="gray")
    titles = {finding.code: finding_title(finding) for finding in FINDINGS}
    code = chosen_finding(titles)
    finding = BY_CODE[code]
    [found] = [one for one in completeness.findings(asked.month, asked.scope, asked.county) if one.finding is finding]
    counted = {"n": count_words(found.found), "m": count_words(found.examined), "among": finding.among_words}
    period = cohort_words(screen)
    st.markdown(say("completeness.counted", place=asked.place, words=finding.words, period=period, **counted))
    st.markdown(say("completeness.to_do", words=finding.to_do))
    if asked.county is None:
        _by_county(screen, finding)
    else:
        _by_station(screen, finding, asked.county)
    if completeness.may_see_rows:
        _rows(screen, found)


def _by_county(screen: Screen, finding: Finding) -> None:
    asked, minimum = screen.filters, screen.records.completeness.minimum
    places = screen.records.completeness.findings_by_county(finding.code, asked.month, asked.scope)
    if not places:
        return
    rows = [
        {
            say("components.column.county"): place.name,
            say("completeness.column.found"): count_words(place.found),
            say("completeness.column.of"): count_words(place.examined),
            say("completeness.column.share"): share_of(Found(finding, place.found, place.examined), minimum),
        }
        for place in places
    ]
    with st.expander(say("completeness.finding_by_county"), key="finding-by-county", on_change="rerun") as opened:
        if opened.open:
            shown_table(rows, say("completeness.places_alt", finding=finding_title(finding), place=asked.place))
    csv_button(screen, f"{finding.code}-by-county", lambda: _places_file(screen, finding))


def _by_station(screen: Screen, finding: Finding, county: int) -> None:
    asked = screen.filters
    places = screen.records.completeness.findings_by_station(finding.code, asked.month, asked.scope, county)
    if not places:
        st.info(say("completeness.nowhere", place=asked.place))
        return
    rows = [
        {
            say("completeness.column.station"): station_words(place.name, place.code),
            say("completeness.column.found"): count_words(place.found),
            say("completeness.column.cases"): count_words(place.examined),
        }
        for place in places[:STATIONS_SHOWN]
    ]
    shown_table(rows, say("completeness.places_alt", finding=finding_title(finding), place=asked.place))
    if len(places) > STATIONS_SHOWN:
        rest = {"shown": count_words(STATIONS_SHOWN), "n": count_words(len(places))}
        st.markdown(small(say("completeness.stations_rest", **rest)))
    csv_button(screen, f"{finding.code}-by-station", lambda: _places_file(screen, finding))


def _places_file(screen: Screen, finding: Finding) -> pd.DataFrame:
    completeness, asked = screen.records.completeness, screen.filters
    places: Sequence[PlaceFound] = (
        completeness.findings_by_county(finding.code, asked.month, asked.scope)
        if asked.county is None
        else completeness.findings_by_station(finding.code, asked.month, asked.scope, asked.county)
    )
    beside = "examined" if asked.county is None else "cases"
    rows = [
        {"finding": finding.code, "code": place.code, "name": place.name, "found": place.found, beside: place.examined}
        for place in places
    ]
    return pd.DataFrame(rows, dtype=object)


def _rows(screen: Screen, found: Found) -> None:
    """The records themselves, a page at a time, and the file of them all."""
    if not found.found:
        return
    completeness, asked, code = screen.records.completeness, screen.filters, found.finding.code
    st.subheader(say("completeness.rows", finding=finding_title(found.finding)))
    page = _page(screen, found)
    rows = completeness.rows(code, asked.month, asked.scope, asked.county, page)
    first = (page - 1) * ROWS_A_PAGE
    shown = {"first": count_words(first + 1), "last": count_words(first + len(rows))}
    st.markdown(small(say_counted("completeness.of_rows", found.found, **shown)))
    shown_table([_row(found.finding, row) for row in rows], say("completeness.rows_alt", place=asked.place))
    csv_button(screen, f"{code}-rows", lambda: _rows_file(screen, code))


def _page(screen: Screen, found: Found) -> int:
    """The page that is looked at; another finding, place or month begins at the first."""
    asked, pages = screen.filters, -(-found.found // ROWS_A_PAGE)
    if pages == 1:
        return 1
    return st.pagination(pages, key=f"rows-{found.finding.code}-{asked.county}-{asked.month}-{asked.scope}-{pages}")


def _row(finding: Finding, row: FoundRow) -> Row:
    words = {say("completeness.column.case"): plain(row.case_ref)}
    if row.attempt_ref:
        words[say("completeness.column.attempt")] = row.attempt_ref
    words[say("completeness.column.station")] = station_words(row.station, row.station_code)
    words[say("completeness.column.reported")] = month_words(row.month)
    if finding.kind is Kind.REPEATED:
        words[say("completeness.column.ob_number")] = row.ob_number or NO_VALUE
    if finding.kind is Kind.ORDER:
        words[say("completeness.column.first")] = day_words(row.start_on) if row.start_on else NO_VALUE
        words[say("completeness.column.then")] = day_words(row.end_on) if row.end_on else NO_VALUE
    if finding.kind is Kind.GAP:
        words[say("completeness.column.later")] = day_words(row.end_on) if row.end_on else NO_VALUE
    return words


def _rows_file(screen: Screen, code: str) -> pd.DataFrame:
    asked = screen.filters
    rows = screen.records.completeness.rows(code, asked.month, asked.scope, asked.county)
    table = pd.DataFrame(rows, columns=list(FoundRow._fields), dtype=object)
    table.insert(0, "finding", code)
    return table
