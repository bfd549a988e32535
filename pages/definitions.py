"""Definitions: how each thing is counted, written from the lists by which it is counted."""

from typing import Any

import streamlit as st

from db.durations import STAGES, Stage
from db.findings import FINDINGS, Finding
from db.flags import FLAGS, Flag
from db.indicators import BY_CODE, INDICATORS
from db.measures import Indicator
from db.outcomes.over_time import OPEN, OUTCOMES
from db.records import Records
from pages.components import frame, tables
from pages.components.flagged.asked import rule_title, severity_words
from pages.components.phrases import day_words, small, target_words, threshold_words, title_words, unit_words
from pages.components.wording import say, say_or

SECTIONS = (
    "basics",
    "ends",
    "deadlines",
    "durations",
    "outcomes",
    "completeness",
    "stations",
    "intervals",
    "comparing",
)
LISTS = ("indicators", "findings", "flags", "thresholds")


def page(records: Records) -> None:
    thresholds = _thresholds(records)
    _head(records)
    st.markdown(_contents())
    for section in SECTIONS:
        st.header(say(f"definitions.{section}"), divider="gray", anchor=section)
        st.markdown("\n".join([say(f"definitions.{section}_text"), *_listed(section)]))
    st.header(say("definitions.indicators"), divider="gray", anchor="indicators")
    for indicator in INDICATORS:
        st.markdown(_indicator_words(indicator, thresholds))
    st.header(say("definitions.findings"), divider="gray", anchor="findings")
    st.markdown("\n".join([say("definitions.findings_text"), "", *[_finding_line(finding) for finding in FINDINGS]]))
    st.header(say("definitions.flags"), divider="gray", anchor="flags")
    st.markdown("\n".join([say("definitions.flags_text"), "", *[_flag_line(flag) for flag in FLAGS]]))
    _threshold_table(thresholds)


def _head(records: Records) -> None:
    """Mark, title and data date, which are open to roles without figures too."""
    state = records.state()
    frame.mark_demonstration(state)
    st.title(say("definitions.title"))
    st.markdown(say("definitions.lead"))
    if state.data_date is not None:
        st.markdown(small(frame.data_words(state)))


def _contents() -> str:
    """Links to the parts of this screen."""
    return " · ".join(f"[{say(f'definitions.{part}')}](#{part})" for part in (*SECTIONS, *LISTS))


def _listed(section: str) -> list[str]:
    """The declared list that a part explains, one line each."""
    if section == "durations":
        return [_stage_line(stage) for stage in STAGES]
    return [_outcome_line(outcome) for outcome in (*OUTCOMES, OPEN)] if section == "outcomes" else []


def _stage_line(stage: Stage) -> str:
    parts = [say("definitions.stage", title=stage.title)]
    if stage.deadline is not None:
        parts.append(say("definitions.stage_deadline", title=title_words(BY_CODE[stage.deadline])))
    if not stage.competes:
        parts.append(say("definitions.stage_alone"))
    return f"- {'; '.join(parts)}"


def _outcome_line(outcome: str) -> str:
    holds = say(f"outcomes.holds.{outcome}")
    return f"- {say('definitions.outcome', outcome=say(f'outcomes.outcome.{outcome}'), holds=holds)}"


def _finding_line(finding: Finding) -> str:
    words = {"words": finding.words, "among": finding.among_words, "to_do": finding.to_do}
    return f"- {say('definitions.finding', title=finding.title, **words)}"


def _flag_line(flag: Flag) -> str:
    due = "flag_due_after" if flag.due is None else "flag_due_missed"
    words = {"words": flag.words, "cause": flag.cause.value, "law": flag.law, "to_do": flag.to_do}
    named = {"title": rule_title(flag.code), "severity": severity_words(flag.severity)}
    told = say(
        "definitions.flag", **named, **words, due=say(f"definitions.{due}", threshold=_threshold_title(flag.days))
    )
    return f"- {told} {say('definitions.flag_lapses')}" if flag.lapses else f"- {told}"


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
            say("components.column.value"): threshold_words(row.unit, row.value),
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
