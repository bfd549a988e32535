"""The case that a screen shows: what its parts are drawn from."""

from dataclasses import dataclass

from db.casework import Outcome
from db.flagged.case_file import CaseFile, RaisedFlag
from db.records import DatabaseState, Records
from db.records.casework import CaseFollowUps


@dataclass(frozen=True)
class Opened:
    """One case as its viewer sees it now. `answered`: the form that was submitted last, and what came of it."""

    records: Records
    state: DatabaseState
    file: CaseFile
    follow_ups: CaseFollowUps
    answered: tuple[str, Outcome] | None

    @property
    def reference(self) -> str:
        return self.file.case_ref

    @property
    def seen(self) -> int:
        """The number of the last follow-up that this screen shows."""
        return self.follow_ups.work.number

    @property
    def open_flags(self) -> list[RaisedFlag]:
        """The flags open at the data date, by urgency."""
        return [flag for flag in self.file.flags if self._is_open(flag)]

    @property
    def past_flags(self) -> list[RaisedFlag]:
        """The flags that the data have cleared, the newest first."""
        past = [flag for flag in self.file.flags if not self._is_open(flag)]
        return sorted(past, key=lambda flag: flag.raised_on, reverse=True)

    def _is_open(self, flag: RaisedFlag) -> bool:
        data_date = self.state.data_date
        return flag.cleared_on is None or (data_date is not None and flag.cleared_on > data_date)

    def answer_to(self, form: str) -> Outcome | None:
        return self.answered[1] if self.answered is not None and self.answered[0] == form else None
