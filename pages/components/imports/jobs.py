"""Checks and imports at work: each goes on in a thread of its own, whatever becomes of the browser that began it.

Leaving the screen, a second click or a lost connection neither stops an import nor begins it twice. Of a job that has
ended only its outcome is kept, for whoever began it.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from db.access import AccessDenied
from db.intake import ImportRefused, ImportSummary, Upload
from db.records import Records
from db.records.imports import digest
from pages.components.failure import logged
from pages.components.wording import say


@dataclass
class Job:
    """A check, or the import of what was checked. Until `has_ended` the thread writes it; then it stays as it is."""

    imports: bool
    asked: object
    names: tuple[str, ...]
    doing: str = ""
    share: float = 0.0
    has_ended: bool = False
    digest: str = ""
    summary: ImportSummary | None = None
    # Why there is no summary, in one sentence.
    sentence: str = ""
    # Of an import: what its check had said.
    checked: ImportSummary | None = None

    @property
    def differs(self) -> bool:
        """Whether the import came to something else than its check."""
        return self.summary is not None and self.checked is not None and _told(self.summary) != _told(self.checked)


def _told(summary: ImportSummary) -> tuple[object, ...]:
    return summary.files, summary.refused_files, summary.data_date


_JOBS: dict[tuple[str, str], Job] = {}
_DOOR = threading.Lock()


def job_of(records: Records) -> Job | None:
    """The job that this viewer began last, on this database."""
    return _JOBS.get(_owner(records))


def begin_check(records: Records, asked: object, files: Callable[[], Sequence[Upload]], data_to: date | None) -> None:
    """Begins a check of `files`, unless a job of this viewer is at work. `asked` stands for what the screen asks."""
    _begin(records, Job(imports=False, asked=asked, names=()), files, data_to)


def begin_import(records: Records, check: Job, files: Callable[[], Sequence[Upload]], data_to: date | None) -> None:
    """Begins the import of exactly what was checked, unless it was begun already or the check is no longer the last."""
    job = Job(imports=True, asked=check.asked, names=check.names, digest=check.digest, checked=check.summary)
    _begin(records, job, files, data_to, after=check)


def _begin(
    records: Records,
    job: Job,
    files: Callable[[], Sequence[Upload]],
    data_to: date | None,
    after: Job | None = None,
) -> None:
    owner = _owner(records)
    with _DOOR:
        last = _JOBS.get(owner)
        if (last is not None and not last.has_ended) or (after is not None and last is not after):
            return
        _JOBS[owner] = job
    sent = files()
    job.names = tuple(file.name for file in sent)
    threading.Thread(target=_work, args=(records, job, sent, data_to), daemon=True).start()


def _work(records: Records, job: Job, sent: Sequence[Upload], data_to: date | None) -> None:
    def report(doing: str, share: float) -> None:
        job.doing, job.share = doing, min(max(share, 0.0), 1.0)

    try:
        found = digest(sent, data_to)
        if job.imports and found != job.digest:
            raise ImportRefused(say("imports.changed"))
        job.digest = found
        act = records.imports.take_in if job.imports else records.imports.check
        job.summary = act(sent, data_to=data_to, progress=report)
    except (ImportRefused, AccessDenied) as problem:
        job.sentence = str(problem)
    except Exception as error:  # noqa: BLE001 (whatever it is, its message must not leave)
        job.sentence = say("failure.other", reference=logged(error))
    finally:
        job.has_ended = True


def _owner(records: Records) -> tuple[str, str]:
    return str(records.engine.url), records.viewer.username
