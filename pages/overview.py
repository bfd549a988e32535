"""Overview: is the directive obeyed this month, where not, and what else needs a decision."""

import pandas as pd
import streamlit as st

from db.dates import month_of, months_after
from db.figures import Figure, Status
from db.indicators import BY_CODE
from db.measures import Basis, Indicator
from db.records import Records
from pages.components import charts, frame, tables
from pages.components.cards import CARD_WIDTH, card, lines, rising_words
from pages.components.charts import Points
from pages.components.comparison.county_funnel import county_funnel, shown_funnel, with_positions
from pages.components.downloads import csv_button
from pages.components.filters import KENYA, chosen_indicator
from pages.components.frame import Screen
from pages.components.maps.county_map import county_map
from pages.components.phrases import (
    before_directive_words,
    count_words,
    day_words,
    interval_kind,
    month_words,
    period_words,
    shown_value,
    small,
    status_words,
    target_words,
    title_words,
    unit_words,
)
from pages.components.questions import QUESTIONS, Question, questions_of
from pages.components.windows import is_rolling, national_year, shown_counties, shown_course, shown_figures
from pages.components.wording import say, say_counted

MONTHS_OF_CARD = 12
MONTHS_OF_COURSE = 24
FIRST_COMPARED = "silent-exits"
OFFICIAL = "official"
BREACHES = "breaches"
EXTENDED = "extended"
COUNTIES = "counties"


def page(records: Records) -> None:
    screen = frame.begin(records, say("overview.title"))
    if screen is None:
        return
    figures = shown_figures(screen)
    points = charts.course_points(shown_course(screen, MONTHS_OF_COURSE))
    before_directive = screen.filters.month < month_of(screen.state.directive_on)
    _headline(screen, figures, "unlawful-stops" if before_directive else BREACHES)
    marks = say("overview.marks", day=day_words(screen.state.directive_on))
    st.markdown(f"{_contents()}\n\n{small(marks)}")
    for question in questions_of(before_directive=before_directive):
        _question(screen, question, figures, points)
    _counties(screen, figures, points)


def _headline(screen: Screen, figures: dict[str, Figure], code: str) -> None:
    """The answer in one look: breaches and where, the month before, what fell silent, which targets are missed."""
    lead = figures[code]
    period = period_words(lead.first_month, lead.month)
    with st.container(border=True):
        if lead.status is Status.NO_REPORT:
            whole = figures["attempts"]
            period = period_words(whole.first_month, whole.month)
            st.header(say("overview.no_report", place=screen.filters.place, period=period))
            return
        stopped = _counted(code, lead.numerator, period=period)
        where = _where(screen, lead)
        headline = _counted("in_counties", len(where), words=stopped) if where else f"{stopped}."
        if screen.filters.county is not None:
            headline = say("overview.at_place", place=screen.filters.place, words=headline)
        st.header(headline)
        st.markdown("\n".join(f"- {line}" for line in _supporting(screen, figures, lead, where) if line))


def _contents() -> str:
    """Links to the parts of this screen."""
    names = [*[question.name for question in QUESTIONS], COUNTIES]
    links = " · ".join(f"[{say(f'overview.part.{name}')}](#{name})" for name in names)
    return say("overview.contents", links=links)


def _counted(thing: str, count: int, **values: object) -> str:
    """The words for so many of `thing`: none, one or many."""
    return say_counted(f"overview.{thing}", count, **values)


def _where(screen: Screen, lead: Figure) -> list[str]:
    """The counties in which the stops of the month took place, each with its number; only for who sees them all."""
    asked = screen.filters
    if asked.county is not None or not screen.records.viewer.is_national or not lead.numerator:
        return []
    code = lead.indicator.code
    counts = screen.records.counts_by_county([code], asked.month, asked.scope)
    places = zip(counts["name"].tolist(), counts[code].tolist(), strict=True)
    stopped = sorted((place for place in places if place[1]), key=lambda place: -place[1])
    return [say("overview.where_county", county=name, n=count_words(count)) for name, count in stopped]


def _supporting(screen: Screen, figures: dict[str, Figure], lead: Figure, where: list[str]) -> list[str]:
    """The sentences below the headline; an empty one has nothing to say."""
    received, expected = count_words(lead.returns_received), count_words(lead.returns_expected)
    return [
        say("overview.where", list=", ".join(where)) if where else "",
        say("overview.extended") if screen.filters.scope == EXTENDED else "",
        _earlier(screen, lead),
        _period_of_the_rest(lead, figures["attempts"]),
        _stops_before(screen, figures) if lead.indicator.code == BREACHES else "",
        _silent(figures["silent-exits"]),
        _attempts(figures["attempts"], figures["attempts-pending"]),
        *_missed(figures),
        say("overview.returns", received=received, expected=expected),
    ]


def _earlier(screen: Screen, lead: Figure) -> str:
    """The same figure of the month before; nothing for a county, whose twelve months overlap with those before.

    The month before the directive had no breaches to compare with.
    """
    asked, state = screen.filters, screen.state
    begins = month_of(state.directive_on) if lead.indicator.code == BREACHES else state.first_month
    if asked.county is not None or asked.month <= begins:
        return ""
    before = screen.records.figure(lead.indicator.code, months_after(asked.month, -1), asked.scope)
    if before.status is Status.NO_REPORT:
        return ""
    return _counted("earlier", before.numerator, period=period_words(before.first_month, before.month))


def _period_of_the_rest(lead: Figure, other: Figure) -> str:
    if lead.first_month == other.first_month:
        return ""
    return say("overview.rest", period=period_words(other.first_month, other.month))


def _silent(silent: Figure) -> str:
    if silent.status in (Status.NONE_DUE, Status.NO_REPORT):
        return say("overview.silent_unknown", status=status_words(silent.status))
    share = "" if silent.value is None else say("overview.share", value=shown_value(silent))
    return _counted("silent", silent.numerator, denominator=count_words(silent.denominator or 0), share=share)


def _attempts(attempts: Figure, pending: Figure) -> str:
    words = _counted("attempts", attempts.numerator)
    return f"{words} {_counted('pending', pending.numerator)}" if attempts.numerator else words


def _missed(figures: dict[str, Figure]) -> list[str]:
    """The official targets that are missed, by name, and how many of the provisional ones."""
    measured = [figure for figure in figures.values() if figure.status in (Status.MET, Status.MISSED)]
    missed = [figure for figure in measured if figure.status is Status.MISSED]
    official = [figure for figure in missed if figure.target_status == OFFICIAL]
    words = []
    if official:
        titles = [title_words(figure.indicator) for figure in official]
        words.append(say("overview.missed_official", list="; ".join(titles)))
    if len(missed) > len(official):
        of = sum(figure.target_status != OFFICIAL for figure in measured)
        words.append(say("overview.missed_provisional", n=len(missed) - len(official), m=of))
    return words or [say("overview.missed_none")]


def _stops_before(screen: Screen, figures: dict[str, Figure]) -> str:
    """Why there are more unlawful stops than breaches, where there are."""
    stops = figures["unlawful-stops"]
    words = before_directive_words(stops, figures[BREACHES], screen.state.directive_on)
    named = say("components.bar", label=title_words(stops.indicator), n=shown_value(stops))
    return f"{named}. {words}" if words else ""


def _question(screen: Screen, question: Question, figures: dict[str, Figure], points: Points) -> None:
    st.header(say(f"overview.question.{question.name}"), divider="gray", anchor=question.name)
    grid = st.grid(len(question.leads), min_column_width=CARD_WIDTH, border=True)
    for code in question.leads:
        with grid.cell():
            card(figures[code], points[code][-MONTHS_OF_CARD:], screen.state)
    lines(say("overview.others"), [figures[code] for code in question.others])
    tables.course_table(screen, question.name, question.codes, points)


def _counties(screen: Screen, figures: dict[str, Figure], points: Points) -> None:
    """One figure for all of the viewer's counties: the map, where they lie around the country, course and table."""
    st.header(say("overview.counties"), divider="gray", anchor=COUNTIES)
    code = chosen_indicator([code for question in QUESTIONS for code in question.codes], default=FIRST_COMPARED)
    indicator = BY_CODE[code]
    national, counties = national_year(screen, code), shown_counties(screen, indicator)
    st.markdown(_counties_note(indicator, national))
    around = shown_funnel(screen, indicator)
    left, right = st.columns([3, 2] if len(counties) > 1 else [2, 3], gap="medium")
    with left:
        _map(indicator, national, counties)
    with right:
        if around is None:
            _course(screen, figures[code], points)
        else:
            county_funnel(screen, indicator, national, around)
    if around is not None:
        _course(screen, figures[code], points)
    st.subheader(say("overview.table_title"))
    alt = say("overview.table_alt", title=title_words(indicator))
    tables.choosable_table(
        with_positions(tables.county_rows(indicator, national, counties), around),
        [KENYA, *counties["county_code"].tolist()],
        chooses="county",
        chosen=screen.filters.county or KENYA,
        alt=alt,
    )
    csv_button(screen, f"{code}-by-county", lambda: _counties_file(screen, code))


def _counties_note(indicator: Indicator, national: Figure) -> str:
    stock = indicator.basis is Basis.STOCK
    key = "overview.counties_stock_note" if stock else "overview.counties_note"
    note = say(key, period=period_words(national.first_month, national.month))
    return f"**{indicator.asks}** {note} *{indicator.caveat}*"


def _map(indicator: Indicator, national: Figure, counties: pd.DataFrame) -> None:
    period = period_words(national.first_month, national.month)
    st.subheader(say("overview.map_title", title=title_words(indicator), unit=unit_words(indicator), period=period))
    county_map(indicator, national, counties)
    st.markdown(small(f"{say('overview.map_legend')} {say('components.source', source=indicator.source)}"))


def _course(screen: Screen, figure: Figure, points: Points) -> None:
    indicator, place = figure.indicator, screen.filters.place
    titles = {"title": title_words(indicator), "place": place, "unit": unit_words(indicator)}
    st.subheader(say("overview.course_title", **titles))
    charts.large_course(
        indicator,
        points[indicator.code],
        directive_on=screen.state.directive_on,
        target=figure.target,
    )
    below = [
        _covers(screen, indicator),
        rising_words(figure, screen.state),
        _marks(figure),
        say("components.source", source=indicator.source),
    ]
    st.markdown(small(" ".join(words for words in below if words)))
    tables.course_table(screen, "chosen", (indicator.code,), points)


def _covers(screen: Screen, indicator: Indicator) -> str:
    """Which months a point of the course covers."""
    if is_rolling(screen, indicator):
        return say("overview.course_rolling")
    if indicator.basis is Basis.COHORT:
        return say("components.young", month=month_words(screen.filters.month))
    return say("overview.course_monthly")


def _marks(figure: Figure) -> str:
    """What the dotted line and the shaded band of the course are."""
    target = target_words(figure.indicator, figure.target, figure.target_status)
    dotted = say("overview.dotted", target=target) if target else ""
    shaded = say(f"overview.shaded.{interval_kind(figure.indicator)}")
    return " ".join(words for words in (dotted, shaded) if words)


def _counties_file(screen: Screen, code: str) -> pd.DataFrame:
    asked = screen.filters
    counties = shown_counties(screen, BY_CODE[code])
    months = {"first_month": national_year(screen, code).first_month, "month": asked.month}
    for position, (name, value) in enumerate({"indicator": code, **months, "scope": asked.scope}.items()):
        counties.insert(position, name, value)
    around = shown_funnel(screen, BY_CODE[code])
    if around is not None:
        counties["position"] = [one.place and one.place.value for one in around.positions]
    return counties.drop(columns=["tile_row", "tile_column"])


if __name__ == "__main__":
    st.switch_page("dashboard.py")
