"""Records hold what one viewer may read and no more, at every reading, on both databases."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, update

from db import accounts, schema, sessions
from db.access import IDLE, LONGEST, AccessDenied, AccountPass, OperatorPass, SessionPass, SignedOut, Viewer, token_hash
from db.engine import open_database, writing
from db.indicators import BY_CODE
from db.records import Records
from db.refresh import refresh, refresh_within
from db.setup import initialise
from tests.databases import fill_once
from tests.random_source import DATA_DATE, RandomSource

MONTH = 202602
OWN, OTHER, THIRD = 1, 2, 47  # the counties of the random stations
ALL = list(range(1, 48))
TOKEN = "the token of a session"
ACCOUNTS = {
    "commissioner": ("commissioner", ()),
    "staff": ("staff", ()),
    "official": ("county_official", (OWN,)),
    "neighbours": ("county_official", (OWN, OTHER)),
    "placeless": ("county_official", ()),
    "dataofficer": ("data_officer", ()),
    "admin": ("administrator", ()),
}
Reads = Callable[[Records], Any]
NATIONAL: dict[str, Reads] = {
    "figures": lambda records: records.figures(MONTH, "core"),
    "figure": lambda records: records.figure("attempts", MONTH, "core"),
    "course": lambda records: records.course(MONTH, "core"),
    "attempts_by": lambda records: records.attempts_by("form", MONTH, "core"),
    "before_after": lambda records: records.before_after(MONTH, "core"),
}
OF_A_COUNTY: dict[str, Callable[[Records, int], Any]] = {
    "figures": lambda records, county: records.figures(MONTH, "core", county),
    "figure": lambda records, county: records.figure("attempts", MONTH, "core", county),
    "course": lambda records, county: records.course(MONTH, "core", county),
    "attempts_by": lambda records, county: records.attempts_by("form", MONTH, "core", county),
    "before_after": lambda records, county: records.before_after(MONTH, "core", county),
}
BY_COUNTY: dict[str, Reads] = {
    "by_county": lambda records: records.by_county("attempts", MONTH, "core"),
    "counts_by_county": lambda records: records.counts_by_county(["attempts", "breaches"], MONTH, "core"),
}


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Random cases and the accounts above, on either system; tests only read it."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        fill(engine, cases=60)
        yield engine
        engine.dispose()


@pytest.fixture
def own_database(database: Engine) -> Engine:
    """The same for one test alone, which may change it."""
    fill_once(database, fill, 10)
    return database


def fill(engine: Engine, cases: int) -> None:
    initialise(engine)
    with writing(engine) as connection:
        source = RandomSource(connection, seed=1)
        source.fill(cases)
        for county, code in ((OWN, "S1"), (OTHER, "S2"), (THIRD, "S3")):
            connection.execute(
                update(schema.station).where(schema.station.c.station_code == code).values(county_code=county)
            )
        for username, (role, counties) in ACCOUNTS.items():
            _add_account(connection, username, role, counties)
        refresh_within(connection, everything=True)


def _add_account(connection, username: str, role: str, counties: tuple[int, ...]) -> None:
    connection.execute(
        insert(schema.account).values(
            username=username,
            password_hash="no password fits this",
            password_version=1,
            must_change_password=False,
            role=role,
            created_at=datetime.now(UTC),
        )
    )
    for county in counties:
        connection.execute(insert(schema.account_county).values(username=username, county_code=county))


def records_of(engine: Engine, username: str) -> Records:
    return Records(engine, AccountPass(username))


# Counties


@pytest.mark.parametrize("username", ["commissioner", "staff"])
def test_a_national_viewer_sees_every_county(filled: Engine, username: str) -> None:
    records = records_of(filled, username)
    assert list(records.counties()["county_code"]) == ALL
    for read in BY_COUNTY.values():
        assert list(read(records)["county_code"]) == ALL
    for county in (OWN, OTHER, THIRD):
        for of_county in OF_A_COUNTY.values():
            of_county(records, county)


@pytest.mark.parametrize(
    ("username", "counties"), [("official", [OWN]), ("neighbours", [OWN, OTHER]), ("placeless", [])]
)
def test_an_official_has_a_row_for_each_own_county_and_none_for_others(
    filled: Engine, username: str, counties: list[int]
) -> None:
    records = records_of(filled, username)
    assert records.viewer == Viewer(username, "county_official", frozenset(counties))
    for frame in (records.counties(), *(read(records) for read in BY_COUNTY.values())):
        assert len(frame) == len(counties)
        assert not counties or list(frame["county_code"]) == counties


def test_an_official_s_row_is_the_one_that_a_national_viewer_sees(filled: Engine) -> None:
    national, own = records_of(filled, "commissioner"), records_of(filled, "official")
    for code in BY_CODE:
        of_all = national.by_county(code, MONTH, "core").set_index("county_code").loc[OWN]
        [of_own] = own.by_county(code, MONTH, "core").set_index("county_code").to_dict("records")
        assert of_own["numerator"] == of_all["numerator"]
        assert own.figure(code, MONTH, "core", OWN) == national.figure(code, MONTH, "core", OWN)
    reported = national.by_county("reported", MONTH, "extended").set_index("county_code")["numerator"]
    assert min(reported.loc[[OWN, OTHER]]) > 0
    assert reported.sum() == national.figure("reported", MONTH, "extended", months=12).numerator


@pytest.mark.parametrize("read", OF_A_COUNTY.values(), ids=OF_A_COUNTY)
def test_an_official_is_denied_any_other_county(filled: Engine, read: Callable[[Records, int], Any]) -> None:
    official = records_of(filled, "official")
    read(official, OWN)
    for county in (OTHER, THIRD, 33):
        with pytest.raises(AccessDenied, match="There is no such county in what you may see"):
            read(official, county)
    with official, pytest.raises(AccessDenied):
        read(official, OTHER)


@pytest.mark.parametrize("read", OF_A_COUNTY.values(), ids=OF_A_COUNTY)
def test_without_a_county_every_county_is_denied(filled: Engine, read: Callable[[Records, int], Any]) -> None:
    with pytest.raises(AccessDenied):
        read(records_of(filled, "placeless"), OWN)


@pytest.mark.parametrize("county", [0, 48, -1])
def test_a_county_that_does_not_exist_is_denied_to_everybody(filled: Engine, county: int) -> None:
    for username in ACCOUNTS:
        with pytest.raises(AccessDenied):
            records_of(filled, username).figure("attempts", MONTH, "core", county)


@pytest.mark.parametrize("read", NATIONAL.values(), ids=NATIONAL)
def test_the_national_figure_is_there_for_an_official_to_compare_with(filled: Engine, read: Reads) -> None:
    found, expected = read(records_of(filled, "official")), read(records_of(filled, "commissioner"))
    assert found.equals(expected) if hasattr(found, "equals") else found == expected


# Roles


@pytest.mark.parametrize("username", ["dataofficer", "admin"])
@pytest.mark.parametrize("read", [*NATIONAL.values(), *BY_COUNTY.values()], ids=[*NATIONAL, *BY_COUNTY])
def test_data_officers_and_administrators_see_no_figures(filled: Engine, username: str, read: Reads) -> None:
    with pytest.raises(AccessDenied, match="Your role does not include these figures"):
        read(records_of(filled, username))


@pytest.mark.parametrize("username", ["dataofficer", "admin"])
@pytest.mark.parametrize("read", OF_A_COUNTY.values(), ids=OF_A_COUNTY)
def test_nor_those_of_a_county(filled: Engine, username: str, read: Callable[[Records, int], Any]) -> None:
    with pytest.raises(AccessDenied):
        read(records_of(filled, username), OWN)


@pytest.mark.parametrize("username", list(ACCOUNTS))
def test_everybody_who_is_signed_in_sees_to_when_the_data_speaks_and_the_thresholds(
    filled: Engine, username: str
) -> None:
    records = records_of(filled, username)
    state = records.state()
    assert state.data_date == DATA_DATE
    assert (state.first_month, state.last_month, state.month_under_review) == (202501, MONTH, MONTH)
    assert state.directive_on == date(2025, 12, 2)
    assert not state.is_behind and not state.is_demonstration
    thresholds = records.thresholds().set_index("code")
    assert thresholds.loc["exam_days", "value"] == "1"  # the newest of two
    assert thresholds.index.is_unique


def test_a_database_without_data_says_so(database: Engine) -> None:
    initialise(database)
    state = Records(database, OperatorPass()).state()
    assert (state.data_date, state.refreshed_at, state.is_behind) == (None, None, False)
    assert (state.first_month, state.last_month, state.month_under_review, state.data_version) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("data_date", "last_month", "under_review"),
    [(date(2026, 5, 31), 202605, 202604), (date(2026, 5, 30), 202604, 202604), (date(2026, 6, 1), 202605, 202605)],
)
def test_the_month_under_review_is_the_last_that_ended_before_the_data_date(
    sqlite_database: Engine, data_date: date, last_month: int, under_review: int
) -> None:
    initialise(sqlite_database)
    with writing(sqlite_database) as connection:
        connection.execute(update(schema.database_state).values(data_date=data_date))
    state = Records(sqlite_database, OperatorPass()).state()
    assert (state.last_month, state.month_under_review) == (last_month, under_review)


def test_a_role_that_does_not_exist_has_no_right() -> None:
    viewer = Viewer("someone", "minister", frozenset(ALL))
    assert not any(viewer.may(right) for right in ("figures", "cases", "completeness", "imports", "accounts", "audit"))


# The pass is checked at each reading


@pytest.fixture
def signed_in(own_database: Engine) -> Records:
    """Records of the official, who has just read a figure of the own county."""
    with writing(own_database) as connection:
        now = datetime.now(UTC)
        connection.execute(
            insert(schema.sign_in_session).values(
                token_hash=token_hash(TOKEN), username="official", password_version=1, started_at=now, last_seen_at=now
            )
        )
    records = Records(own_database, SessionPass(TOKEN))
    records.figure("attempts", MONTH, "core", OWN)
    return records


def _end_session(connection) -> None:
    sessions.end_all(connection, "official", datetime.now(UTC))


def _disable(connection) -> None:
    connection.execute(update(schema.account).where(schema.account.c.username == "official").values(is_disabled=True))


def _change_password(connection) -> None:
    connection.execute(update(schema.account).where(schema.account.c.username == "official").values(password_version=2))


def _idle(connection) -> None:
    connection.execute(update(schema.sign_in_session).values(last_seen_at=datetime.now(UTC) - IDLE))


def _signed_in_too_long(connection) -> None:
    connection.execute(update(schema.sign_in_session).values(started_at=datetime.now(UTC) - LONGEST))


def _forget_session(connection) -> None:
    connection.execute(delete(schema.sign_in_session))


@pytest.mark.parametrize(
    "change",
    [_end_session, _disable, _change_password, _idle, _signed_in_too_long, _forget_session],
    ids=lambda change: change.__name__.strip("_"),
)
def test_the_next_reading_after_the_session_or_account_is_over_is_refused(
    own_database: Engine, signed_in: Records, change: Callable[[Any], None]
) -> None:
    with writing(own_database) as connection:
        change(connection)
    for read in (*NATIONAL.values(), *BY_COUNTY.values(), Records.state, Records.counties, Records.thresholds):
        with pytest.raises(SignedOut):
            read(signed_in)
    with pytest.raises(SignedOut):
        signed_in.__enter__()


def test_a_session_is_good_until_a_moment_before_it_ends(own_database: Engine, signed_in: Records) -> None:
    moment = timedelta(seconds=30)
    with writing(own_database) as connection:
        connection.execute(
            update(schema.sign_in_session).values(
                last_seen_at=datetime.now(UTC) - IDLE + moment, started_at=datetime.now(UTC) - LONGEST + moment
            )
        )
    assert signed_in.figure("attempts", MONTH, "core", OWN).county_code == OWN


def test_another_role_or_county_holds_from_the_next_reading_on(own_database: Engine, signed_in: Records) -> None:
    with writing(own_database) as connection:
        accounts.set_role(connection, "official", "county_official", [OTHER])
    assert signed_in.figure("attempts", MONTH, "core", OTHER).county_code == OTHER
    with pytest.raises(AccessDenied):
        signed_in.figure("attempts", MONTH, "core", OWN)
    with writing(own_database) as connection:
        accounts.set_role(connection, "official", "administrator")
    with pytest.raises(AccessDenied):
        signed_in.figure("attempts", MONTH, "core")
    with writing(own_database) as connection:
        accounts.set_role(connection, "official", "commissioner")
    assert len(signed_in.by_county("attempts", MONTH, "core")) == 47


@pytest.mark.parametrize("held_pass", [AccountPass("nobody"), SessionPass("no such token"), SessionPass("")])
def test_a_pass_that_stands_for_nobody_reads_nothing(
    own_database: Engine, held_pass: AccountPass | SessionPass
) -> None:
    with pytest.raises(SignedOut):
        Records(own_database, held_pass).state()


def test_a_role_without_a_country_has_no_counties_left_from_an_earlier_one(own_database: Engine) -> None:
    with writing(own_database) as connection:
        connection.execute(insert(schema.account_county).values(username="admin", county_code=OWN))
    with pytest.raises(AccessDenied):
        records_of(own_database, "admin").figure("attempts", MONTH, "core", OWN)


# One screen, one state


def test_inside_with_all_readings_see_one_state_while_another_refreshes(own_database: Engine) -> None:
    records = Records(own_database, OperatorPass())
    with records:
        before = records.figure("reported", MONTH, "extended", months=12).numerator
        version = records.state().data_version
        with writing(own_database) as connection:
            connection.execute(update(schema.case_record).values(entered_in_error=True))
        assert not records.state().is_behind
        refresh(own_database)
        assert before > 0
        assert records.figure("reported", MONTH, "extended", months=12).numerator == before
        assert sum(records.counts_by_county(["reported"], MONTH, "extended", 12)["reported"]) == before
        assert records.state().data_version == version
    assert records.figure("reported", MONTH, "extended", months=12).numerator == 0
    assert records.state().data_version == version + 1


def test_an_error_on_the_screen_leaves_no_state_behind(own_database: Engine) -> None:
    records = Records(own_database, OperatorPass())
    with pytest.raises(KeyError), records:
        records.figure("no such indicator", MONTH, "core")
    with writing(own_database) as connection:
        connection.execute(update(schema.database_state).values(data_version=99))
    assert records.state().data_version == 99


# What is cut


@pytest.mark.parametrize("cut", ["form", "route", "initiator", "stage", "relationship"])
@pytest.mark.parametrize("scope", ["core", "extended"])
def test_the_parts_of_the_attempts_add_up_to_the_whole(filled: Engine, cut: str, scope: str) -> None:
    with Records(filled, OperatorPass()) as records:
        parts = records.attempts_by(cut, MONTH, scope)
        totals = {
            "attempts": "attempts",
            "pending": "attempts-pending",
            "refused": "attempts-refused",
            "lawful": "lawful-withdrawals",
            "unlawful_stops": "unlawful-stops",
            "breaches": "breaches",
        }
        for column, code in totals.items():
            assert parts[column].sum() == records.figure(code, MONTH, scope, months=12).numerator
        assert parts["attempts"].sum() > 0
        assert list(parts["attempts"]) == sorted(parts["attempts"], reverse=True)
        assert parts["cut_value"].is_unique
