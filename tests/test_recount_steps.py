"""The steps of a case and how their deadlines stand, against a plain computation that shares no code with them."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from db.access import OperatorPass
from db.engine import open_database, reading
from db.records import Records
from db.recount import source
from db.recount.case import MET, NOT_YET_DUE, Case, Spell, Thresholds, deadline_state, milestones_of, spells_of
from db.recount.details import details_of
from db.recount.targets import TARGETS, WITHIN_A_YEAR, Target, days_of

CASES = 200
LEFT_LAWFULLY = ("judged", "collapsed", "not_charged", "lawful_discontinuance", "closed_lawfully")
# The stage, the milestones between which it runs, and the figure that holds it to a number of days.
STAGES = (
    ("incident_to_report", "incident_on", "reported_on", TARGETS["reported-72h"]),
    ("report_to_exam", "reported_on", "examined_on", TARGETS["examined-72h"]),
    ("report_to_counselling", "reported_on", "counselled_on", TARGETS["counselled-14d"]),
    ("report_to_arrest", "reported_on", "arrested_on", None),
    ("sample_to_dispatch", "sample_collected_on", "sample_sent_on", TARGETS["sample-sent"]),
    ("dispatch_to_result", "sample_sent_on", "lab_result_on", TARGETS["lab-result"]),
    ("report_to_file", "reported_on", "file_to_odpp_on", TARGETS["file-to-odpp"]),
    ("file_to_decision", "file_to_odpp_on", "odpp_decided_on", TARGETS["odpp-decision"]),
    ("report_to_charge", "reported_on", "charged_on", TARGETS["charged-in-time"]),
    ("charge_to_plea", "charged_on", "plea_on", TARGETS["plea-after-charge"]),
    ("plea_to_judgment", "plea_on", "judged_on", None),
    ("charge_to_judgment", "charged_on", "judged_on", WITHIN_A_YEAR),
    ("judgment_to_sentence", "convicted_on", "sentenced_on", None),
    ("report_to_judgment", "reported_on", "judged_on", None),
    ("intimidation_to_protection", "intimidated_on", "protected_on", TARGETS["witness-protected"]),
)
Plain = tuple[str, date, date | None, int, int | None, date | None, str | None]


def plain_steps(case: Case, thresholds: Thresholds, last_sign: date, data_date: date) -> list[Plain]:
    """Stage, start, end, days, days allowed, due date and state of every step to whose start the case came and for
    which it still waits, unless it is over or has a deadline."""
    details, spells = details_of(case), spells_of(case, thresholds, last_sign)
    days = {**days_of(case, milestones_of(case), details), "convicted_on": details.convicted_on}
    steps = []
    for stage, start_name, end_name, target in STAGES:
        start, end = days.get(start_name), days.get(end_name)
        if start is None:
            continue
        left = spells[-1].from_on if spells[-1].state in LEFT_LAWFULLY and spells[-1].from_on >= start else None
        if stage == "judgment_to_sentence" and spells[-1].state == "judged":
            left = None
        if target is None and end is None and left is not None:
            continue
        allowed = thresholds.number(target.threshold, start) if target else None
        due = start + timedelta(days=allowed) if allowed is not None else None
        state = _state(target, days, spells, allowed, data_date) if target and allowed is not None else None
        steps.append((stage, start, end, ((end or left or data_date) - start).days, allowed, due, state))
    return steps


def _state(target: Target, days: Mapping[str, date | None], spells: list[Spell], allowed: int, data_date: date) -> str:
    """As the figures have it, but that a step that came in time is met before its due date too."""
    start, end = days.get(target.start), days.get(target.end)
    later = any(days.get(name) for name in target.later)
    state = deadline_state(
        data_date,
        start=start,
        end=end,
        days=allowed,
        spells=spells if target.ends_with_the_case else (),
        has_later_milestone=later,
    )
    in_time = start is not None and end is not None and (end - start).days <= allowed
    return MET if state == NOT_YET_DUE and in_time else state


def test_the_steps_of_cases_are_those_of_a_plain_computation(demo_database_url: str) -> None:
    engine = open_database(demo_database_url)
    with reading(engine) as connection:
        thresholds, data_date = source.thresholds(connection), source.data_date(connection)
        assert data_date is not None
        signs = source.last_signs_of_life(connection)
        cases = list(source.cases(connection, source.stations(connection)))
        chosen = random.Random(9).sample(cases, CASES)
        plain = {case.case_ref: plain_steps(case, thresholds, signs[case.station_code], data_date) for case in chosen}
    with Records(engine, OperatorPass()) as records:
        for case_ref, expected in plain.items():
            assert [tuple(step) for step in records.cases.open(case_ref).steps] == expected, case_ref
    engine.dispose()
    # Every state a deadline can have is among them, and steps that still go on.
    states = Counter(step[-1] for steps in plain.values() for step in steps)
    assert {"met", "missed", "not_yet_due", "no_longer_due", "not_recorded", None} <= set(states)
    assert any(step[2] is None and step[3] > 0 for steps in plain.values() for step in steps)
