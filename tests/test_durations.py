"""How a stage ended, on the days around each boundary: ended, left by another exit, still open, or not to be told."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from db.cases import MILESTONES, STATE
from db.durations import BY_CODE, STAGES, Durations, Known, days_column, durations, durations_by, measured
from db.schema import case_milestone
from tests.written_cases import day, table

END = date(2025, 12, 31)
MINIMUM = 20


def standing(**known: Any) -> pl.DataFrame:
    """One case as it stood: reported on 1 January and open since, but for what is `known`."""
    case = {
        "incident_on": None,
        "reported_on": day("01-01"),
        **dict.fromkeys(MILESTONES),
        "state": "open",
        "state_since": day("01-01"),
    } | known
    types = {name: STATE if name == "state" else pl.Date for name in case}
    return pl.DataFrame([case], schema=types)


def what_became(stage: str, **known: Any) -> tuple[str, int | None]:
    """How the stage ended and after how many days; None where no duration can be told."""
    row = measured(standing(**known), [BY_CODE[stage]], END).row(0, named=True)
    is_told = row[stage] not in ("not_begun", "start_not_recorded", "end_before_start", "end_not_recorded")
    return row[stage], row[days_column(stage)] if is_told else None


CHARGES = table(
    """
    charged | later        | state                  | became             | days
    # the end and nothing else
    01-11   |              |                        | ended              | 10
    01-01   |              |                        | ended              | 0
    12-31   |              |                        | ended              | 364
    # still open at the reference date, however long
            |              |                        | open               | 364
    # another exit: before the end, on its very day, and after it
    01-11   |              | closed_silently 01-10  | closed_silently    | 9
    01-11   |              | unlawful_stop 01-11    | ended              | 10
    01-11   |              | unlawful_stop 01-12    | ended              | 10
            |              | not_charged 03-01      | not_charged        | 59
            |              | dormant 01-01          | dormant            | 0
    # taken up again after an exit: as it stands at the reference date
    01-11   |              | open 01-11             | ended              | 10
            |              | open 06-01             | open               | 364
    # the end before the start, and no end although a later step is on record
    12-30*  |              |                        | end_before_start   |
            | plea 02-01   |                        | end_not_recorded   |
            | plea 02-01   | judged 03-01           | end_not_recorded   |
    """
)


@pytest.mark.parametrize("charged,later,state,became,days", CHARGES)
def test_a_case_comes_to_its_charge_or_leaves_before_it(
    charged: str, later: str, state: str, became: str, days: str
) -> None:
    known: dict[str, Any] = {}
    if charged:
        on = day(charged.rstrip("*"))
        known["charged_on"] = on.replace(year=2024) if charged.endswith("*") else on
    if later:
        known[f"{later.split()[0]}_on"] = day(later.split()[1])
    if state:
        known |= {"state": state.split()[0], "state_since": day(state.split()[1])}
    assert what_became("report_to_charge", **known) == (became, int(days) if days else None)


def test_a_stage_that_begins_later_is_not_begun_before_it() -> None:
    assert what_became("charge_to_plea") == ("not_begun", None)
    assert what_became("charge_to_plea", charged_on=day("02-01")) == ("open", 333)
    assert what_became("charge_to_plea", charged_on=day("02-01"), plea_on=day("02-03")) == ("ended", 2)


def test_an_end_without_a_beginning_is_a_beginning_that_was_not_recorded() -> None:
    assert what_became("charge_to_plea", plea_on=day("02-03")) == ("start_not_recorded", None)
    assert what_became("charge_to_plea", judged_on=day("02-03")) == ("start_not_recorded", None)
    assert what_became("incident_to_report") == ("start_not_recorded", None)


def test_nothing_competes_with_the_report() -> None:
    gone = {"state": "dormant", "state_since": day("01-01")}
    assert what_became("incident_to_report", incident_on=date(2024, 12, 29), **gone) == ("ended", 3)
    assert what_became("incident_to_report", incident_on=day("01-01")) == ("ended", 0)
    assert what_became("incident_to_report", incident_on=day("01-02")) == ("end_before_start", None)


def test_an_exit_before_the_stage_began_counts_from_its_beginning() -> None:
    gone = {"state": "unlawful_stop", "state_since": day("01-05")}
    assert what_became("sample_to_dispatch", sample_collected_on=day("01-10"), **gone) == ("unlawful_stop", 0)


def test_only_convicted_cases_wait_for_a_sentence_and_being_judged_is_no_exit_then() -> None:
    judged = {"judged_on": day("03-01"), "state": "judged", "state_since": day("03-01")}
    convicted = judged | {"convicted_on": day("03-01")}
    stage = "judgment_to_sentence"
    assert what_became(stage, **convicted) == ("open", 305)
    assert what_became(stage, **convicted, sentenced_on=day("03-08")) == ("ended", 7)
    assert what_became(stage, **judged) == ("not_begun", None)
    stopped = convicted | {"state": "unlawful_stop", "state_since": day("03-05")}
    assert what_became(stage, **stopped) == ("unlawful_stop", 4)


def test_a_case_discharged_first_waits_for_its_sentence_from_the_conviction_on() -> None:
    discharged = {"judged_on": day("02-01"), "convicted_on": day("06-02")}
    judged = discharged | {"state": "judged", "state_since": day("06-02")}
    stage = "judgment_to_sentence"
    assert what_became(stage, **judged, sentenced_on=day("06-30")) == ("ended", 28)
    assert what_became(stage, **judged) == ("open", 212)
    assert what_became(stage, **judged, sentenced_on=day("05-30")) == ("end_before_start", None)
    assert what_became("report_to_judgment", **judged) == ("ended", 31)


def test_a_judgment_of_any_kind_ends_the_whole_path() -> None:
    dismissed = {"judged_on": day("01-31"), "state": "collapsed", "state_since": day("01-31")}
    assert what_became("report_to_judgment", **dismissed) == ("ended", 30)


def test_every_stage_runs_between_milestones_of_a_case() -> None:
    columns = {column.name for column in case_milestone.columns}
    assert all(set(stage.milestones) <= columns for stage in STAGES)
    assert len(BY_CODE) == len(STAGES)


def several(charged: list[int | None], minimum: int = MINIMUM) -> Durations:
    """Cases charged on so many days after the report; None: still open."""
    frame = pl.concat(
        [
            standing(charged_on=None if days is None else date.fromordinal(day("01-01").toordinal() + days))
            for days in charged
        ]
    )
    return durations(measured(frame, [BY_CODE["report_to_charge"]], END), "report_to_charge", minimum)


def test_the_median_is_the_first_day_on_which_half_of_all_cases_had_ended() -> None:
    told = several([10] * 9 + [20] + [30] * 10)
    assert (told.n, told.ended, told.open, told.known) == (20, 20, 0, Known.SHOWN)
    assert told.quantiles["median"].days == 20
    assert told.quantiles["p25"].days == 10
    assert several([10] * 9 + [30] * 11).quantiles["median"].days == 30


def test_open_cases_can_leave_the_median_not_reached() -> None:
    told = several([10] * 9 + [None] * 11)
    assert (told.ended, told.open, told.quantiles["median"].days) == (9, 11, None)
    assert several([None] * 20).quantiles["p25"].days is None


def test_fewer_cases_than_the_minimum_have_counts_and_no_quantiles() -> None:
    told = several([10] * 19)
    assert (told.n, told.known, told.quantiles, told.curve) == (19, Known.TOO_FEW, {}, None)
    assert several([10] * 20).known is Known.SHOWN


def test_one_case_and_no_case_at_all() -> None:
    assert several([10], minimum=1).quantiles["p90"].days == 10
    nobody = durations(measured(standing().clear(), [BY_CODE["report_to_charge"]], END), "report_to_charge", 1)
    assert (nobody.n, nobody.known) == (0, Known.NONE)
    assert nobody == Durations()


def test_groups_are_told_by_themselves() -> None:
    frame = pl.concat([standing(charged_on=day("01-11"))] * 3 + [standing()] * 2).with_columns(
        county_code=pl.Series([1, 1, 2, 2, 3])
    )
    cases = measured(frame, [BY_CODE["report_to_charge"]], END, ["county_code"])
    found = durations_by(cases, "county_code", "report_to_charge", 1)
    assert {code: (told.n, told.ended, told.open) for code, told in found.items()} == {
        1: (2, 2, 0),
        2: (2, 1, 1),
        3: (1, 0, 1),
    }
    assert durations_by(cases.clear(), "county_code", "report_to_charge", 1) == {}


def test_a_curve_says_nothing_of_days_on_which_nobody_was_watched_any_more() -> None:
    curve = several([10] * 10 + [None] * 10).curve
    assert curve is not None
    assert [curve.at(9)["ended"], curve.at(10)["ended"], curve.at(364)["ended"]] == [0.0, 0.5, 0.5]
    assert curve.at(365) is None
    finished = several([10] * 20).curve
    assert finished is not None and finished.at(9_999)["ended"] == pytest.approx(1)
