"""Outcomes: who the suspects are, how far cases come, how they end, and what the courts decide."""

import streamlit as st

from db.outcomes.cohorts import COHORTS
from db.records import Records
from pages.components import frame
from pages.components.filters import chosen_cohort, chosen_station
from pages.components.frame import Screen
from pages.components.outcomes.convictions import convictions
from pages.components.outcomes.counties import counties
from pages.components.outcomes.curves import curves
from pages.components.outcomes.exits import exits
from pages.components.outcomes.relationships import relationships
from pages.components.outcomes.sentences import sentences
from pages.components.outcomes.words import Followed, cohort_words
from pages.components.phrases import count_words, month_words, period_words
from pages.components.wording import say

# The parts of this screen in their order, under the names by which links lead to them.
PARTS = {
    "relationships": relationships,
    "exits": exits,
    "over_time": curves,
    "convictions": convictions,
    "sentences": sentences,
    "counties": counties,
}


def page(records: Records) -> None:
    screen = frame.begin(records, say("outcomes.title"), follows_cohorts=True)
    if screen is None:
        return
    st.markdown(say("outcomes.lead"))
    followed = _followed(screen)
    if followed.reported.first > followed.reported.last:
        st.info(say("outcomes.no_month", month=month_words(followed.asked[0])))
        return
    if followed.cases == 0:
        st.info(say("outcomes.no_case", cohort=cohort_words(followed)))
        return
    _in_short(followed)
    for part in PARTS.values():
        part(followed)


def _followed(screen: Screen) -> Followed:
    """The cohort, and in a county the station, that the viewer chooses."""
    asked, outcomes = screen.filters, screen.records.outcomes
    with st.container(horizontal=True):
        cohort = chosen_cohort(COHORTS)
        reported = outcomes.months_of(cohort, asked.month)
        station, place = None, asked.place
        if asked.county is not None:
            held = outcomes.by_station(asked.month, asked.scope, reported, asked.county)
            names = {one.station_code: one.name for one in held}
            station = chosen_station(names)
            place = say("outcomes.station_of", name=names[station], place=asked.place) if station else place
    found = outcomes.of(asked.month, asked.scope, reported, asked.county, station)
    return Followed(screen, cohort, reported, station, place, found)


def _in_short(followed: Followed) -> None:
    """What became of the cases, in a sentence: every case is in one of its parts."""
    funnel = followed.outcomes.funnel
    kinds = {name: count_words(number) for name, number in funnel.by_kind.items()}
    period = period_words(*followed.reported)
    st.header(say("outcomes.in_short", n=count_words(funnel.cases), period=period, place=followed.place))
    convicted = count_words(funnel.left_by("convicted"))
    st.markdown(say("outcomes.in_short_parts", month=month_words(followed.asked[0]), convicted=convicted, **kinds))
    st.markdown(say(f"outcomes.cohort_words.{followed.cohort}"))
    links = " · ".join(f"[{say(f'outcomes.contents.{name}')}](#{name})" for name in PARTS)
    st.markdown(say("outcomes.contents.links", links=links))


if __name__ == "__main__":
    st.switch_page("dashboard.py")
