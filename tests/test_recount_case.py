"""Examples that a reader of the definitions can check: states, stages, scope and deadlines of one case."""

from datetime import date

import pytest

from db.recount.case import Spell, deadline_state, milestones_of, spells_of, stage_of
from db.recount.counts import attempt_counts, period_counts
from db.recount.history import history_of
from tests.written_cases import day, table, thresholds, written_case, written_spells

YEAR_END = day("12-31")

STATES = table("""
after the report, of 01-01 if no other day is given      | states, each until the next
# Nothing for 90 days before a charge, for 180 after it: the day itself is the first of dormancy
01-01 reported                                           | 01-01 open, 04-01 dormant
03-31 suspect_arrested                                   | 01-01 open, 06-29 dormant
04-01 suspect_arrested                                   | 01-01 open, 06-30 dormant
04-02 suspect_arrested                                   | 01-01 open, 04-01 dormant, 04-02 open, 07-01 dormant
01-01 charged SOA-8                                      | 01-01 open, 06-30 dormant
01-11 charged SOA-8; 01-21 plea                          | 01-01 open, 07-20 dormant
# Care is not process: it keeps no case going
03-01 counselling_started; 03-01 medical_exam            | 01-01 open, 04-01 dormant
# Closed without a lawful detail
02-01 closed                                             | 01-01 open, 02-01 closed_silently
02-01 closed other                                       | 01-01 open, 02-01 closed_silently
02-01 closed court_permitted                             | 01-01 open, 02-01 closed_silently
01-01 closed                                             | 01-01 closed_silently
04-01 closed                                             | 01-01 open, 04-01 closed_silently
04-02 closed                                             | 01-01 open, 04-01 dormant
02-01 closed; 02-01 plea                                 | 01-01 open, 02-01 closed_silently
02-01 closed; 02-02 plea                                 | 01-01 open, 02-01 closed_silently, 02-02 open, 05-03 dormant
# Recorded exits end it, also a silent one
02-01 closed transferred                                 | 01-01 open, 02-01 closed_lawfully
06-01 closed accused_died                                | 01-01 open, 04-01 dormant, 06-01 closed_lawfully
02-01 closed; 02-01 closed survivor_died                 | 01-01 open, 02-01 closed_lawfully
02-01 odpp_decision no_charge                            | 01-01 open, 02-01 not_charged
02-01 odpp_decision charge                               | 01-01 open, 05-02 dormant
02-01 judgment dismissed                                 | 01-01 open, 02-01 collapsed
02-01 judgment discharged                                | 01-01 open, 02-01 collapsed
02-01 judgment acquitted                                 | 01-01 open, 02-01 judged
02-01 judgment convicted; 03-01 closed judged            | 01-01 open, 02-01 judged
# The first exit holds until a process event reopens the case
02-01 closed transferred; 03-01 s202_absent succeeded    | 01-01 open, 02-01 closed_lawfully
02-01 police_closure succeeded; 02-11 charged SOA-8      | 01-01 open, 02-01 unlawful_stop, 02-11 open, 08-10 dormant
02-01 judgment dismissed; 02-11 charged SOA-8            | 01-01 open, 02-01 collapsed, 02-11 open, 08-10 dormant
# Its own sentence or appeal does not reopen a judged case; anything else does
02-01 judgment convicted; 03-01 sentence; 04-01 appeal   | 01-01 open, 02-01 judged
02-01 judgment convicted; 02-01 sentence                 | 01-01 open, 02-01 judged
02-01 judgment convicted; 03-01 hearing                  | 01-01 open, 02-01 judged, 03-01 open, 05-30 dormant
02-01 judgment convicted; 02-11 hearing; 03-01 sentence  | 01-01 open, 02-01 judged, 02-11 open, 05-30 dormant
02-01 judgment dismissed; 03-01 appeal                   | 01-01 open, 02-01 collapsed, 03-01 open, 05-30 dormant
# Attempts
02-01 s204_withdrawal succeeded authority                | 01-01 open, 02-01 lawful_discontinuance
02-01 s87a_withdrawal succeeded                          | 01-01 open, 02-01 unlawful_stop
02-01 dpp_discontinuance succeeded                       | 01-01 open, 02-01 unlawful_stop
02-01 police_closure succeeded authority                 | 01-01 open, 02-01 unlawful_stop
02-01 s176_reconciliation succeeded authority            | 01-01 open, 02-01 unlawful_stop
02-01 s202_absent succeeded                              | 01-01 open, 02-01 collapsed
02-01 odpp_no_charge succeeded                           | 01-01 open, 02-01 not_charged
02-01 family_or_elders refused                           | 01-01 open, 04-01 dormant
02-01 family_or_elders pending                           | 01-01 open, 04-01 dormant
02-01 family_or_elders reversed                          | 01-01 open, 04-01 dormant
# Two exits on one day
02-01 closed transferred; 02-01 police_closure succeeded | 01-01 open, 02-01 unlawful_stop
02-01 police_closure succeeded; 02-01 judgment convicted | 01-01 open, 02-01 judged
02-01 judgment dismissed; 02-01 odpp_decision no_charge  | 01-01 open, 02-01 collapsed
# What is dated before the report counts on the day of the report
02-01 reported; 01-01 sentence                           | 02-01 open, 05-02 dormant
02-01 reported; 01-01 suspect_arrested                   | 02-01 open, 05-02 dormant
02-01 reported; 01-01 charged SOA-8                      | 02-01 open, 07-31 dormant
02-01 reported; 01-01 judgment convicted                 | 02-01 judged
02-01 reported; 01-01 family_or_elders succeeded         | 02-01 unlawful_stop
""")

CLOSINGS = table("""
after the report of 01-01                                         | closed on 03-05 as | and is then
02-01 judgment convicted; 03-01 lab_result                        | judged             | judged
02-01 judgment convicted; 03-05 lab_result                        | judged             | judged
02-01 judgment dismissed; 03-01 appeal                            | judged             | collapsed
02-01 judgment dismissed; 02-01 judgment acquitted; 03-01 hearing | judged             | judged
02-01 judgment dismissed; 02-11 judgment convicted; 03-01 hearing | judged             | judged
02-01 odpp_decision no_charge; 03-01 lab_result                   | not_charged        | not_charged
02-01 odpp_no_charge succeeded; 03-01 lab_result                  | not_charged        | not_charged
02-01 s87a_withdrawal succeeded authority; 03-01 lab_result       | court_permitted    | lawful_discontinuance
# What it names is not on record, or not yet
02-01 s87a_withdrawal succeeded; 03-01 lab_result                 | court_permitted    | closed_silently
02-01 odpp_decision no_charge; 03-01 lab_result                   | judged             | closed_silently
02-01 judgment convicted; 03-01 hearing                           |                    | closed_silently
03-01 hearing; 03-06 judgment convicted                           | judged             | closed_silently
# A charge or the decision to charge came in between; on the day of the exit itself none does
02-01 odpp_decision no_charge; 03-01 odpp_decision charge         | not_charged        | closed_silently
02-01 odpp_decision no_charge; 03-05 charged SOA-8                | not_charged        | closed_silently
02-01 odpp_decision no_charge; 02-01 charged SOA-8; 03-01 plea    | not_charged        | not_charged
02-11 charged SOA-8; 02-21 odpp_decision no_charge; 03-01 plea    | not_charged        | not_charged
""")


@pytest.mark.parametrize(("record", "states"), STATES)
def test_a_case_is_in_one_state_on_every_day(record: str, states: str) -> None:
    assert spells_of(written_case(record), thresholds(), YEAR_END) == written_spells(states)


@pytest.mark.parametrize(("record", "detail", "state"), CLOSINGS)
def test_a_closing_that_names_an_exit_on_record_ends_the_case_by_it_again(record: str, detail: str, state: str) -> None:
    spells = spells_of(written_case(f"{record}; 03-05 closed {detail}".strip()), thresholds(), YEAR_END)
    assert [spell.state for spell in spells if spell.holds_on(day("03-05"))] == [state]


@pytest.mark.parametrize(
    ("last_sign_of_life", "states"),
    [("03-31", "01-01 open"), ("04-01", "01-01 open, 04-01 dormant")],
)
def test_no_case_becomes_dormant_after_the_last_sign_of_life_of_its_station(
    last_sign_of_life: str, states: str
) -> None:
    case = written_case("01-01 reported")
    assert spells_of(case, thresholds(), day(last_sign_of_life)) == written_spells(states)


@pytest.mark.parametrize(
    ("in_force_from", "states"),
    [("01-01", "01-01 open, 01-31 dormant"), ("01-02", "01-01 open, 04-01 dormant")],
)
def test_dormancy_takes_the_threshold_in_force_on_the_day_of_the_last_process_event(
    in_force_from: str, states: str
) -> None:
    shorter = thresholds(("dormant_days_before_charge", day(in_force_from), "30"))
    assert spells_of(written_case("01-01 reported"), shorter, YEAR_END) == written_spells(states)


def test_before_its_first_row_a_threshold_has_the_value_of_that_row() -> None:
    changed = thresholds(("exam_days", day("01-01"), "2"))
    assert [changed.number("exam_days", on) for on in (date(1999, 12, 31), date(2024, 12, 31), day("01-01"))] == [
        3,
        3,
        2,
    ]


@pytest.mark.parametrize(
    ("record", "dormant_on"),
    [
        ("01-01 reported", "04-01"),
        ("01-01 reported; 02-01 charged SOA-8", "07-31"),
        ("01-01 reported; 02-01 closed", None),
        ("01-01 reported; 02-01 judgment convicted", None),
    ],
)
def test_only_a_case_that_is_open_or_dormant_now_has_a_day_of_dormancy(record: str, dormant_on: str | None) -> None:
    # Told also where the station has been silent since: the day on which it would become dormant.
    history = history_of(written_case(record), thresholds(), day("01-02"), None)
    assert history.dormant_on == (day(dormant_on) if dormant_on else None)


DEADLINES = table("""
start | end   | left           | later step | as at | counts as
# Due on the third day after the start, and counted from that day on
03-01 | 03-04 |                | no         | 03-03 | not_yet_due
03-01 | 03-04 |                | no         | 03-04 | met
03-01 | 03-05 |                | no         | 03-03 | not_yet_due
03-01 | 03-05 |                | no         | 03-04 | missed
03-01 | 03-02 |                | no         | 03-03 | not_yet_due
03-01 |       |                | no         | 03-03 | not_yet_due
03-01 |       |                | no         | 03-04 | missed
# An end before the start is met
03-01 | 02-01 |                | yes        | 03-04 | met
# Not recorded
      | 03-04 |                | no         | 03-04 | not_recorded
03-01 |       |                | yes        | 03-01 | not_recorded
03-01 | 03-05 |                | yes        | 03-04 | missed
# Left lawfully before the due date; unlawfully or on the due date is no way out
03-01 |       | 03-03 judged   | no         | 03-04 | no_longer_due
03-01 |       | 03-03 judged   | no         | 03-03 | no_longer_due
03-01 |       | 03-03 judged   | no         | 03-02 | not_yet_due
03-01 |       | 03-03 judged   | yes        | 03-04 | no_longer_due
03-01 | 03-05 | 03-03 judged   | no         | 03-04 | no_longer_due
03-01 | 03-04 | 03-03 judged   | no         | 03-04 | met
03-01 |       | 03-04 judged   | no         | 03-04 | missed
03-01 |       | 03-03 unlawful_stop | no    | 03-04 | missed
03-01 |       | 03-03 closed_silently | no  | 03-04 | missed
# Reopened by the due date
03-01 |       | 03-02 judged, 03-04 open | no | 03-04 | missed
""")


@pytest.mark.parametrize(("start", "end", "left", "later_step", "as_at", "counts_as"), DEADLINES)
def test_a_deadline_is_met_missed_not_yet_due_no_longer_due_or_not_recorded(
    start: str, end: str, left: str, later_step: str, as_at: str, counts_as: str
) -> None:
    state = deadline_state(
        day(as_at),
        start=day(start) if start else None,
        end=day(end) if end else None,
        days=3,
        spells=written_spells(f"03-01 open, {left}" if left else "03-01 open"),
        has_later_milestone=later_step == "yes",
    )
    assert state == counts_as


@pytest.mark.parametrize(
    ("record", "offence_code", "was_defilement", "is_core"),
    [
        ("01-01 reported", "SOA-8", False, True),
        ("01-01 reported", "SOA-11", False, False),
        ("01-01 reported", "SOA-11", True, True),
        ("01-01 reported; 01-05 charged SOA-8", "SOA-11", False, True),
        ("01-01 reported; 01-05 reclassified SOA-8; 01-09 reclassified SOA-11", "SOA-11", False, True),
        ("01-01 reported; 01-05 reclassified SOA-11", "SOA-8", False, True),
        ("01-01 reported; 01-05 charged SOA-9", "SOA-11", False, False),
    ],
)
def test_a_case_that_ever_was_defilement_is_in_the_core_scope(
    record: str, offence_code: str, was_defilement: bool, is_core: bool
) -> None:
    case = written_case(record, offence_code=offence_code, was_defilement=was_defilement)
    assert case.is_core is is_core


def test_a_milestone_is_its_first_date_as_recorded_even_before_the_report() -> None:
    case = written_case("02-01 reported; 03-01 medical_exam; 01-15 medical_exam; 03-02 hearing; 03-09 hearing")
    assert milestones_of(case) == {"examined_on": day("01-15"), "heard_on": day("03-02")}


@pytest.mark.parametrize(
    ("on", "stage"),
    [("01-04", "reported"), ("01-05", "examined"), ("02-28", "examined"), ("03-01", "charged"), ("12-31", "charged")],
)
def test_the_stage_is_the_furthest_one_reached_by_that_day(on: str, stage: str) -> None:
    # The arrest comes after the charge in time and before it on the path, the sample is no stage.
    case = written_case(
        "01-01 reported; 01-05 medical_exam; 02-01 sample_sent; 03-01 charged SOA-8; 04-01 suspect_arrested"
    )
    assert stage_of(milestones_of(case), day(on)) == stage


@pytest.mark.parametrize(
    ("spell", "first", "last", "is_open"),
    [
        (("03-01", "03-31"), "04-01", "04-30", False),
        (("03-01", "04-01"), "04-01", "04-30", True),  # its exit fell on the first of April: until then it was open
        (("03-01", "04-02"), "04-01", "04-30", True),
        (("03-01", None), "04-01", "04-30", True),
        (("04-30", None), "04-01", "04-30", True),
        (("05-01", None), "04-01", "04-30", False),
    ],
)
def test_a_case_is_open_in_a_month_when_it_is_open_on_a_day_of_it(
    spell: tuple[str, str | None], first: str, last: str, is_open: bool
) -> None:
    from_on, until_on = spell
    assert Spell(day(from_on), day(until_on) if until_on else None, "open").touches(day(first), day(last)) is is_open


@pytest.mark.parametrize(
    ("record", "first", "last", "silent_exits", "open_cases"),
    [
        ("01-01 reported", "03-01", "03-31", 0, 1),
        ("01-01 reported", "03-02", "04-01", 1, 1),
        ("01-01 reported", "04-02", "04-30", 0, 0),
        ("01-01 reported; 02-01 closed", "02-01", "12-31", 1, 1),
        ("01-01 reported; 02-01 closed", "01-01", "01-31", 0, 1),
        ("01-01 reported; 02-01 closed; 03-01 plea; 03-05 closed", "01-01", "12-31", 1, 1),  # one case, once
        ("01-01 reported; 02-01 family_or_elders succeeded", "01-01", "12-31", 0, 1),
        # Dormant since 1 April; what happens on the next day also closes it, so that it goes from silence to silence
        ("01-01 reported; 04-02 plea; 04-02 closed", "04-01", "04-01", 1, 1),
        ("01-01 reported; 04-02 plea; 04-02 closed", "04-02", "12-31", 0, 0),
    ],
)
def test_a_silent_exit_counts_once_a_case_in_the_period_in_which_it_begins(
    record: str, first: str, last: str, silent_exits: int, open_cases: int
) -> None:
    history = history_of(written_case(record), thresholds(), YEAR_END, None)
    counts = dict(period_counts(history, thresholds(), day(first), day(last)))
    assert counts["silent-exits"][:2] == (silent_exits, open_cases)


@pytest.mark.parametrize(
    ("attempt", "indicators"),
    [
        ("12-01 family_or_elders pending", {"attempts", "attempts-pending"}),
        ("12-01 family_or_elders refused", {"attempts", "attempts-refused"}),
        ("12-01 family_or_elders reversed", {"attempts", "attempts-refused"}),
        ("12-01 family_or_elders succeeded", {"attempts", "attempts-refused", "unlawful-stops"}),
        ("12-02 family_or_elders succeeded", {"attempts", "attempts-refused", "unlawful-stops", "breaches"}),
        ("12-02 s87a_withdrawal succeeded", {"attempts", "attempts-refused", "unlawful-stops", "breaches"}),
        ("12-02 s87a_withdrawal succeeded authority", {"attempts", "attempts-refused", "lawful-withdrawals"}),
        ("12-02 s202_absent succeeded", {"attempts", "attempts-refused", "lawful-withdrawals"}),
        ("12-02 odpp_no_charge succeeded", {"attempts", "attempts-refused", "lawful-withdrawals"}),
    ],
)
def test_an_attempt_counts_by_its_result_its_route_and_the_directive_s_date(attempt: str, indicators: set[str]) -> None:
    written = written_case(f"11-01 reported; {attempt}").attempts[0]
    assert {indicator for indicator, _, _ in attempt_counts(written, day("12-02"))} == indicators
