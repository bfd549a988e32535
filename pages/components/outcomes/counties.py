"""Convictions county by county around the country's, and those of the chosen county's stations."""

import pandas as pd
import streamlit as st

from db.outcomes.convictions import SHARES, Around, Conviction
from db.records.outcomes import ByCounty, OfCounty, OfStation
from pages.components import tables
from pages.components.charts.funnel_plot import FunnelLimits, FunnelPoint, funnel_plot
from pages.components.comparison.county_funnel import HIGHER, LOWER, position_words
from pages.components.downloads import csv_button
from pages.components.filters import KENYA
from pages.components.outcomes.words import Followed, cell_words, share_words, span_words
from pages.components.phrases import count_words, period_words, small
from pages.components.plain import plain
from pages.components.wording import say

COUNTS = ("reported", "charged", "judged", "convicted", "acquitted", "convicted_otherwise")


def counties(followed: Followed) -> None:
    """The viewer's counties in the order of their codes, below the country; a row leads to its county."""
    st.header(say("outcomes.counties"), divider="gray", anchor="counties")
    found, county = followed.screen.records.outcomes.by_county(*followed.asked), followed.screen.filters.county
    for place, name in enumerate(SHARES):
        if found.limits[place] is not None:
            _funnel(followed, found, name, place)
    rows = [_row(say("components.kenya"), found.national, None)]
    rows += [_row(one.name, one.conviction, one.around, reported=one.has_reported) for one in found.counties]
    ids = [KENYA, *(one.county_code for one in found.counties)]
    alt = say("outcomes.by_county_alt")
    tables.choosable_table(rows, ids, chooses="county", chosen=county or KENYA, alt=alt)
    st.markdown(small(f"{say('outcomes.position_note')} {say('outcomes.source')}"))
    csv_button(followed.screen, "outcomes-convictions", lambda: _file(followed))
    if county is not None:
        _stations(followed, county)


def _funnel(followed: Followed, found: ByCounty, name: str, place: int) -> None:
    """The counties that have a share; the country's line and limits are all that an official sees beside the own."""
    share_name, national = say(f"outcomes.{name}"), getattr(found.national, name)
    st.subheader(say("outcomes.funnel_title", share=share_name.lower(), period=period_words(*followed.reported)))
    points = [_point(one, name) for one in found.counties if getattr(one.around, name) is not None]
    beyond = [point for point in points if point.side != "within"]
    kenya = say("outcomes.kenya", value=share_words(national))
    names = ", ".join(point.label for point in beyond) or say("outcomes.nowhere")
    funnel_plot(
        points,
        FunnelLimits(**vars(found.limits[place])),
        centre=national.value,
        centre_label=kenya,
        x_title=say(f"outcomes.size.{name}"),
        unit=say("outcomes.unit_share"),
        alt=say("outcomes.funnel_alt", share=share_name, n=len(points), kenya=kenya, names=names),
    )
    told = beyond if followed.screen.records.viewer.is_national else points
    listed = "; ".join(say("components.bar", label=point.label, n=point.position) for point in told)
    st.markdown(small(say("outcomes.positions", list=listed or say("outcomes.none_beyond"))))


def _point(one: OfCounty, name: str) -> FunnelPoint:
    share, place = getattr(one.conviction, name), getattr(one.around, name)
    side = "higher" if place in HIGHER else "lower" if place in LOWER else "within"
    return FunnelPoint(one.name, share.whole, share.value, side, position_words(place), cell_words(share))


def _stations(followed: Followed, county: int) -> None:
    st.subheader(say("outcomes.by_station", place=followed.screen.filters.place))
    held = followed.screen.records.outcomes.by_station(*followed.asked, county)
    if not held:
        st.info(say("outcomes.no_station"))
        return
    rows = [_station_row(one) for one in held]
    ids = [one.station_code for one in held]
    tables.choosable_table(rows, ids, chooses="station", chosen=followed.station, alt=say("outcomes.by_station_alt"))


def _station_row(one: OfStation) -> tables.Row:
    """Counts first: few stations have cases enough for a share."""
    row = {say("outcomes.column.station"): plain(one.name)}
    for name in ("reported", "charged", "judged", "convicted"):
        row[say(f"outcomes.column.{name}")] = count_words(getattr(one.conviction, name))
    return row | {say(f"outcomes.column.{name}"): cell_words(getattr(one.conviction, name)) for name in SHARES}


def _row(name: str, conviction: Conviction, around: Around | None, *, reported: bool = True) -> tables.Row:
    """A county, or the country, which lies nowhere but in the middle; of one that has not `reported`, nothing."""
    row = {say("components.column.county"): name}
    for share_name in SHARES:
        row[say(f"outcomes.column.{share_name}")] = cell_words(getattr(conviction, share_name))
        row[say(f"outcomes.column.{share_name}_position")] = position_words(getattr(around, share_name, None))
    for share_name in SHARES:
        row[say(f"outcomes.column.{share_name}_interval")] = span_words(getattr(conviction, share_name))
    if not reported:
        return dict.fromkeys(row, say("components.status.no_report")) | {say("components.column.county"): name}
    return row


def _file(followed: Followed) -> pd.DataFrame:
    """One row for the country, each of the viewer's counties, and each station of the county chosen."""
    outcomes, county = followed.screen.records.outcomes, followed.screen.filters.county
    found = outcomes.by_county(*followed.asked)
    stations = outcomes.by_station(*followed.asked, county) if county is not None else ()
    rows = [_line(found.national, place="national")]
    rows += [
        _line(one.conviction, one.around, place="county", county_code=one.county_code, name=one.name)
        | ({} if one.has_reported else dict.fromkeys(COUNTS))
        for one in found.counties
    ]
    rows += [
        _line(one.conviction, place="station", county_code=county, station_code=one.station_code, name=one.name)
        for one in stations
    ]
    return pd.DataFrame([followed.origin | row for row in rows], dtype=object)


def _line(conviction: Conviction, around: Around | None = None, **place: object) -> dict[str, object]:
    """Where it is, every number of it, and where its shares lie; what it does not have is empty."""
    line: dict[str, object] = {"county_code": "", "station_code": "", "name": ""} | place
    line |= {name: getattr(conviction, name) for name in COUNTS}
    for name in SHARES:
        share, position = getattr(conviction, name), getattr(around, name, None)
        line |= {name: share.value, f"{name}_lower": share.lower, f"{name}_upper": share.upper}
        line[f"{name}_position"] = position.value if position else None
    return line
