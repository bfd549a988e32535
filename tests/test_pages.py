"""What the viewers of the screens read: headline, statuses, their own counties, what is not known, and the files."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, select, update
from streamlit.testing.v1 import AppTest

from db import schema
from db.access import AccountPass, SignedOut
from db.accounts import add_account
from db.engine import open_database, reading, writing
from db.figures import Figure, Status
from db.indicators import BY_CODE, INDICATORS
from db.intake import import_files
from db.records import Records
from db.setup import initialise
from db.spreadsheets import without_formula
from db.thresholds import set_threshold
from pages import overview
from pages.components import charts
from pages.components import tables as tables_shown
from pages.components.cards import status_badge
from pages.components.downloads import csv_file, exported
from pages.components.filters import Filters
from pages.components.frame import Screen
from pages.components.maps.county_map import short_name
from pages.components.phrases import period_words, target_words, value_words
from pages.components.questions import QUESTIONS
from pages.components.tables import FIGURE_SPACE
from pages.components.windows import shown_course, shown_figures
from pages.components.wording import say
from tests.databases import SQLiteFiles
from tests.deliveries import ATTEMPT, CASE, DATA_DATE, RETURN, STATION, TODAY, write_delivery

MONTH = 202605
SCREENS = ("overview", "withdrawals", "flagged_cases", "definitions")
OTHERS = ("2025-06", "2025-11", "2025-12", "2026-01", "2026-04", "2026-06")
NAIROBI, KISUMU, LAMU = "47", "42", "5"
ACCOUNTS = {
    "commissioner": ("commissioner", ()),
    "kisumu": ("county_official", (42,)),
    "dataofficer": ("data_officer", ()),
    "admin": ("administrator", ()),
}


@pytest.fixture(scope="module")
def filled(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """22 cases in Nairobi, of which 11 were examined in time, 3 in Kisumu, and no word from Lamu; one breach."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            for username, (role, counties) in ACCOUNTS.items():
                add_account(connection, username, role, counties, "a password for tests")
        folder = write_delivery(tmp_path_factory.mktemp("delivery"), delivery())
        import_files(engine, [folder], imported_by="tests", data_to=DATA_DATE, today=TODAY)
        yield engine
        engine.dispose()


def delivery() -> dict[str, list[dict[str, str]]]:
    first = case("N/first", NAIROBI) | {"offence_code": "SOA-3", "reported_on": "2025-06-02"}
    cases = [first] + [case(f"N/{n}", NAIROBI) for n in range(22)] + [case(f"K/{n}", KISUMU) for n in range(3)]
    examined = {"event_ref": "E1", "kind": "medical_exam", "happened_on": "2026-05-05", "recorded_on": "2026-05-06"}
    return {
        "stations": [
            STATION | {"station_code": f"ST-{county}", "county": county} for county in (NAIROBI, KISUMU, LAMU)
        ],
        "station_returns": [
            *[RETURN | {"station_code": f"ST-{county}"} for county in (NAIROBI, KISUMU)],
            *[
                RETURN | {"station_code": f"ST-{NAIROBI}", "month": month, "received_on": "2026-06-30"}
                for month in OTHERS
            ],
        ],
        "cases": cases,
        "case_events": [{"case_ref": f"N/{n}"} | examined for n in range(11)],
        "withdrawal_attempts": [
            attempt("N/1", result="succeeded", resolved_on="2026-05-20"),
            attempt("K/1", result="refused", resolved_on="2026-05-21"),
            attempt("K/2", result="pending", resolved_on=""),
        ],
    }


def case(case_ref: str, county: str) -> dict[str, str]:
    days = {"reported_on": "2026-05-04", "recorded_on": "2026-05-04"}
    return CASE | {"case_ref": case_ref, "station_code": f"ST-{county}"} | days


def attempt(case_ref: str, **result: str) -> dict[str, str]:
    days = {"attempted_on": "2026-05-10", "recorded_on": "2026-05-22"}
    return ATTEMPT | {"case_ref": case_ref, "initiator": "unknown"} | days | result


def screen(url: str, username: str, name: str) -> None:
    import importlib

    from db.access import AccountPass
    from db.engine import open_database
    from db.records import Records
    from pages.components import address

    with Records(open_database(url), AccountPass(username)) as records:
        address.open_screen(name)
        importlib.import_module(f"pages.{name}").page(records)
        address.write()


def shown(engine: Engine, username: str, name: str, **address: str) -> AppTest:
    """The screen as that account sees it at that address; it fails on any exception there."""
    url = engine.url.render_as_string(hide_password=False)
    app = AppTest.from_function(screen, kwargs={"url": url, "username": username, "name": name}, default_timeout=30)
    for parameter, value in address.items():
        app.query_params[parameter] = value
    app.run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    """Everything that is to be read on the screen."""
    parts = [element.value for kind in ("title", "header", "subheader", "markdown") for element in app.get(kind)]
    parts += [element.value for kind in ("caption", "info", "warning") for element in app.get(kind)]
    parts += [f"{metric.label} {metric.value}" for metric in app.metric]
    parts += [row for table in tables(app) for row in rows(table)]
    return "\n".join(str(part) for part in parts)


def tables(app: AppTest) -> list[pd.DataFrame]:
    """Every table on the screen: those to read, and those of which a row can be chosen."""
    return [*to_read(app), *[table.value for table in app.dataframe]]


def to_read(app: AppTest) -> list[pd.DataFrame]:
    return [plain(table.value) for table in app.table]


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its words as they are said, whatever keeps them on wide lines; only "%" stays with its number."""

    def said(words: object) -> object:
        return re.sub("\u00a0(?!%)", " ", words).rstrip(FIGURE_SPACE) if isinstance(words, str) else words

    return table.map(said).rename(columns=said)


def rows(table: pd.DataFrame) -> list[str]:
    return [" | ".join(map(str, row)) for row in table.to_numpy().tolist()]


def row(app: AppTest, name: str) -> str:
    """The one table row that begins with `name`."""
    (found,) = [row for table in tables(app) for row in rows(table) if row.startswith(f"{name} |")]
    return found


def headline(app: AppTest) -> str:
    return app.header[0].value


# The headline


def test_the_headline_counts_the_breaches_of_the_month_and_their_counties(filled: Engine) -> None:
    app = shown(filled, "commissioner", "overview")
    assert headline(app) == "1 breach of the directive is on record for May 2026, in 1 county."
    assert "Where: Nairobi\u00a01." in text(app)
    assert "In April 2026 there was none." in text(app)


def test_a_month_without_breaches_is_said_to_have_none_on_record(filled: Engine) -> None:
    app = shown(filled, "commissioner", "overview", month="June 2026")
    assert headline(app) == "No breach of the directive is on record for June 2026."


def test_before_the_directive_nothing_is_called_a_breach_or_said_to_obey_it(filled: Engine) -> None:
    app = shown(filled, "commissioner", "overview", month="June 2025")
    assert headline(app) == "No unlawful stop is on record for June 2025, before the directive."
    assert "Breaches of the directive" not in text(app)
    withdrawals = shown(filled, "commissioner", "withdrawals", month="June 2025")
    assert "**Breaches of the directive**" not in [metric.label for metric in withdrawals.metric]


def test_a_county_is_named_with_its_twelve_months(filled: Engine) -> None:
    app = shown(filled, "kisumu", "overview")
    assert headline(app) == "Kisumu: No breach of the directive is on record for December 2025 to May 2026."
    assert "What follows covers June 2025 to May 2026." in text(app)
    assert "2 attempts to stop a case were made. 1 has no answer yet." in text(app)


def test_a_county_that_sent_nothing_has_no_report_and_no_zero(filled: Engine) -> None:
    app = shown(filled, "commissioner", "overview", county="Lamu")
    assert headline(app).startswith("Lamu: no report for June 2025 to May 2026.")
    assert {metric.value for metric in app.metric if metric.label != "**Returns received in time**"} == {"No report"}
    assert row(app, "Lamu") == "Lamu | No report | No report | – | 0 of 12 | No report | –"


# Statuses


def test_a_rate_is_shown_with_what_it_was_counted_from(filled: Engine) -> None:
    app = shown(filled, "commissioner", "overview")
    assert "Cases with a medical examination by the third day after the report: **11**, of **25** cases" in text(app)
    (card,) = [metric for metric in app.metric if "Examined within 72 hours" in metric.label]
    assert card.value == "44.0\u00a0%"


def test_too_few_cases_show_no_rate_but_what_was_counted(filled: Engine) -> None:
    app = shown(filled, "commissioner", "overview", indicator="Examined within 72 hours of the report")
    assert row(app, "Nairobi").startswith("Nairobi | 50.0\u00a0% | 11 of 22 | ")
    assert row(app, "Kisumu").startswith("Kisumu | Too few for a rate | 0 of 3 | – |")


def test_a_target_is_official_or_provisional_and_met_or_missed_in_words(filled: Engine) -> None:
    words = text(shown(filled, "commissioner", "overview"))
    assert ":orange-badge[Target missed] Target: 0, official" in words
    assert ":orange-badge[Target missed] Target: at least 90\u00a0%, provisional" in words


@pytest.mark.parametrize("code", ["attempts", "cases-with-attempt", "attempts-per-100-open", "attempts-refused"])
def test_attempts_are_never_coloured(code: str) -> None:
    assert status_badge(figure(code, value=60.0, status=Status.NO_TARGET)) == say("components.status.no_target")


def figure(code: str, **values: Any) -> Figure:
    plain: dict[str, Any] = dict.fromkeys(Figure.__dataclass_fields__)
    return Figure(**plain | {"indicator": BY_CODE[code]} | values)


# Which months a figure covers


def test_cohorts_that_ripen_are_shown_for_twelve_months_and_say_so(filled: Engine) -> None:
    """The first case, of June 2025, has fallen dormant; the 24 of May 2026 that go on have had no time to."""
    app = shown(filled, "commissioner", "overview")
    (card,) = [metric for metric in app.metric if "Prosecution continuity" in metric.label]
    assert card.value == f"{100 * 24 / 25:.1f}\u00a0%"
    assert "Cases reported June 2025 to May 2026 · " in text(app)
    extended = shown(filled, "commissioner", "overview", scope="All cases")
    (card,) = [metric for metric in extended.metric if "Prosecution continuity" in metric.label]
    assert card.value == f"{100 * 24 / 26:.1f}\u00a0%"


def test_targets_missed_are_counted_on_the_twelve_months_of_cohorts_that_ripen(filled: Engine) -> None:
    with Records(filled, AccountPass("commissioner")) as records:
        figures = shown_figures(asked(records, county=None))
        spans = {code: figure.first_month for code, figure in figures.items()}
    assert {code for code, first in spans.items() if first != MONTH} == {
        "continuity",
        "lawful-exits",
        "charged-in-time",
    }
    assert spans["continuity"] == 202506


def test_months_before_the_data_begins_are_not_counted_as_part_of_a_year(filled: Engine) -> None:
    rate = "Reported cases per 100,000 children"
    early = shown(filled, "commissioner", "overview", month="April 2026", county="Nairobi", indicator=rate)
    assert "Data begin in June 2025. Whatever is shown for twelve months together covers June 2025 to April 2026" in (
        text(early)
    )
    assert row(early, "Nairobi").startswith("Nairobi | Too few for a rate | ")
    assert row(early, "Kenya").startswith("Kenya | Too few for a rate | ")
    assert f"**{rate}: Too few for a rate**" in text(early)
    assert f"{rate}, month by month: no value in these months." in text(early)
    whole = shown(filled, "commissioner", "overview", county="Nairobi", indicator=rate)
    assert "Data begin" not in text(whole)
    assert not row(whole, "Nairobi").startswith("Nairobi | Too few")


def test_months_before_the_data_begins_are_no_rows_of_a_division(filled: Engine) -> None:
    app = shown(filled, "commissioner", "withdrawals", month="April 2026", cut="Month")
    assert row(app, "June 2025")
    assert "May 2025" not in text(app)
    assert "May 2025" not in text(app)


def test_breaches_have_no_value_in_months_before_the_directive(filled: Engine) -> None:
    with Records(filled, AccountPass("commissioner")) as records:
        points = charts.course_points(shown_course(asked(records, county=None), 12))
    values = {point["month"]: point["value"] for point in points["breaches"]}
    assert (values[202511], values[202512], values[202605]) == (None, 0, 1)
    assert {point["month"]: point["value"] for point in points["unlawful-stops"]}[202511] == 0


def test_a_countys_breaches_are_said_to_add_up_since_the_directive(filled: Engine) -> None:
    adds_up = "Each point adds up the breaches since 2 December 2025"
    assert adds_up in text(shown(filled, "commissioner", "overview", county="Nairobi"))
    assert adds_up not in text(shown(filled, "commissioner", "overview"))


def test_the_directives_first_month_is_not_compared_with_the_one_before(filled: Engine) -> None:
    words = text(shown(filled, "commissioner", "overview", month="December 2025"))
    assert "In November 2025" not in words
    assert "In December 2025 there was none." in text(shown(filled, "commissioner", "overview", month="January 2026"))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (["2025-12-01"], "It came before the directive of 2 December 2025 and is no breach of it."),
        (["2025-11-20", "2025-12-01"], "All came before the directive of 2 December 2025 and are no breaches of it."),
        (["2025-12-01", "2025-12-02"], "Only 1 came since the directive of 2 December 2025 and is a breach of it."),
        (
            ["2025-12-01", "2025-12-02", "2026-05-31"],
            "Only 2 came since the directive of 2 December 2025 and are breaches of it.",
        ),
        (["2025-12-02"], ""),
    ],
    ids=["one before", "all before", "one since", "some since", "none before"],
)
def test_unlawful_stops_before_the_directive_are_said_to_be_no_breaches(
    sqlite_database: Engine, tmp_path: Path, days: list[str], words: str
) -> None:
    initialise(sqlite_database)
    with writing(sqlite_database) as connection:
        add_account(connection, "kisumu", "county_official", (42,), "a password for tests")
    files = delivery()
    files["cases"] += [case(f"K/old/{day}", KISUMU) | {"reported_on": "2025-11-01"} for day in days]
    files["withdrawal_attempts"] = [
        attempt(f"K/old/{day}", result="succeeded", resolved_on=day) | {"attempted_on": day, "recorded_on": day}
        for day in days
    ]
    folder = write_delivery(tmp_path, files)
    import_files(sqlite_database, [folder], imported_by="tests", data_to=DATA_DATE, today=TODAY)
    told = text(shown(sqlite_database, "kisumu", "overview"))
    acted_on = text(shown(sqlite_database, "kisumu", "county"))
    if words:
        assert f"- Unlawful stops: {len(days)}. {words}" in told
        assert f"- **Unlawful stops: {len(days)}.** Target: 0. {words}" in acted_on
    for screen_words in (told, acted_on):
        assert ("came before" in screen_words or "came since" in screen_words) == bool(words)


def test_all_cases_are_not_taken_for_defilement_cases(filled: Engine) -> None:
    warned = "All cases on record are counted here, not defilement cases alone."
    assert warned in text(shown(filled, "commissioner", "overview", scope="All cases"))
    assert warned not in text(shown(filled, "commissioner", "overview"))


def asked(records: Records, *, county: int | None) -> Screen:
    return Screen(records, records.state(), Filters("core", MONTH, county, ""))


def test_what_is_unknown_of_stations_is_not_called_chance(filled: Engine) -> None:
    of_stations = shown(filled, "commissioner", "overview", indicator="Stations without a woman officer")
    of_cases = shown(filled, "commissioner", "overview", indicator="Examined within 72 hours of the report")
    unknown, chance = "if every unknown station were the worst, or the best", "Shaded: 95 % interval."
    assert unknown in text(of_stations) and chance not in text(of_stations)
    assert chance in text(of_cases) and unknown not in text(of_cases)
    heads = [list(app.dataframe[-1].value.columns)[3] for app in (of_stations, of_cases)]
    assert heads == [say("components.column.interval.bounds"), say("components.column.interval.chance")]


# Whose figures


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("cut", ["Route", "County", "Month"])
def test_an_official_reads_of_no_other_county(filled: Engine, name: str, cut: str) -> None:
    app = shown(filled, "kisumu", name, cut=cut)
    assert "Nairobi" not in text(app)
    assert "Nairobi" not in str([box.options for box in app.selectbox])


def test_an_official_who_asks_for_another_county_gets_the_own_one_and_is_told(filled: Engine) -> None:
    app = shown(filled, "kisumu", "overview", county="Nairobi")
    assert [warning.value for warning in app.warning] == [
        "The address of this page names a place that cannot be shown to you: your usual one is shown."
    ]
    assert headline(app).startswith("Kisumu:")


def test_an_official_compares_with_the_country(filled: Engine) -> None:
    app = shown(filled, "kisumu", "overview", indicator="Examined within 72 hours of the report")
    assert row(app, "Kenya").startswith("Kenya | 44.0\u00a0% | 11 of 25")
    assert shown(filled, "kisumu", "overview", county="Kenya").header[0].value.startswith("1 breach")


@pytest.mark.parametrize("username", ["dataofficer", "admin"])
def test_definitions_are_open_to_roles_without_figures(filled: Engine, username: str) -> None:
    assert "Breaches of the directive" in text(shown(filled, username, "definitions"))


# Filters


@pytest.mark.parametrize("name", ["overview", "withdrawals"])
def test_filters_are_read_from_the_address(filled: Engine, name: str) -> None:
    app = shown(filled, "commissioner", name, scope="All cases", month="April 2026", county="Kisumu")
    assert [app.selectbox(key=key).value for key in ("scope", "month", "county")] == ["extended", 202604, 42]
    assert not app.warning


@pytest.mark.parametrize("asked", ["202604", "April 1926", "[x](https://example.org)"])
def test_a_month_that_cannot_be_shown_gives_way_to_the_usual_one_without_being_repeated(
    filled: Engine, asked: str
) -> None:
    app = shown(filled, "commissioner", "overview", month=asked)
    assert app.selectbox(key="month").value == MONTH
    assert len(app.warning) == 1
    assert asked not in text(app)


# What stands on every screen


@pytest.mark.parametrize("name", ["overview", "withdrawals"])
def test_every_screen_says_to_which_day_it_speaks_and_who_reads(filled: Engine, name: str) -> None:
    words = text(shown(filled, "kisumu", name))
    assert "Data to 30 June 2026 · refreshed " in words
    assert "signed in as kisumu (County official): Kisumu" in words
    assert "Demonstration" not in words


@pytest.mark.parametrize("name", SCREENS)
def test_a_database_without_data_says_so(sqlite_database: Engine, name: str) -> None:
    initialise(sqlite_database, demonstration=True)
    with writing(sqlite_database) as connection:
        add_account(connection, "commissioner", "commissioner", (), "a password for tests")
    words = text(shown(sqlite_database, "commissioner", name))
    assert words.count("**Demonstration.**") == 1
    assert ("There is no data yet." in words) == (name != "definitions")


def test_figures_that_are_behind_the_records_say_so(sqlite_database: Engine, tmp_path: Path) -> None:
    initialise(sqlite_database)
    with writing(sqlite_database) as connection:
        add_account(connection, "commissioner", "commissioner", (), "a password for tests")
    files = {name: rows for name, rows in delivery().items() if name in ("stations", "cases")}
    import_files(
        sqlite_database, [write_delivery(tmp_path, files)], imported_by="tests", data_to=DATA_DATE, today=TODAY
    )
    assert not shown(sqlite_database, "commissioner", "overview").warning
    with writing(sqlite_database) as connection:
        connection.execute(update(schema.case_record).values(survivor_sex="male"))
    (warning,) = shown(sqlite_database, "commissioner", "overview").warning
    assert "The figures are behind the records" in warning.value


# Withdrawals


def test_the_route_table_says_what_the_law_says(filled: Engine) -> None:
    app = shown(filled, "commissioner", "withdrawals")
    route = row(app, "Family, elders, chief or religious leader")
    assert route.split(" | ")[1:] == ["Never lawful", "3", "1", "1", "0", "1", "1"]


def test_an_initiator_who_is_unknown_is_shown_as_not_recorded(filled: Engine) -> None:
    assert row(shown(filled, "commissioner", "withdrawals", cut="Who started it"), "Not recorded")


def test_counties_and_months_without_a_report_show_no_count(filled: Engine) -> None:
    by_county = shown(filled, "commissioner", "withdrawals", cut="County")
    assert row(by_county, "Lamu") == "Lamu" + " | No report" * 7
    assert row(by_county, "Kisumu").startswith("Kisumu | 2 | 1 | 1 | 0 | 0 | 0 | ")
    by_month = shown(filled, "kisumu", "withdrawals", cut="Month")
    assert row(by_month, "May 2026").split(" | ")[1:4] == ["2", "1", "1"]
    assert row(by_month, "April 2026").split(" | ")[1:] == ["No report"] * 7


def test_a_comparison_that_comes_too_early_says_what_is_missing(filled: Engine) -> None:
    words = text(shown(filled, "commissioner", "withdrawals"))
    assert "needs 6 complete months after December 2025 and there are 5 up to May 2026" in words


def test_where_the_data_begin_too_late_for_any_season_the_screen_compares_none(filled: Engine) -> None:
    # The data begin in June 2025: January has no season before.
    app = shown(filled, "commissioner", "withdrawals", month="January 2026")
    assert "there is 1 up to January 2026" in text(app)
    assert not [table for table in to_read(app) if "Cases open, month by month" in table.columns]


def test_a_comparison_of_too_few_open_cases_gives_no_ratio_and_says_so(filled: Engine) -> None:
    words = text(shown(filled, "commissioner", "withdrawals", month="June 2026"))
    assert "no ratio is given on fewer than 20 of either side" in words
    assert "It is too early" not in words and "95 % interval" not in words


def test_a_comparison_with_too_little_on_record_says_so(filled: Engine) -> None:
    told: dict[str, Any] = {"effective_from": date(2026, 6, 1), "status": None, "source": None, "by": "test"}
    try:
        with writing(filled) as connection:
            set_threshold(connection, "minimum_denominator", "0", **told)
        words = text(shown(filled, "commissioner", "withdrawals", month="June 2026"))
    finally:
        with writing(filled) as connection:
            set_threshold(connection, "minimum_denominator", "20", **told)
    assert "There is too little on record to compare" in words
    assert "no ratio is given" not in words


# Definitions


def test_every_indicator_is_defined_and_asked_about_once(filled: Engine) -> None:
    words = text(shown(filled, "commissioner", "definitions"))
    assert [indicator.code for indicator in INDICATORS if f"### {indicator.title}\n" not in words] == []
    asked = [code for question in QUESTIONS for code in question.codes]
    assert sorted(set(asked) & set(BY_CODE)) == sorted(asked)


def test_definitions_show_the_thresholds_with_their_standing(filled: Engine) -> None:
    app = shown(filled, "commissioner", "definitions")
    assert row(app, "Date of the directive").startswith("Date of the directive | 2025-12-02 | official |")
    assert row(app, "Target: Charged in time").startswith("Target: Charged in time | 80\u00a0% | provisional |")


# Files


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+254", "'+254"),
        ("-3", "'-3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\rx", "'\rx"),
        ("  =1", "'  =1"),
        ("Murang'a", "Murang'a"),
        ("0-11", "0-11"),
    ],
)
def test_a_file_runs_no_formula(cell: str, kept: str) -> None:
    assert without_formula(cell) == kept


def test_a_file_says_on_every_row_whose_it_is_and_stays_readable_by_machines(filled: Engine) -> None:
    records = Records(filled, AccountPass("kisumu"))
    table = pd.DataFrame({"name": ["=1", "Kisumu"], "value": [-1.5, None]})
    first, second = (list(csv.DictReader(io.StringIO(csv_file(records, table).decode()))) for _ in range(2))
    assert [row["name"] for row in first] == ["'=1", "Kisumu"]
    assert [row["value"] for row in first] == ["-1.5", ""]
    assert {row["exported_by"] for row in first} == {"kisumu"}
    assert {row["data_to"] for row in first} == {"2026-06-30"}
    assert {row["data_is"] for row in first} == {"records as imported"}
    assert first[0]["export"] != second[0]["export"]


@pytest.mark.parametrize(("code", "first"), [("silent-exits", 202506), ("breaches", 202512), ("women-share", 202605)])
def test_a_file_says_from_which_month_on_its_figures_count(filled: Engine, code: str, first: int) -> None:
    records = Records(filled, AccountPass("commissioner"))
    kenya, kisumu = asked(records, county=None), asked(records, county=int(KISUMU))
    assert set(overview._counties_file(kenya, code)["first_month"]) == {first}
    assert list(tables_shown._course_file(kenya, [code], 2)["first_month"]) == [202604, 202605]
    # No figure begins before the data of these tests, June 2025, nor breaches before the directive.
    april = 202604 if code == "women-share" else first
    assert list(tables_shown._course_file(kisumu, [code], 2)["first_month"]) == [april, first]


def test_a_session_that_has_ended_downloads_nothing(sqlite_database: Engine) -> None:
    initialise(sqlite_database)
    with writing(sqlite_database) as connection:
        add_account(connection, "leaver", "commissioner", (), "a password for tests")
    records = Records(sqlite_database, AccountPass("leaver"))
    with writing(sqlite_database) as connection:
        connection.execute(update(schema.account).values(is_disabled=True))
    with pytest.raises(SignedOut):
        csv_file(records, pd.DataFrame({"value": [1]}))


def test_a_file_is_handed_over_once_the_audit_log_has_its_line(sqlite_database: Engine) -> None:
    initialise(sqlite_database)
    with writing(sqlite_database) as connection:
        add_account(connection, "taker", "commissioner", (), "a password for tests")
    records = Records(sqlite_database, AccountPass("taker"))
    content = exported(records, "breaches-by-county-2026-05-core.csv", lambda: pd.DataFrame({"value": [1]}))
    [row] = csv.DictReader(io.StringIO(content.decode()))
    with reading(sqlite_database) as connection:
        lines = connection.execute(
            select(schema.audit.c.username, schema.audit.c.subject, schema.audit.c.outcome).where(
                schema.audit.c.action == "export"
            )
        ).all()
    assert [tuple(line) for line in lines] == [("taker", f"breaches-by-county-2026-05-core {row['export']}", "allowed")]


# Charts and words


def test_a_month_without_a_value_is_a_gap_and_not_zero() -> None:
    course = pd.DataFrame(
        {
            "indicator": "silent-exits",
            "month": [202604, 202605],
            "numerator": [0, 3],
            "denominator": [0, 40],
            "value": [None, 7.5],
            "lower": [None, 2.6],
            "upper": [None, 19.9],
        }
    )
    (gap, point) = charts.course_points(course)["silent-exits"]
    assert (gap["value"], gap["lower"], point["value"]) == (None, None, 7.5)


@pytest.mark.parametrize(
    ("first", "last", "layers"),
    [
        ("2025-11", "2025-12", 1),  # its day lies between
        ("2025-12", "2026-01", 0),  # all points stand after it
        ("2025-10", "2025-11", 0),  # all points stand before it
    ],
)
def test_the_directive_is_drawn_where_the_months_reach_it(first: str, last: str, layers: int) -> None:
    points = [{"on": f"{month}-15T00:00:00"} for month in (first, last)]
    assert len(charts._directive_layers(points, date(2025, 12, 2))) == layers


def test_a_county_can_be_told_by_the_first_letters_of_its_name(filled: Engine) -> None:
    names = Records(filled, AccountPass("commissioner")).counties()["name"]
    assert len({short_name(name) for name in names}) == 47


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("breaches", 1204.0, "1,204"),
        ("silent-exits", 3.44, "3.4\u00a0%"),
        ("attempts-per-100-open", 0.9, "0.9"),
        ("silent-exits", None, "–"),
        ("silent-exits", float("nan"), "–"),
    ],
)
def test_values_are_written_in_their_unit(code: str, value: float | None, words: str) -> None:
    assert value_words(value, BY_CODE[code].unit) == words


@pytest.mark.parametrize(
    ("code", "target", "words"),
    [
        ("breaches", 0.0, "0, official"),
        ("women-share", 33.3333, "at least 33.3\u00a0%, official"),
        ("desk-any", 100.0, "100\u00a0%, official"),
        ("desk-any", 99.9, "at least 99.9\u00a0%, official"),
        ("silent-exits", 5.0, "at most 5\u00a0%, official"),
        ("attempts", None, ""),
    ],
)
def test_targets_are_written_with_their_direction(code: str, target: float | None, words: str) -> None:
    assert target_words(BY_CODE[code], target, "official") == words


def test_a_period_of_one_month_is_that_month() -> None:
    assert period_words(202605, 202605) == "May 2026"
    assert period_words(202506, 202605) == "June 2025 to May 2026"
