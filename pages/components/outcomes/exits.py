"""How far cases came on their way to judgment, and by which exit they left it: bars, tables and file."""

import pandas as pd
import streamlit as st

from db.outcomes.funnel import EXITS, Stage
from pages.components import tables
from pages.components.charts.grouped_bars import Group, grouped_bars
from pages.components.downloads import csv_button
from pages.components.outcomes.words import Followed, cohort_words, number_words, share_words
from pages.components.phrases import code_words, count_words, small
from pages.components.wording import say

# What becomes of the cases at a stage; what is open may still go on.
PARTS = ("went_on", *EXITS)


def exits(followed: Followed) -> None:
    st.header(say("outcomes.exits"), divider="gray", anchor="exits")
    st.subheader(say("outcomes.exits_title", cohort=cohort_words(followed)))
    funnel = followed.outcomes.funnel
    parts = [say(f"outcomes.part.{part}") for part in PARTS]
    by_stage = {
        code_words("stage", stage.code): list(zip(parts, stage.by_kind, strict=True)) for stage in funnel.stages
    }
    listed = "; ".join(f"{stage}: {_sizes_words(sizes)}" for stage, sizes in by_stage.items())
    # Those that went on are the next stage's own bar.
    groups = [
        Group(stage, at.reached, sizes[1:]) for at, (stage, sizes) in zip(funnel.stages, by_stage.items(), strict=True)
    ]
    alt = say("outcomes.exits_alt", list=listed)
    grouped_bars(groups, unit=say("outcomes.unit_cases"), alt=alt, open_part=parts[-1])
    st.markdown(small(say("outcomes.exits_read")))
    tables.shown_table([_stage_row(followed, stage) for stage in funnel.stages], say("outcomes.stages_alt"))
    _reclassified(followed)
    st.subheader(say("outcomes.by_exit_title", cohort=cohort_words(followed)))
    tables.shown_table(_exit_rows(followed), say("outcomes.by_exit_alt"))
    st.markdown(small(f"{say('outcomes.exits_note')} {say('outcomes.source')}"))
    csv_button(followed.screen, "outcomes-exits", lambda: _file(followed))


def _sizes_words(sizes: list[tuple[str, int]]) -> str:
    return ", ".join(f"{part} {count_words(size)}" for part, size in sizes if size)


def _stage_row(followed: Followed, stage: Stage) -> tables.Row:
    row = {
        say("outcomes.column.stage"): code_words("stage", stage.code),
        say("outcomes.column.reached"): count_words(stage.reached),
        say("outcomes.column.of_all"): share_words(
            followed.outcomes.funnel.share_reaching(stage, followed.outcomes.minimum)
        ),
    }
    for part, number in zip(PARTS, stage.by_kind, strict=True):
        row[say(f"outcomes.part.{part}")] = count_words(number)
    return row


def _reclassified(followed: Followed) -> None:
    funnel = followed.outcomes.funnel
    own = funnel.left_by("reclassified")
    numbers = {"n": count_words(funnel.reclassified), "own": count_words(own)}
    st.markdown(say("outcomes.reclassified" if funnel.reclassified else "outcomes.none_reclassified", **numbers))


def _exit_rows(followed: Followed) -> list[tables.Row]:
    funnel, minimum = followed.outcomes.funnel, followed.outcomes.minimum
    return [
        {
            say("outcomes.column.exit"): code_words("exit", code),
            say("components.column.law"): code_words("law_of_exit", code),
            say("outcomes.column.cases"): number_words(funnel.share_leaving(code, minimum)),
        }
        for part in EXITS.values()
        for code in part
    ]


def _file(followed: Followed) -> pd.DataFrame:
    """One row a stage and exit; `cases` are those that came no further than the stage and left it so."""
    outcomes = followed.screen.records.outcomes.of(*followed.asked, followed.screen.filters.county, followed.station)
    rows = [
        {**followed.origin, "stage": stage.code, "reached": stage.reached, "exit": code, "cases": number}
        for stage in outcomes.funnel.stages
        for code, number in stage.left
    ]
    return pd.DataFrame(rows, dtype=object)
