"""The rows that the tables of flags should hold, for `check` to compare with."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Table

from db import schema
from db.recount.case import stage_of
from db.recount.findings import Key, Rows
from db.recount.flags import SEVERITIES
from db.recount.history import History

# How long ago a flag was raised, by its days on the data date: the last of each, in order.
LAST_DAY_OF_AGE = {"week": 7, "month": 30, "quarter": 90, "year": 365}


def flag_rows(histories: Iterable[History], data_date: date | None) -> dict[Table, Rows]:
    """Every row that the tables of flags should hold: the values beside the key, by the key."""
    flags: Rows = {}
    counts: Counter[Key] = Counter()
    for history in histories:
        case = history.case
        of_case = (history.is_core, stage_of(history.milestones), case.survivor_age_band)
        for rule, subject, raised_on, due_on, cleared_on in history.flags:
            place = (case.station_code, case.county_code)
            flags[(case.case_ref, rule, subject, raised_on)] = (
                due_on,
                cleared_on,
                SEVERITIES[rule],
                *place,
                *of_case,
            )
            if data_date and raised_on <= data_date and (cleared_on is None or data_date < cleared_on):
                counts[(rule, case.county_code, *of_case, _age((data_date - raised_on).days))] += 1
    return {schema.case_flag: flags, schema.flag_count: {key: (number,) for key, number in counts.items()}}


def _age(days: int) -> str:
    return next((age for age, last in LAST_DAY_OF_AGE.items() if days <= last), "older")
