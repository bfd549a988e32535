"""Examples of the recount of flags that a reader of their rules can check: the days on which each is up."""

from dataclasses import replace
from datetime import date

import pytest

from db.recount.case import spells_of
from db.recount.flags import Flag, flags_of
from tests.written_cases import day, table, thresholds, written_case
from tests.written_flags import in_words

YEAR_END = day("12-31")


def flags(record: str, *later: tuple[str, date, str], **fields: object) -> list[Flag]:
    """All flags of a case of 2025 whose station lives until the end of the year, under thresholds and `later` ones."""
    case, in_force = written_case(record, **fields), thresholds(*later)
    return flags_of(case, spells_of(case, in_force, YEAR_END), in_force)


def up(rule: str, found: list[Flag]) -> str:
    return in_words(((flag.subject, flag.raised_on, flag.cleared_on) for flag in found if flag.rule == rule), "%m-%d")


EXAMPLES = table("""
rule | after the report, of 01-01 if no other day is given | the days on which it is up
# A step that was missed: from the day after the due date, here 01-04, until it was taken
no-exam | 01-04 medical_exam | none
no-exam | 01-05 medical_exam | none
no-exam | 01-06 medical_exam | 01-05 to 01-06
no-exam | 02-01 reported; 01-10 medical_exam | none
no-exam | 01-02 counselling_started | from 01-05
# or until a later step shows that it must have been taken; one recorded since goes before
no-exam | 02-01 file_to_odpp; 02-10 charged SOA-8 | 01-05 to 02-01
no-exam | 02-01 file_to_odpp; 02-10 medical_exam | 01-05 to 02-10
no-exam | 01-03 file_to_odpp | none
no-exam | 02-01 suspect_arrested | from 01-05
# It is down while the case has ended lawfully, and up again when the case is reopened
no-exam | 01-05 closed transferred | none
no-exam | 01-06 closed transferred | 01-05 to 01-06
no-exam | 01-06 closed transferred; 02-01 suspect_arrested | 01-05 to 01-06; from 02-01
no-exam | 01-03 closed transferred; 01-04 suspect_arrested | from 01-05
no-exam | 01-03 closed transferred; 02-01 suspect_arrested; 02-05 medical_exam | 02-01 to 02-05
no-exam | 01-06 closed transferred; 02-01 medical_exam; 03-01 suspect_arrested | 01-05 to 01-06
no-exam | 01-06 closed transferred; 02-01 suspect_arrested; 02-01 closed accused_died | 01-05 to 01-06
# Neither silence nor an unlawful stop takes it down or parts it
no-exam | 02-01 closed; 03-01 suspect_arrested | from 01-05
no-exam | 02-01 family_or_elders succeeded | from 01-05
# A report later than the due day: up on its day
unprotected-witness | 02-01 reported; 01-10 witness_intimidation | from 02-01
unprotected-witness | 02-01 reported; 01-25 witness_intimidation | from 02-02
unprotected-witness | 02-01 reported; 01-10 witness_intimidation; 01-20 witness_protected | none
# Attempts
attempt-pending | 02-01 family_or_elders pending | A1 from 02-01
attempt-pending | 02-01 family_or_elders refused 02-01 | none
attempt-pending | 02-01 family_or_elders refused 02-02 | A1 02-01 to 02-02
attempt-pending | 02-01 s202_absent pending; 02-10 judgment acquitted; 03-01 plea | A1 02-01 to 02-10; A1 from 03-01
attempt-pending | 02-01 reported; 01-10 family_or_elders refused 02-05 | A2 02-01 to 02-05
unlawful-stop | 02-01 police_closure succeeded | A1 from 02-01
unlawful-stop | 02-01 police_closure succeeded; 02-01 plea; 02-02 plea | A1 02-01 to 02-02
unlawful-stop | 02-01 police_closure succeeded; 02-10 medical_exam | A1 from 02-01
unlawful-stop | 02-01 police_closure succeeded 12-01 | A1 from 12-01
unlawful-stop | 02-01 police_closure succeeded 12-02 | none
breach | 02-01 police_closure succeeded 12-02 | A1 from 12-02
breach | 02-01 s87a_withdrawal succeeded 12-02 | A1 from 12-02
breach | 02-01 s87a_withdrawal succeeded authority 12-02 | none
breach | 12-05 reported; 12-01 police_closure succeeded | none
unlawful-stop | 12-05 reported; 12-01 police_closure succeeded | A2 from 12-05
unlawful-stop | 02-01 judgment convicted; 02-05 police_closure succeeded; 03-01 sentence; 04-01 plea | A2 02-05 to 04-01
repeated-attempts | 02-01 family_or_elders refused | none
repeated-attempts | 02-10 family_or_elders refused; 02-01 police_closure pending; 03-01 s202_absent refused | from 02-10
repeated-attempts | 02-01 family_or_elders refused; 02-01 police_closure refused | from 02-01
repeated-attempts | 02-01 s202_absent refused; 02-05 s202_absent succeeded; 03-01 plea | from 03-01
# Silence
closed-silently | 02-01 closed; 02-10 plea | 02-01 to 02-10
dormant | 04-11 plea | 04-01 to 04-11; from 07-10
# Adjournments: the third
adjournments | 02-01 adjournment; 02-02 adjournment | none
adjournments | 02-01 adjournment; 02-02 adjournment; 02-03 adjournment | from 02-03
adjournments | 02-01 adjournment; 02-02 adjournment; 02-02 adjournment; 03-01 judgment convicted | 02-02 to 03-01
# What happened to the case
forbidden-intervention | 02-01 intervention RECO; 02-02 intervention CSAB; 02-05 plea | E1 02-01 to 02-05
forbidden-intervention | 02-01 intervention RECO; 02-01 plea | E1 from 02-01
forbidden-intervention | 02-01 closed transferred; 02-05 intervention DROP; 03-01 plea | none
reclassified-lesser | 02-01 reclassified SOA-11 | E1 from 02-01
reclassified-lesser | 02-01 reclassified SOA-20 | none
reclassified-lesser | 02-01 reclassified SOA-11; 02-01 charged SOA-8; 02-02 charged SOA-21 | E1 02-01 to 02-02
age-band-changed | 02-01 age 16-17 | from 02-01
age-band-changed | 02-01 age unknown; 02-05 age 12-15 | none
age-band-changed | 02-01 age unknown; 02-05 age 18+ | from 02-05
age-band-changed | 02-01 age 16-17; 02-05 age unknown; 02-09 age 12-15; 03-01 age 0-11 | 02-01 to 02-09; from 03-01
age-band-changed | 02-01 age 16-17; 02-05 age 18+; 03-01 age 16-17 | 02-01 to 02-05; 02-05 to 03-01; from 03-01
age-band-changed | 02-01 age 16-17; 02-05 age 18+; 03-01 age 12-15 | 02-01 to 02-05; 02-05 to 03-01
age-band-changed | 02-01 age 16-17; 02-01 age 12-15 | none
age-band-changed | 02-01 age 16-17; 02-01 age unknown; 02-02 age 12-15 | 02-01 to 02-02
sentence-below-minimum | 02-01 sentence term 19; 02-01 sentence term 20; 03-01 sentence life | E1 02-01 to 03-01
sentence-below-minimum | 02-01 sentence other; 03-01 sentence term; 04-01 sentence | E1 from 02-01
sentence-below-minimum | 02-01 sentence term 20 | none
sentence-below-minimum | 02-01 sentence term 5; 02-02 reclassified SOA-11 | none
""")


@pytest.mark.parametrize(("rule", "record", "days"), EXAMPLES)
def test_a_flag_is_up_on_these_days(rule: str, record: str, days: str) -> None:
    assert up(rule, flags(record)) == days


@pytest.mark.parametrize(
    ("band", "sentence", "days"),
    [
        ("0-11", "term 40", "E1 from 02-01"),
        ("0-11", "life", "none"),
        ("16-17", "term 14.5", "E1 from 02-01"),
        ("16-17", "term 15", "none"),
        ("18+", "term 1", "none"),
        ("unknown", "term 1", "none"),
    ],
)
def test_a_sentence_is_compared_with_the_minimum_for_the_age(band: str, sentence: str, days: str) -> None:
    found = flags(f"02-01 sentence {sentence}", survivor_age_band=band)
    assert up("sentence-below-minimum", found) == days


@pytest.mark.parametrize(
    ("record", "rules"),
    [
        ("02-01 intervention RECO", set()),
        ("02-01 sentence term 1", set()),
        ("02-01 age 16-17", set()),
        ("02-01 reclassified SOA-11", set()),
        ("02-01 reclassified SOA-11; 02-02 charged SOA-8", set()),
        ("02-01 charged SOA-8; 02-02 reclassified SOA-11", {"reclassified-lesser"}),
        ("02-01 closed", {"closed-silently"}),
    ],
)
def test_of_another_offence_only_some_rules_hold(record: str, rules: set[str]) -> None:
    of_defilement = {"forbidden-intervention", "sentence-below-minimum", "age-band-changed"}
    found = flags(record, offence_code="SOA-11", survivor_age_band="12-15")
    looked_for = {*of_defilement, "reclassified-lesser", "closed-silently"}
    assert {flag.rule for flag in found if flag.rule in looked_for} == rules


@pytest.mark.parametrize(
    ("rule", "record", "due"),
    [
        # A missed step keeps its due day, also when it is raised again
        ("no-exam", "01-06 closed transferred; 02-01 suspect_arrested", ["01-04", "01-04"]),
        ("unprotected-witness", "02-01 reported; 01-10 witness_intimidation", ["01-17"]),
        ("survivor-not-contacted", "02-01 family_or_elders pending", ["02-08"]),
        ("survivor-not-contacted", "02-01 reported; 01-01 family_or_elders pending", ["01-08"]),
        # Of the others each occurrence is due fourteen days after it was raised
        ("attempt-pending", "02-01 family_or_elders pending; 02-10 judgment convicted; 03-01 plea", ["02-15", "03-15"]),
        ("closed-silently", "02-01 closed; 02-10 plea; 02-20 closed", ["02-15", "03-06"]),
        ("reclassified-lesser", "02-01 reported; 01-01 reclassified SOA-11", ["02-15"]),
    ],
)
def test_a_flag_is_due_on_its_day(rule: str, record: str, due: list[str]) -> None:
    assert [f"{flag.due_on:%m-%d}" for flag in flags(record) if flag.rule == rule] == due


def test_each_threshold_is_that_of_its_own_day() -> None:
    shorter = [(code, day("03-01"), "1") for code in ("follow_up_days", "contact_days", "adjournments_allowed")]

    def due(record: str, rule: str) -> list[str]:
        return [f"{flag.due_on:%m-%d}" for flag in flags(record, *shorter) if flag.rule == rule]

    assert due("02-28 closed", "closed-silently") == ["03-14"]
    assert due("03-01 closed", "closed-silently") == ["03-02"]
    assert due("02-28 family_or_elders pending", "survivor-not-contacted") == ["03-07"]
    assert due("03-01 family_or_elders pending", "survivor-not-contacted") == ["03-02"]
    # Two were allowed until February: that there were two is no flag in March, but a third one is.
    adjourned = "02-01 adjournment; 02-28 adjournment"
    assert up("adjournments", flags(adjourned, *shorter)) == "none"
    assert up("adjournments", flags(f"{adjourned}; 03-05 adjournment", *shorter)) == "from 03-05"
    assert up("adjournments", flags("02-01 adjournment; 03-01 adjournment", *shorter)) == "from 03-01"


@pytest.mark.parametrize(
    ("contacted", "days"),
    [("02-08", "none"), ("02-09", "none"), ("02-10", "A1 02-09 to 02-10"), ("01-20", "none"), (None, "A1 from 02-09")],
)
def test_a_survivor_is_to_be_asked_within_a_week_of_the_attempt(contacted: str | None, days: str) -> None:
    case, in_force = written_case("02-01 family_or_elders pending"), thresholds()
    attempt = case.attempts[0]._replace(survivor_contacted_on=day(contacted) if contacted else None)
    asked = replace(case, attempts=(attempt,))
    assert up("survivor-not-contacted", flags_of(asked, spells_of(asked, in_force, YEAR_END), in_force)) == days
