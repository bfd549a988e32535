"""Deadlines and hand-offs: how many cases were in time, late, waiting, or lost between two services."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from db.causes import Compared, Kept, kept
from db.figures import Status
from db.indicators import BY_CODE, DEADLINES
from db.records.causes import HandedOver
from pages.components import tables
from pages.components.attempts import first_month
from pages.components.charts.stacked import Stack, stacked_bars
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import count_words, small, status_words, title_words
from pages.components.wording import say, say_counted

OF_DEADLINES = [deadline.code for deadline in DEADLINES]


def deadlines(screen: Screen, compared: Mapping[str, Compared], codes: Sequence[str]) -> None:
    """Draws the deadlines among `codes`: met, missed, not yet due, not recorded; nothing where there is none."""
    found = {code: kept(compared[code].now) for code in codes if code in OF_DEADLINES}
    if not found:
        return
    st.header(say("causes.deadlines"), divider="gray", anchor="deadlines")
    parts = [say(f"causes.kept.{part}") for part in Kept._fields]
    stacks = [Stack(title_words(BY_CODE[code]), numbers) for code, numbers in found.items() if numbers and any(numbers)]
    if stacks:
        alt = say("causes.deadlines_alt", list="; ".join(_told(stack, parts) for stack in stacks))
        stacked_bars(stacks, parts, unit=say("causes.deadlines_unit"), alt=alt, shares=True, unknown=True)
    rows = [
        {say("county.column.figure"): title_words(BY_CODE[code])}
        | dict(zip(parts, _numbers_words(numbers), strict=True))
        for code, numbers in found.items()
    ]
    tables.shown_table(rows, say("causes.deadlines_table"))
    sources = "; ".join(dict.fromkeys(BY_CODE[code].source for code in found))
    st.markdown(small(f"{say('causes.deadlines_note')} {say('components.source', source=sources)}"))
    csv_button(screen, "cause-deadlines", lambda: deadlines_file(screen, list(found)))


def deadlines_file(screen: Screen, codes: Sequence[str]) -> pd.DataFrame:
    """One row a deadline, with the number of cases in each of its four states."""
    asked = screen.filters
    compared = screen.records.causes.compared(codes, asked.month, asked.scope, asked.county)
    place = {"month": asked.month, "scope": asked.scope, "county_code": asked.county}
    rows = [
        {
            **place,
            "indicator": code,
            "first_month": compared[code].now.first_month,
            **numbers_of(kept(compared[code].now)),
        }
        for code in codes
    ]
    return pd.DataFrame(rows, dtype=object)


def _numbers_words(numbers: Kept | None) -> list[str]:
    """The four numbers; of a place that sent nothing, none of them."""
    if numbers is None:
        return [status_words(Status.NO_REPORT)] * len(Kept._fields)
    return [count_words(number) for number in numbers]


def _told(stack: Stack, parts: Sequence[str]) -> str:
    numbers = [f"{part} {count_words(int(size))}" for part, size in zip(parts, stack.sizes, strict=True)]
    return f"{stack.label}: {', '.join(numbers)}"


def hand_offs(screen: Screen) -> None:
    """Draws the table of the hand-offs between services, along the path of a case."""
    st.header(say("causes.hand_offs"), divider="gray", anchor="hand-offs")
    st.markdown(say("causes.hand_offs_note"))
    tables.shown_table([_row(one) for one in _handed_over(screen)], say("causes.hand_offs_alt"))
    csv_button(screen, "hand-offs", lambda: _file(screen))


def numbers_of(found: Kept | None) -> dict[str, int | None]:
    """The four numbers as they leave in a file: empty without a report."""
    return dict.fromkeys(Kept._fields) if found is None else found._asdict()


def _handed_over(screen: Screen) -> list[HandedOver]:
    asked = screen.filters
    return screen.records.causes.hand_offs(asked.month, asked.scope, asked.county)


def _row(one: HandedOver) -> tables.Row:
    met, missed, not_yet_due, not_recorded = _numbers_words(one.kept)
    return {
        say("causes.column.from"): say(f"causes.party.{one.hand_off.giver}"),
        say("causes.column.to"): say(f"causes.party.{one.hand_off.receiver}"),
        say("components.column.threshold"): say_counted("definitions.threshold_unit.days", one.days),
        say("causes.column.in_time"): met,
        say("causes.column.late"): missed,
        say("causes.column.broken"): not_recorded,
        say("causes.column.waiting"): not_yet_due,
    }


def _file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    rows = [
        {
            "first_month": first_month(screen),
            "month": asked.month,
            "scope": asked.scope,
            "county_code": asked.county,
            "indicator": one.hand_off.code,
            "from": one.hand_off.giver,
            "to": one.hand_off.receiver,
            "threshold_days": one.days,
            **numbers_of(one.kept),
        }
        for one in _handed_over(screen)
    ]
    return pd.DataFrame(rows, dtype=object)
