"""Definitions: how each thing is counted, written from the lists by which it is counted."""

from typing import Any

import streamlit as st

from db.indicators import INDICATORS
from db.measures import Indicator
from db.records import Records
from pages.components import frame, tables
from pages.components.phrases import day_words, target_words, title_words, unit_words
from pages.components.wording import say, say_or

SECTIONS = ("basics", "ends", "deadlines", "completeness", "intervals")


def page(records: Records) -> None:
    thresholds = _thresholds(records)
    _head(records)
    st.markdown(_contents())
    for section in SECTIONS:
        st.header(say(f"definitions.{section}"), divider="gray", anchor=section)
        st.markdown(say(f"definitions.{section}_text"))
    st.header(say("definitions.indicators"), divider="gray", anchor="indicators")
    for indicator in INDICATORS:
        st.markdown(_indicator_words(indicator, thresholds))
    _threshold_table(thresholds)


def _head(records: Records) -> None:
    """Mark, title and data date, which are open to roles without figures too."""
    state = records.state()
    frame.mark_demonstration(state)
    st.title(say("definitions.title"))
    st.markdown(say("definitions.lead"))
    if state.data_date is not None:
        st.caption(frame.data_words(state))


def _contents() -> str:
    """Links to the parts of this screen."""
    return " · ".join(f"[{say(f'definitions.{part}')}](#{part})" for part in (*SECTIONS, "indicators", "thresholds"))


def _thresholds(records: Records) -> dict[str, Any]:
    """The thresholds now in force, by code."""
    rows = records.thresholds()
    return {row.code: row for row in rows.sort_values("effective_from", kind="stable").itertuples(index=False)}


def _indicator_words(indicator: Indicator, thresholds: dict[str, Any]) -> str:
    counts = say("definitions.numerator", words=indicator.numerator_words)
    if indicator.denominator:
        counts = f"{counts} {say('definitions.denominator', words=indicator.denominator_words)}"
    lines = [
        f"{counts}.",
        *[say("definitions.not_yet_due", words=those.words) for those in indicator.not_yet_due],
        *[say("definitions.not_recorded", words=those.words) for those in indicator.not_recorded],
        say("definitions.basis", basis=indicator.basis.value),
        say("definitions.unit", unit=unit_words(indicator)),
        say("definitions.interval", interval=indicator.interval.value),
        _target_line(indicator, thresholds),
        say("definitions.cause", cause=indicator.cause.value),
        say("definitions.source", source=indicator.source),
        say("definitions.caveat", caveat=indicator.caveat),
    ]
    bullets = "\n".join(f"- {line}" for line in lines if line)
    return f"### {title_words(indicator)}\n{indicator.asks}\n\n{bullets}"


def _target_line(indicator: Indicator, thresholds: dict[str, Any]) -> str:
    if indicator.target is None:
        return say("definitions.no_target")
    row = thresholds[indicator.target.threshold]
    target = target_words(indicator, float(row.value), row.status)
    return say("definitions.target", target=target, source=row.source)


def _threshold_table(thresholds: dict[str, Any]) -> None:
    st.header(say("definitions.thresholds"), divider="gray", anchor="thresholds")
    st.markdown(say("definitions.thresholds_note"))
    rows = [
        {
            say("components.column.threshold"): _threshold_title(code),
            say("components.column.value"): say(f"definitions.threshold_unit.{row.unit}", value=row.value),
            say("components.column.kind"): say(f"components.target.{row.status}"),
            say("components.column.source"): row.source,
            say("components.column.in_force"): day_words(row.effective_from),
        }
        for code, row in thresholds.items()
    ]
    tables.shown_table(rows, say("definitions.thresholds_alt"))


def _threshold_title(code: str) -> str:
    """What a threshold sets: a target by the indicator that has it, the others by their own words."""
    for indicator in INDICATORS:
        if indicator.target is not None and indicator.target.threshold == code:
            return say("definitions.threshold_target.title", title=title_words(indicator))
    return say_or(f"definitions.threshold.{code}", code)


if __name__ == "__main__":
    st.switch_page("dashboard.py")
