"""Files that are chosen, checked, and then taken in exactly as they were checked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from db.dates import today
from db.intake import Upload
from db.records import Records
from pages.components.imports.jobs import Job, begin_check, begin_import, job_of
from pages.components.imports.told import told
from pages.components.phrases import small
from pages.components.wording import say

MEGABYTE = 1_000_000
SECONDS_BETWEEN_LOOKS = 1.0
KINDS = ["csv", "xlsx", "zip"]


def taking_in(records: Records) -> None:
    """Draws the choice of files, what came of the last check or import, and the one button that is next."""
    job = job_of(records)
    at_work = job is not None and not job.has_ended
    chosen, data_to = _chosen(records, at_work=at_work)
    asked = (data_to, tuple((file.file_id, file.name) for file in chosen))
    if job is not None and at_work:
        _progress(job)
        return
    is_of_these = job is not None and job.asked == asked
    is_checked = is_of_these and job is not None and not job.imports and job.summary is not None
    st.button(
        say("imports.check"),
        key="imports-check",
        type="secondary" if is_checked else "primary",
        disabled=not chosen,
        on_click=lambda: begin_check(records, asked, lambda: _uploads(chosen), data_to),
    )
    if job is None:
        return
    if job.imports or is_of_these:
        told(job)
    elif chosen:
        st.info(say("imports.not_checked"))
    if is_checked and any(file.taken_in for file in job.summary.files.values()):
        st.markdown(say("imports.next"))
        st.button(
            say("imports.import"),
            key="imports-import",
            type="primary",
            on_click=lambda: begin_import(records, job, lambda: _uploads(chosen), data_to),
        )


def _chosen(records: Records, *, at_work: bool) -> tuple[Sequence[Any], date | None]:
    limits = records.imports
    chosen = st.file_uploader(
        say("imports.choose"),
        type=KINDS,
        accept_multiple_files=True,
        key="imports-files",
        disabled=at_work,
    )
    words = say(
        "imports.limits",
        files=limits.most_files,
        size=limits.most_bytes // MEGABYTE,
        unpacked=limits.limits.unpacked // MEGABYTE,
        lines=f"{limits.limits.lines:,}",
    )
    st.markdown(small(words))
    data_to = st.date_input(
        say("imports.data_to"),
        value=None,
        max_value=today(),
        key="imports-data-to",
        help=say("imports.data_to_help"),
        disabled=at_work,
        format="YYYY-MM-DD",
        width=320,
    )
    return chosen, data_to


def _uploads(chosen: Sequence[Any]) -> list[Upload]:
    return [Upload(file.name, file.getvalue()) for file in chosen]


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _progress(job: Job) -> None:
    if job.has_ended:
        st.rerun()
    st.progress(
        job.share,
        text=say("imports.at_work.import" if job.imports else "imports.at_work.check", doing=job.doing.lower()),
    )
    st.markdown(small(say("imports.goes_on")))
