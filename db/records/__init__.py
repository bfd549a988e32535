"""Everything that one viewer may read: bound to a pass that is checked anew at each reading, with the scope inside."""

from db.casework import Casework
from db.records.accounts import AccountRecords
from db.records.audit import AuditRecords
from db.records.bound import DatabaseState
from db.records.cases import CaseRecords
from db.records.casework import CaseworkRecords
from db.records.causes import CauseRecords
from db.records.comparisons import ComparisonRecords
from db.records.completeness import CompletenessRecords
from db.records.county import CountyRecords
from db.records.flags import FlagRecords
from db.records.imports import ImportRecords
from db.records.indicators import IndicatorRecords
from db.records.outcomes import OutcomeRecords
from db.records.stations import StationRecords
from db.records.timelines import TimelineRecords

__all__ = ["DatabaseState", "Records"]


class Records(IndicatorRecords):
    """What the holder of a pass may read, no more; a further group of readings is an attribute named for its view."""

    @property
    def accounts(self) -> AccountRecords:
        """What the holder may read and write of accounts, each change in a transaction of its own."""
        return AccountRecords(self)

    @property
    def audit(self) -> AuditRecords:
        return AuditRecords(self)

    @property
    def casework(self) -> Casework:
        """What the holder may write: follow-ups of cases, each in a transaction of its own."""
        return Casework(self._engine, self._pass)

    @property
    def causes(self) -> CauseRecords:
        return CauseRecords(self)

    @property
    def comparisons(self) -> ComparisonRecords:
        return ComparisonRecords(self)

    @property
    def completeness(self) -> CompletenessRecords:
        return CompletenessRecords(self)

    @property
    def county(self) -> CountyRecords:
        return CountyRecords(self)

    @property
    def follow_ups(self) -> CaseworkRecords:
        return CaseworkRecords(self)

    @property
    def flags(self) -> FlagRecords:
        return FlagRecords(self)

    @property
    def imports(self) -> ImportRecords:
        """What the holder may bring in, and what came of it."""
        return ImportRecords(self)

    @property
    def cases(self) -> CaseRecords:
        return CaseRecords(self)

    @property
    def stations(self) -> StationRecords:
        return StationRecords(self)

    @property
    def outcomes(self) -> OutcomeRecords:
        return OutcomeRecords(self)

    @property
    def timelines(self) -> TimelineRecords:
        return TimelineRecords(self)
