"""What a check or an import came to, in words: by file, the files that were not read, and the first refused rows."""

import streamlit as st

from db.intake import ImportSummary, Refusal
from pages.components.imports.jobs import Job
from pages.components.phrases import count_words, day_words
from pages.components.plain import plain
from pages.components.tables import shown_table
from pages.components.wording import say

COUNTS = ("rows", "added", "changed", "unchanged", "refused", "held")


def told(job: Job) -> None:
    """Draws the outcome of a job that has ended."""
    if job.summary is None:
        st.error(plain(job.sentence))
        return
    _headline(job, job.summary)
    if job.differs:
        st.warning(say("imports.differs"))
    _files(job.summary)
    _refused_files(job.summary)
    for notice in job.summary.notices:
        st.markdown(f"- {plain(notice)}")
    _refusals(job.summary)


def _headline(job: Job, summary: ImportSummary) -> None:
    taken = sum(file.taken_in for file in summary.files.values())
    not_in = sum(file.refused + file.held for file in summary.files.values())
    kind = "import" if job.imports else "check"
    st.subheader(say(f"imports.{kind}_ended"))
    words = say(f"imports.{kind}_told", taken=count_words(taken), not_in=count_words(not_in))
    if summary.data_date is not None:
        words = f"{words} {say(f'imports.{kind}_data_to', day=day_words(summary.data_date))}"
    {0: st.success, 1: st.warning, 2: st.error}[summary.exit_status](words)


def _files(summary: ImportSummary) -> None:
    rows = [
        {say("imports.column.file"): f"{name}.csv"}
        | {say(f"imports.column.{count}"): count_words(getattr(file, count)) for count in COUNTS}
        for name, file in summary.files.items()
    ]
    if rows:
        shown_table(rows, say("imports.files_alt"))


def _refused_files(summary: ImportSummary) -> None:
    rows = [
        {say("imports.column.name"): plain(name), say("imports.column.reason"): plain(reason)}
        for name, reason in summary.refused_files.items()
    ]
    if rows:
        st.markdown(say("imports.refused_files"))
        shown_table(rows, say("imports.refused_files_alt"))


def _refusals(summary: ImportSummary) -> None:
    rows = [
        {
            say("imports.column.where"): _place(refusal),
            say("imports.column.reason"): plain(refusal.reason),
        }
        for refusal in summary.refusals
    ]
    if not rows:
        return
    not_in = sum(file.refused + file.held for file in summary.files.values())
    key = "imports.first_refusals" if len(rows) < not_in else "imports.all_refusals"
    st.markdown(say(key, shown=count_words(len(rows)), n=count_words(not_in)))
    shown_table(rows, say("imports.first_refusals_alt"))


def _place(refusal: Refusal) -> str:
    words = say("imports.place", file=plain(refusal.file), line=refusal.line)
    return words if refusal.column is None else f"{words}, {plain(refusal.column)}"
