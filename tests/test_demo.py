"""The demonstration data: valid by the import format, the same every time, and with every state the product shows."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from db import codes
from db.demo import write_demo_files
from db.demo.attempts import COUNTIES_THAT_FOLLOW
from db.demo.path import INTERVENTION_SHARES
from db.reference import COUNTIES
from tests.conftest import MadeOnce

FILES = ("stations", "station_returns", "cases", "case_events", "withdrawal_attempts")
CASES, MANY = 5_000, 30_000
DATA_DATE = date(2026, 6, 30)
DIRECTIVE = date(2025, 12, 2)
REFERENCE = r"^[A-Za-z0-9/.-]{1,40}$"
OB_NUMBER = r"^\d{1,4}/\d{1,2}/\d{1,2}/\d{4}$"

Tables = dict[str, pl.DataFrame]


def read_back(folder: Path) -> Tables:
    """The five files as a receiver reads them: dates and numbers as such, a month as its first day."""
    return {
        name: pl.read_csv(folder / f"{name}.csv", infer_schema=False).with_columns(
            pl.col("^.*_on$").str.to_date(),
            pl.col("^month$").str.to_date("%Y-%m"),
            pl.col("^(county|officers|female_officers|desk_officers|desk_women|value)$").cast(pl.Int64),
        )
        for name in FILES
    }


@pytest.fixture(scope="module")
def demo(made_once: MadeOnce) -> Tables:
    return read_back(made_once("demonstration", lambda folder: write_demo_files(folder, cases=CASES)))


@pytest.fixture(scope="module")
def many(made_once: MadeOnce) -> Tables:
    """Enough cases for a comparison before and after the directive."""
    return read_back(made_once("large-demonstration", lambda folder: write_demo_files(folder, cases=MANY)))


def with_county(table: pl.DataFrame, demo: Tables) -> pl.DataFrame:
    places = demo["cases"].join(demo["stations"], on="station_code").select("case_ref", "county")
    return table.join(places, on="case_ref")


def dates_of(table: pl.DataFrame) -> list[str]:
    return [name for name, kind in table.schema.items() if kind == pl.Date]


# The same every time


def test_the_same_arguments_give_the_same_bytes(tmp_path):
    for folder in ("first", "second"):
        write_demo_files(tmp_path / folder, cases=300)
    write_demo_files(tmp_path / "other", cases=300, seed=7)
    for name in FILES:
        first, second, other = (
            (tmp_path / folder / f"{name}.csv").read_bytes() for folder in ("first", "second", "other")
        )
        assert first == second
        assert first != other


@pytest.mark.parametrize("cases", [1, 2, 200])
def test_a_small_demonstration_can_be_made_too(tmp_path, cases):
    write_demo_files(tmp_path, cases=cases)
    assert read_back(tmp_path)["cases"].height == cases


def test_another_period_is_kept_to(tmp_path):
    write_demo_files(tmp_path, cases=400, first_month="2024-03", data_date=date(2024, 8, 14))
    made = read_back(tmp_path)
    assert made["cases"]["reported_on"].min() >= date(2024, 3, 1)
    assert all(made[name][column].max() <= date(2024, 8, 14) for name in FILES for column in dates_of(made[name]))
    assert made["station_returns"]["month"].max() == date(2024, 7, 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"cases": 0}, "at least one case, not 0"),
        ({"first_month": "2026-07"}, "begins after the data date"),
        ({"first_month": "July"}, "not written as YYYY-MM"),
    ],
)
def test_arguments_that_make_no_demonstration_are_refused_in_one_sentence(tmp_path, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        write_demo_files(tmp_path, **wrong)
    assert not list(tmp_path.iterdir())


# Valid by the import format


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("stations", "station_code,name,county,sub_county,setting,kind,latitude,longitude,opened_on,closed_on"),
        (
            "station_returns",
            "station_code,month,received_on,officers,female_officers,desk,desk_officers,desk_women,desk_inspected_on,"
            "private_room,woman_officer,trained_officer,register_kept,forms_in_stock,dedicated_device,secure_storage,"
            "referral_list,child_friendly,cover_24h",
        ),
        (
            "cases",
            "case_ref,station_code,ob_number,offence_code,reported_on,incident_on,survivor_age_band,survivor_sex,"
            "survivor_disability,suspect_relationship,recorded_on",
        ),
        ("case_events", "case_ref,event_ref,kind,happened_on,agency,detail,value,recorded_on"),
        (
            "withdrawal_attempts",
            "case_ref,attempt_ref,attempted_on,form,route,initiator,inducement,survivor_contacted_on,authority_ref,"
            "result,resolved_on,recorded_on",
        ),
    ],
)
def test_the_columns_are_those_of_the_import_format(demo, file, columns):
    assert ",".join(demo[file].columns) == columns


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("stations", ["station_code"]),
        ("station_returns", ["station_code", "month"]),
        ("cases", ["case_ref"]),
        ("case_events", ["case_ref", "event_ref"]),
        ("withdrawal_attempts", ["case_ref", "attempt_ref"]),
    ],
)
def test_no_key_comes_twice(many, file, key):
    rows = many[file].drop_nulls(key)
    assert rows.select(key).is_duplicated().sum() == 0


@pytest.mark.parametrize(
    ("file", "may_be_blank"),
    [
        ("stations", {"sub_county", "latitude", "longitude", "opened_on", "closed_on"}),
        ("station_returns", {"desk_officers", "desk_women", "desk_inspected_on", *codes.CHECKLIST}),
        ("cases", {"ob_number", "incident_on", "survivor_disability"}),
        ("case_events", {"agency", "detail", "value"}),
        ("withdrawal_attempts", {"inducement", "survivor_contacted_on", "authority_ref", "resolved_on"}),
    ],
)
def test_required_columns_are_filled_and_optional_ones_sometimes_not(demo, file, may_be_blank):
    blank = {name for name in demo[file].columns if demo[file][name].null_count()}
    assert blank <= may_be_blank
    assert blank >= may_be_blank - {"sub_county"}


def test_rows_name_stations_and_cases_that_exist(demo):
    stations, cases = demo["stations"]["station_code"], demo["cases"]["case_ref"]
    assert demo["cases"]["station_code"].is_in(stations.implode()).all()
    assert demo["station_returns"]["station_code"].is_in(stations.implode()).all()
    assert demo["case_events"]["case_ref"].is_in(cases.implode()).all()
    assert demo["withdrawal_attempts"]["case_ref"].is_in(cases.implode()).all()


def test_references_hold_only_letters_digits_and_the_allowed_marks(demo):
    columns = [
        ("stations", "station_code"),
        ("cases", "case_ref"),
        ("case_events", "event_ref"),
        ("withdrawal_attempts", "attempt_ref"),
        ("withdrawal_attempts", "authority_ref"),
    ]
    for file, column in columns:
        assert demo[file][column].drop_nulls().str.contains(REFERENCE).all(), column
    assert demo["cases"]["ob_number"].drop_nulls().str.contains(OB_NUMBER).all()
    assert demo["cases"]["case_ref"].str.contains(r"^DEMO-20\d\d-\d{6}$").all()
    assert demo["stations"]["name"].str.starts_with("Demo station ").all()


def test_nothing_is_dated_after_the_data_date(demo):
    for name in FILES:
        for column in dates_of(demo[name]):
            if column != "month":
                assert demo[name][column].max() <= DATA_DATE, (name, column)


@pytest.mark.parametrize(
    ("file", "earlier", "later"),
    [
        ("stations", "opened_on", "closed_on"),
        ("station_returns", "desk_inspected_on", "received_on"),
        ("cases", "reported_on", "recorded_on"),
        ("case_events", "happened_on", "recorded_on"),
        ("withdrawal_attempts", "attempted_on", "resolved_on"),
        ("withdrawal_attempts", "attempted_on", "survivor_contacted_on"),
        ("withdrawal_attempts", "resolved_on", "recorded_on"),
    ],
)
def test_dates_follow_one_another(demo, file, earlier, later):
    both = demo[file].drop_nulls([earlier, later])
    assert both.height
    assert (both[earlier] <= both[later]).all()


def test_only_an_examination_is_dated_before_the_report_and_by_one_day(demo):
    events = demo["case_events"].join(demo["cases"].select("case_ref", "reported_on"), on="case_ref")
    odd = events.filter(pl.col("happened_on") < pl.col("reported_on"))
    assert set(odd["kind"]) == {"medical_exam"}
    assert (odd["reported_on"] - odd["happened_on"]).dt.total_days().max() == 1


def test_a_few_records_are_odd_and_nearly_all_are_not(many):
    cases, events = many["cases"], many["case_events"]
    numbered = cases.drop_nulls("ob_number")
    assert 0.002 < numbered.select("station_code", "ob_number").is_duplicated().mean() < 0.02
    assert 0.0005 < (cases["incident_on"] > cases["reported_on"]).mean() < 0.005
    assert (cases["incident_on"] - cases["reported_on"]).dt.total_days().max() == 1
    assert 0.001 < events["agency"].is_null().mean() < 0.005
    days = {
        name: events.filter(pl.col("kind") == name).group_by("case_ref").agg(pl.col("happened_on").min().alias(name))
        for name in ("sample_collected", "sample_sent")
    }
    both = days["sample_collected"].join(days["sample_sent"], on="case_ref")
    assert 0.001 < (both["sample_sent"] < both["sample_collected"]).mean() < 0.03


def test_four_busy_stations_record_nearly_every_event_on_its_day(many):
    events = many["case_events"].join(many["cases"].select("case_ref", "station_code"), on="case_ref")
    at_once = events.group_by("station_code").agg(
        share=(pl.col("happened_on") == pl.col("recorded_on")).mean(), events=pl.len()
    )
    assert at_once.filter((pl.col("events") >= 100) & (pl.col("share") > 0.6)).height == 4


def test_officers_desk_officers_and_the_women_among_them_agree(demo):
    returns = demo["station_returns"]
    assert (returns["female_officers"] <= returns["officers"]).all()
    desks = returns.drop_nulls("desk_women")
    assert (desks["desk_women"] <= desks["desk_officers"]).all()
    assert (desks["desk_women"] <= desks["female_officers"]).all()
    assert (desks["desk_officers"] <= desks["officers"]).all()
    inspected = desks.drop_nulls("woman_officer")
    assert ((inspected["woman_officer"] == "yes") == (inspected["desk_women"] > 0)).all()
    assert returns.filter(desk="no").select("desk_officers", "desk_inspected_on", *codes.CHECKLIST).null_count().row(
        0
    ) == ((returns.filter(desk="no").height,) * 12)


def test_details_belong_to_their_kind_of_event(demo):
    events = demo["case_events"]
    for kind, allowed in codes.EVENT_DETAILS.items():
        details = set(events.filter(kind=kind)["detail"].drop_nulls())
        known = set(INTERVENTION_SHARES) if allowed == codes.OPEN_DETAIL else set(allowed)
        assert details <= known, kind
        if kind in codes.DETAIL_REQUIRED:
            assert events.filter(kind=kind)["detail"].null_count() == 0, kind
    assert set(events.drop_nulls("value")["detail"]) == {"term"}


def test_no_offence_against_a_child_is_recorded_of_an_adult(many):
    adults = many["cases"].filter(survivor_age_band="18+")
    offences = set(adults["offence_code"]) | set(
        adults.join(many["case_events"], on="case_ref").filter(pl.col("kind").is_in(["charged", "reclassified"]))[
            "detail"
        ]
    )
    assert offences.isdisjoint({"SOA-8", "SOA-9", "SOA-11"})


def test_attempts_are_resolved_unless_pending(demo):
    attempts = demo["withdrawal_attempts"]
    assert ((attempts["result"] == "pending") == attempts["resolved_on"].is_null()).all()


# Every code, every state


@pytest.mark.parametrize("seed", [2026, 1])
def test_every_code_of_every_list_occurs(tmp_path, seed):
    write_demo_files(tmp_path, cases=CASES, seed=seed)
    demo = read_back(tmp_path)
    lists = [
        ("stations", "setting", codes.SETTINGS),
        ("stations", "kind", codes.STATION_KINDS),
        ("cases", "offence_code", codes.OFFENCES),
        ("cases", "survivor_age_band", codes.AGE_BANDS),
        ("cases", "survivor_sex", codes.SEXES),
        ("cases", "survivor_disability", codes.YES_NO_UNKNOWN),
        ("cases", "suspect_relationship", codes.RELATIONSHIPS),
        ("case_events", "kind", codes.EVENT_KINDS),
        ("case_events", "agency", codes.AGENCIES),
        ("withdrawal_attempts", "form", codes.FORMS),
        ("withdrawal_attempts", "route", codes.ROUTES),
        ("withdrawal_attempts", "initiator", codes.INITIATORS),
        ("withdrawal_attempts", "inducement", codes.INDUCEMENTS),
        ("withdrawal_attempts", "result", codes.RESULTS),
        *[("station_returns", item, ("yes", "no")) for item in codes.CHECKLIST],
    ]
    for file, column, allowed in lists:
        assert set(demo[file][column].drop_nulls()) == set(allowed), column
    for kind in ("odpp_decision", "adjournment", "judgment", "sentence", "closed"):
        assert set(demo["case_events"].filter(kind=kind)["detail"].drop_nulls()) == set(codes.EVENT_DETAILS[kind])
    interventions = set(demo["case_events"].filter(kind="intervention")["detail"])
    assert interventions == set(INTERVENTION_SHARES) > set(codes.INTERVENTIONS_FORBIDDEN)


def first_days(demo: Tables) -> pl.DataFrame:
    """One row a case: its report, and the first day of each kind of event."""
    days = demo["case_events"].pivot(on="kind", index="case_ref", values="happened_on", aggregate_function="min")
    return demo["cases"].select("case_ref", "reported_on", "offence_code").join(days, on="case_ref", how="left")


def test_rare_paths_occur(demo):
    cases, events = first_days(demo), demo["case_events"]
    process = events.filter(pl.col("kind").is_in(codes.PROCESS_EVENTS))
    last_step = process.group_by("case_ref").agg(last_step=pl.col("happened_on").max())
    silent = events.filter((pl.col("kind") == "closed") & ((pl.col("detail") == "other") | pl.col("detail").is_null()))
    occurrences = {
        "charged without an examination": cases.filter(
            pl.col("charged").is_not_null() & pl.col("medical_exam").is_null()
        ),
        "examined before the report": cases.filter(pl.col("medical_exam") < pl.col("reported_on")),
        "left lawfully within three days": cases.filter(pl.col("closed") <= pl.col("reported_on").dt.offset_by("3d")),
        "closed silently": silent,
        "taken up again": silent.join(last_step, on="case_ref").filter(pl.col("last_step") > pl.col("happened_on")),
        "never a step": cases.join(last_step, on="case_ref", how="anti"),
        "reclassified to defilement": events.filter(kind="reclassified", detail="SOA-8"),
        "reclassified from defilement": cases.filter(pl.col("reclassified").is_not_null(), offence_code="SOA-8"),
        "defilement charged as another offence": events.filter(
            pl.col("kind") == "charged", pl.col("detail") != "SOA-8"
        ).join(cases.filter(offence_code="SOA-8"), on="case_ref"),
        "intimidated, protected": cases.drop_nulls(["witness_intimidation", "witness_protected"]),
        "intimidated, not protected": cases.filter(
            pl.col("witness_intimidation").is_not_null() & pl.col("witness_protected").is_null()
        ),
        "more than two adjournments": events.filter(kind="adjournment")
        .group_by("case_ref")
        .len()
        .filter(pl.col("len") > 2),
    }
    assert {name for name, rows in occurrences.items() if rows.height < 3} == set()


def test_rare_attempts_occur(demo):
    attempts = demo["withdrawal_attempts"]
    stopped = attempts.filter(result="succeeded")
    never_lawful = stopped.filter(pl.col("route").is_in(codes.ROUTES_NEVER_LAWFUL))
    in_court = stopped.filter(pl.col("route").is_in(codes.ROUTES_BY_AUTHORITY))
    occurrences = {
        "unlawful stop before the directive": never_lawful.filter(pl.col("resolved_on") < DIRECTIVE),
        "unlawful stop since the directive": never_lawful.filter(pl.col("resolved_on") >= DIRECTIVE),
        "permitted by a court": in_court.drop_nulls("authority_ref"),
        "in court without authority": in_court.filter(pl.col("authority_ref").is_null()),
        "tried again": attempts.filter(attempt_ref="A2"),
        "a third time": attempts.filter(attempt_ref="A3"),
        "pending for more than 90 days": attempts.filter(
            pl.col("result") == "pending", pl.col("attempted_on") < date(2026, 4, 1)
        ),
    }
    assert {name for name, rows in occurrences.items() if rows.height < 3} == set()


def test_some_sentences_for_defilement_lie_below_the_minimum_and_most_do_not(many):
    sentences = (
        many["case_events"]
        .filter(kind="sentence", detail="term")
        .join(many["case_events"].filter(kind="charged", detail="SOA-8").select("case_ref"), on="case_ref")
    )
    banded = sentences.join(many["cases"].filter(survivor_age_band="12-15"), on="case_ref")
    assert 0.05 < (banded["value"] < 20).mean() < 0.2


def test_stations_open_close_and_fall_silent(demo):
    stations, returns = demo["stations"], demo["station_returns"]
    opened = stations.filter(pl.col("opened_on") >= date(2023, 1, 1))
    closed = stations.drop_nulls("closed_on")
    assert opened.height >= 2
    assert closed.height >= 2
    reported = demo["cases"].join(stations, on="station_code")
    assert reported.filter(pl.col("opened_on") > pl.col("reported_on")).is_empty()
    assert reported.filter(pl.col("closed_on") <= pl.col("reported_on")).is_empty()
    last_return = returns.group_by("station_code").agg(last=pl.col("received_on").max())
    unheard = last_return.filter(pl.col("last") < date(2025, 12, 1)).join(closed, on="station_code", how="anti")
    assert 2 <= unheard.height <= 0.03 * stations.height
    recorded = demo["case_events"].join(demo["cases"].select("case_ref", "station_code"), on="case_ref")
    after = recorded.join(unheard, on="station_code").filter(pl.col("recorded_on") > pl.col("last").dt.offset_by("1y"))
    assert after.is_empty()


# In believable proportions


def test_counties_have_cases_by_their_children_and_8_to_45_stations(many):
    monthly = with_county(many["cases"].select("case_ref"), many).group_by("county").len()
    a_month = {county: count * (20_000 / 30_000) / 42 for county, count in monthly.iter_rows()}
    assert set(a_month) == set(range(1, 48))
    assert 40 <= a_month[47] <= 50
    assert 1 <= a_month[5] <= 2.2
    per_county = many["stations"].group_by("county").len()["len"]
    assert 8 <= per_county.min() <= per_county.max() <= 45


def test_urban_stations_have_more_cases_than_rural_ones(many):
    cases = many["cases"].group_by("station_code").len().join(many["stations"].filter(county=32), on="station_code")
    mean = dict(cases.group_by("setting").agg(pl.col("len").mean()).iter_rows())
    assert mean["urban"] > 1.3 * mean["rural"]


def test_offences_suspects_and_attempts_come_in_the_known_proportions(demo):
    cases = demo["cases"]
    assert (cases["offence_code"] == "SOA-8").mean() == pytest.approx(0.80, abs=0.01)
    assert (~cases["suspect_relationship"].is_in(["stranger", "unknown"])).mean() == pytest.approx(0.89, abs=0.01)
    assert demo["withdrawal_attempts"]["case_ref"].n_unique() / CASES == pytest.approx(0.12, abs=0.02)
    assert 9 <= demo["case_events"].height / CASES <= 12


def test_courts_take_years_and_recent_cohorts_are_open(many):
    charged = first_days(many).drop_nulls("charged")
    old = charged.filter(pl.col("charged") < date(2024, 1, 1))
    recent = charged.filter(pl.col("charged") >= date(2026, 1, 1))
    judged_in_a_year = old["judgment"] <= old["charged"].dt.offset_by("1y")
    assert judged_in_a_year.fill_null(False).mean() < 0.3
    assert recent["judgment"].is_not_null().mean() < 0.05
    sent = first_days(many).drop_nulls(["sample_sent", "lab_result"])
    assert 90 < (sent["lab_result"] - sent["sample_sent"]).dt.total_days().median() < 180


def test_nine_in_ten_returns_came_and_none_for_the_month_that_is_not_yet_due(demo):
    returns, stations = demo["station_returns"], demo["stations"]
    assert returns["month"].max() == date(2026, 5, 1)
    month_end = pl.col("month").dt.month_end()
    expected = stations.join(returns.select("month").unique(), how="cross").filter(
        pl.col("closed_on").is_null() | (pl.col("closed_on") > month_end),
        pl.col("opened_on").is_null() | (pl.col("opened_on") <= month_end),
    )
    assert returns.height / expected.height == pytest.approx(0.90, abs=0.03)
    late = returns["received_on"] > returns["month"].dt.offset_by("1mo").dt.offset_by("9d")
    assert 0.05 < late.mean() < 0.2


def test_about_one_officer_in_six_is_a_woman_and_many_rural_stations_have_none(demo):
    returns = demo["station_returns"].join(demo["stations"], on="station_code")
    assert 0.12 < returns["female_officers"].sum() / returns["officers"].sum() < 0.20
    none = dict(returns.group_by("setting").agg((pl.col("female_officers") == 0).mean()).iter_rows())
    assert none["urban"] < 0.2 < none["rural"] < 0.5


def test_about_half_of_the_stations_have_a_desk_and_few_desks_are_functional_though_more_than_before(demo):
    returns = demo["station_returns"].with_columns(month_end=pl.col("month").dt.month_end())
    fresh = (pl.col("month_end") - pl.col("desk_inspected_on")).dt.total_days() <= 180
    functional = pl.all_horizontal(pl.col(item) == "yes" for item in codes.CHECKLIST) & fresh
    years = (
        returns.filter(desk="yes")
        .group_by(pl.col("month").dt.year())
        .agg(functional=functional.fill_null(False).mean(), stale=(~fresh.fill_null(False)).mean())
        .sort("month")
    )
    assert 0.4 < (returns["desk"] == "yes").mean() < 0.6
    assert years["functional"].max() < 0.25
    assert years["functional"][-1] > 1.15 * years["functional"][0] > 0
    assert years["stale"].min() > 0.2


# The directive


@pytest.mark.parametrize(
    ("follows", "attempts_left", "refused_more"), [(True, (0.3, 0.72), (0.2, 0.6)), (False, (0.8, 1.25), (-0.12, 0.12))]
)
def test_the_directive_shows_where_it_is_followed_and_nowhere_else(many, follows, attempts_left, refused_more):
    """The first halves of 2025 and 2026 compared: equal seasons, December left out."""
    attempts = with_county(many["withdrawal_attempts"], many).filter(
        pl.col("county").is_in(COUNTIES_THAT_FOLLOW) == follows
    )
    before = attempts.filter(pl.col("attempted_on").is_between(date(2025, 1, 1), date(2025, 6, 15)))
    after = attempts.filter(pl.col("attempted_on").is_between(date(2026, 1, 1), date(2026, 6, 15)))

    def refused(rows: pl.DataFrame) -> float:
        return (rows.filter(pl.col("result") != "pending")["result"] == "refused").mean()

    assert attempts_left[0] < after.height / before.height < attempts_left[1]
    assert refused_more[0] < refused(after) - refused(before) < refused_more[1]


def test_a_third_of_the_counties_follow_the_directive():
    counties = set(pl.read_csv(COUNTIES)["code"])
    assert set(COUNTIES_THAT_FOLLOW) < counties
    assert len(COUNTIES_THAT_FOLLOW) == len(counties) // 3 + 1
