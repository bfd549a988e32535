"""Accounts, passwords and sessions, on both databases."""

import random
import string
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select, update

from db import accounts, passwords, schema, sessions
from db.access import IDLE, LONGEST, SessionPass, SignedOut, token_hash
from db.accounts import AccountProblem
from db.engine import open_database, reading, writing
from db.setup import initialise

PASSWORD = "a password for tests"
OTHER = "another password for tests"
RANDOM = "".join(random.Random(7).choices(string.ascii_lowercase, k=129))


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", 4)


@pytest.fixture
def ready(database: Engine) -> Engine:
    """A database with the counties and one account, staff."""
    initialise(database)
    add(database, "staff", "staff")
    return database


def add(database: Engine, username: str, role: str, counties=(), password: str | None = PASSWORD) -> str:
    with writing(database) as connection:
        return accounts.add_account(connection, username, role, counties, password)


def now() -> datetime:
    return datetime.now(UTC)


def sign_in(database: Engine, password: str = PASSWORD, username: str = "staff", at: datetime | None = None):
    return sessions.sign_in(database, username, password, at or now())


def viewer(database: Engine, token: str):
    with reading(database) as connection:
        return SessionPass(token).viewer(connection)


def is_signed_in(database: Engine, token: str) -> bool:
    try:
        viewer(database, token)
    except SignedOut:
        return False
    return True


def audited(database: Engine) -> list[tuple]:
    log = schema.audit.c
    with reading(database) as connection:
        return [
            tuple(row)
            for row in connection.execute(
                select(log.username, log.action, log.subject, log.outcome).order_by(log.audit_id)
            )
        ]


def test_the_right_password_begins_a_session_that_knows_role_and_counties(ready):
    add(ready, "kisumu", "county_official", {42})
    person = viewer(ready, sign_in(ready, username="kisumu"))
    assert (person.username, person.role, person.counties) == ("kisumu", "county_official", {42})


def test_a_national_role_holds_every_county_and_an_administrator_none(ready):
    add(ready, "admin", "administrator")
    assert viewer(ready, sign_in(ready)).counties == set(range(1, 48))
    assert viewer(ready, sign_in(ready, username="admin")).counties == set()


def test_the_name_is_read_without_regard_to_capitals_and_blanks(ready):
    assert sign_in(ready, username=" Staff ")


@pytest.mark.parametrize("username, password", [("staff", "not the password"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(ready, username, password):
    assert sign_in(ready, password, username) is None


@pytest.mark.parametrize("username", ["staff", "nobody", "disabled", "locked"])
def test_every_attempt_costs_one_check_of_a_password_so_that_time_tells_nothing(ready, username, monkeypatch):
    for name in ("disabled", "locked"):
        add(ready, name, "staff")
    with writing(ready) as connection:
        accounts.disable(connection, "disabled")
    for _ in range(sessions.ATTEMPTS):
        sign_in(ready, "not the password", "locked")
    checked, written = [], []
    check = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *given: checked.append(given) or check(*given))

    def note(connection, cursor, statement: str, *_given) -> None:
        if statement.startswith("INSERT"):
            written.append(statement.split()[2])

    event.listen(ready, "before_cursor_execute", note)
    assert sign_in(ready, "not the password", username) is None
    assert len(checked) == 1
    assert written == ["sign_in_failure", "audit"], "each of the two transactions writes, and waits for the disk"


def test_tries_while_a_name_is_locked_do_not_prolong_the_lock(ready):
    start = now() - timedelta(hours=1)
    for second in range(5):
        sign_in(ready, "not the password", at=start + timedelta(seconds=second))
    for minute in range(1, 15):
        assert sign_in(ready, at=start + timedelta(minutes=minute)) is None
    assert sign_in(ready, at=start + timedelta(minutes=15, seconds=4))


def test_a_lock_outlasts_a_restart(ready):
    for _ in range(5):
        sign_in(ready, "not the password")
    ready.dispose()
    again = open_database(ready.url)
    assert sign_in(again) is None
    assert audited(again)[-1][2:] == ("locked", "refused")
    again.dispose()


def test_neither_the_password_nor_the_token_is_kept(ready):
    token = sign_in(ready)
    with reading(ready) as connection:
        kept = [str(tuple(row)) for table in schema.metadata.sorted_tables for row in connection.execute(select(table))]
    assert not [row for row in kept if PASSWORD in row or token in row]
    assert any(token_hash(token) in row for row in kept)


@pytest.mark.parametrize("username", ["staff", "nobody"])
def test_five_failures_lock_the_name_for_fifteen_minutes_known_or_not(ready, username):
    start = now() - timedelta(hours=1)
    for second in range(5):
        assert sign_in(ready, "not the password", username, start + timedelta(seconds=second)) is None
    last = start + timedelta(seconds=4)
    assert sign_in(ready, at=last + timedelta(minutes=15, seconds=-1), username=username) is None
    assert audited(ready)[-1][2:] == ("locked", "refused")
    after = sign_in(ready, at=last + timedelta(minutes=15), username=username)
    assert (after is not None) == (username == "staff")


def test_four_failures_do_not_lock_and_a_success_forgets_them(ready):
    for _ in range(2):
        for _ in range(4):
            assert sign_in(ready, "not the password") is None
        assert sign_in(ready)


def test_five_failures_spread_over_more_than_fifteen_minutes_do_not_lock(ready):
    start = now() - timedelta(hours=1)
    for step in range(5):
        sign_in(ready, "not the password", at=start + timedelta(minutes=4 * step))
    assert sign_in(ready, at=start + timedelta(minutes=17))


def test_guesses_at_the_same_moment_count_as_well(ready):
    at = now()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda guess: sign_in(ready, f"guess number {guess}", at=at), range(12)))
    reasons = [subject for _, action, subject, _ in audited(ready) if action == "sign_in"]
    assert (reasons.count("wrong_password"), reasons.count("locked")) == (5, 7)


def test_what_was_typed_as_an_unknown_name_is_not_written_down(ready):
    sign_in(ready, username="my secret password")
    assert audited(ready)[-1] == (None, "sign_in", "unknown_name", "refused")
    with reading(ready) as connection:
        assert connection.scalar(select(schema.sign_in_failure.c.name_hash)) == token_hash("my secret password")


@pytest.mark.parametrize("idle, lives", [(IDLE - timedelta(seconds=5), True), (IDLE + timedelta(seconds=1), False)])
def test_a_session_ends_after_twenty_idle_minutes(ready, idle, lives):
    assert is_signed_in(ready, sign_in(ready, at=now() - idle)) == lives


def test_use_keeps_a_session_alive_but_never_beyond_eight_hours(ready):
    begun = now() - LONGEST + timedelta(seconds=5)
    token = sign_in(ready, at=begun)
    for minutes in range(0, 8 * 60, 10):
        sessions.touch(ready, token, begun + timedelta(minutes=minutes))
    assert is_signed_in(ready, token)
    with writing(ready) as connection:
        connection.execute(update(schema.sign_in_session).values(started_at=now() - LONGEST))
    sessions.touch(ready, token, now())
    assert not is_signed_in(ready, token)


def test_use_does_not_revive_a_session_that_was_idle_too_long(ready):
    token = sign_in(ready, at=now() - IDLE - timedelta(seconds=1))
    sessions.touch(ready, token, now())
    assert not is_signed_in(ready, token)


def test_use_is_noted_once_a_minute_at_most(ready):
    begun = now()
    token = sign_in(ready, at=begun)

    def last_seen(after: timedelta) -> timedelta:
        sessions.touch(ready, token, begun + after)
        with reading(ready) as connection:
            return connection.scalar(select(schema.sign_in_session.c.last_seen_at)) - begun

    assert last_seen(timedelta(seconds=59)) == timedelta(0)
    assert last_seen(timedelta(seconds=60)) == timedelta(seconds=60)


def test_the_end_of_a_session_is_told_five_minutes_before_and_to_ask_is_no_use(ready):
    begun = now() - timedelta(minutes=10)
    token = sign_in(ready, at=begun)
    ending = sessions.ending(ready, token, now())
    assert (ending.told_from - begun, ending.at - begun) == (timedelta(minutes=15), timedelta(minutes=20))
    assert not ending.is_final
    assert sessions.ending(ready, token, now()) == ending
    sessions.touch(ready, token, begun + timedelta(minutes=10))
    assert sessions.ending(ready, token, now()).at == begun + timedelta(minutes=30)


def test_after_seven_hours_and_forty_minutes_use_prolongs_a_session_no_more(ready):
    token = sign_in(ready, at=now() - timedelta(hours=7, minutes=45))
    with writing(ready) as connection:
        connection.execute(update(schema.sign_in_session).values(last_seen_at=now()))
        started = connection.scalar(select(schema.sign_in_session.c.started_at))
    ending = sessions.ending(ready, token, now())
    assert (ending.at, ending.is_final) == (started + LONGEST, True)


@pytest.mark.parametrize(
    "end",
    [
        lambda connection: accounts.disable(connection, "staff"),
        lambda connection: accounts.reset_password(connection, "staff"),
        lambda connection: sessions.end_all(connection, "staff", now()),
        lambda connection: connection.execute(update(schema.sign_in_session).values(last_seen_at=now() - IDLE)),
        lambda connection: connection.execute(update(schema.sign_in_session).values(started_at=now() - LONGEST)),
    ],
)
def test_a_session_that_is_over_has_no_end_to_wait_for(ready, end):
    token = sign_in(ready)
    assert sessions.ending(ready, token, now())
    assert sessions.ending(ready, "another", now()) is None
    with writing(ready) as connection:
        end(connection)
    assert sessions.ending(ready, token, now()) is None


def test_noting_use_does_not_wait_for_another_writer_on_sqlite(sqlite_database):
    initialise(sqlite_database)
    add(sqlite_database, "staff", "staff")
    token = sign_in(sqlite_database, at=now() - timedelta(minutes=5))
    with writing(sqlite_database):
        begun = now()
        sessions.touch(sqlite_database, token, begun)
        assert now() - begun < timedelta(seconds=2)
    sessions.touch(sqlite_database, token, now())
    with reading(sqlite_database) as connection:
        assert connection.scalar(select(schema.sign_in_session.c.last_seen_at)) >= begun
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() > 0


def test_signing_out_ends_the_session_and_no_other(ready):
    here, elsewhere = sign_in(ready), sign_in(ready)
    sessions.sign_out(ready, here, now())
    assert not is_signed_in(ready, here)
    assert is_signed_in(ready, elsewhere)
    sessions.sign_out(ready, here, now())
    assert [action for _, action, _, _ in audited(ready)].count("sign_out") == 1


def test_changing_the_own_password_ends_every_other_session_and_goes_on_with_a_new_one(ready):
    here, elsewhere = sign_in(ready), sign_in(ready)
    onward = sessions.change_own_password(ready, here, PASSWORD, OTHER, now())
    assert [is_signed_in(ready, token) for token in (here, elsewhere, onward)] == [False, False, True]
    assert sign_in(ready, PASSWORD) is None
    assert sign_in(ready, OTHER)


def test_the_own_password_is_changed_only_by_who_knows_it_and_guesses_lock_the_account(ready):
    token = sign_in(ready)
    for _ in range(6):
        with pytest.raises(sessions.WrongPassword):
            sessions.change_own_password(ready, token, "not the password", OTHER, now())
    with pytest.raises(sessions.WrongPassword):
        sessions.change_own_password(ready, token, PASSWORD, OTHER, now())
    assert sign_in(ready) is None


def test_a_session_that_is_over_changes_no_password(ready):
    token = sign_in(ready)
    sessions.sign_out(ready, token, now())
    with pytest.raises(SignedOut):
        sessions.change_own_password(ready, token, PASSWORD, OTHER, now())


@pytest.mark.parametrize(
    "password, code",
    [
        (RANDOM[:11], "too_short"),
        (" " + RANDOM[:11] + " ", "too_short"),  # blanks around it do not count
        (RANDOM[:12], None),
        (RANDOM[:128], None),
        (RANDOM[:129], "too_long"),
        (RANDOM[:24] + "é" * 104, None),  # 232 bytes: characters count, not bytes
        (PASSWORD, "unchanged"),
        ("yazhtbrozdhx", None),  # no capital, no digit, no sign is asked for
        ("password1234", "guessable"),
        ("qwertyuiop12", "guessable"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "guessable"),
        ("passwordpassword", "guessable"),
        ("wanjiru.k1234", "guessable"),  # the user name
        ("Compliance2026", "guessable"),
        ("harambee1234", "guessable"),
        ("passwordpasswordpassword" + RANDOM[:8], "guessable"),  # known to be judged by its beginning
    ],
)
def test_a_password_has_twelve_to_128_characters_is_hard_to_guess_and_a_new_one(password, code):
    try:
        passwords.check_new(password, PASSWORD, "wanjiru.k")
    except passwords.PasswordRefused as refused:
        assert refused.code == code
    else:
        assert code is None


def test_what_is_known_of_one_account_makes_no_password_of_another_guessable():
    passwords.check_new("zakhmoruvit7", PASSWORD, "wanjiru.k")
    with pytest.raises(passwords.PasswordRefused):
        passwords.check_new("zakhmoruvit7", PASSWORD, "zakhmoruvit")
    passwords.check_new("zakhmoruvit7", PASSWORD, "wanjiru.k")


def test_the_worst_of_passwords_is_judged_in_little_time():
    begun = time.thread_time()
    with suppress(passwords.PasswordRefused):
        passwords.check_acceptable("4<391|0$7%2@[39||05+%24{36!7057%24{36!|0$+%24(39!70" * 2, "staff")
    assert time.thread_time() - begun < 2


def test_a_guessable_password_is_refused_wherever_it_is_given_and_costs_no_try(ready):
    with pytest.raises(passwords.PasswordRefused), writing(ready) as connection:
        accounts.add_account(connection, "other", "staff", (), "password1234")
    token = sign_in(ready)
    for _ in range(sessions.ATTEMPTS + 1):
        with pytest.raises(passwords.PasswordRefused):
            sessions.change_own_password(ready, token, PASSWORD, "password1234", now())
    assert sign_in(ready)
    add(ready, "zakhmoruvit", "staff")
    with pytest.raises(passwords.PasswordRefused):
        sessions.change_own_password(ready, sign_in(ready, username="zakhmoruvit"), PASSWORD, "zakhmoruvit7", now())


def test_a_one_time_password_is_never_guessable():
    for _ in range(20):
        passwords.check_acceptable(passwords.one_time_password(), "staff")


def test_every_character_of_a_long_password_counts():
    kept = passwords.hashed("x" * 127 + "y")
    assert passwords.matches("x" * 127 + "y", kept)
    assert not passwords.matches("x" * 127 + "z", kept)


def test_no_password_matches_the_hash_of_nobody():
    assert not any(passwords.matches(guess, passwords.NOBODYS_HASH) for guess in ("", "." * 31, PASSWORD))


def test_an_account_without_a_given_password_gets_a_one_time_password_to_be_changed(ready):
    given = add(ready, "commissioner", "commissioner", password=None)
    token = sign_in(ready, given, "commissioner")
    with reading(ready) as connection:
        assert sessions.must_change_password(connection, "commissioner")
        assert not sessions.must_change_password(connection, "staff")
    sessions.change_own_password(ready, token, given, OTHER, now())
    with reading(ready) as connection:
        assert not sessions.must_change_password(connection, "commissioner")


def test_disabling_ends_sessions_for_good_and_lets_nobody_in_until_enabled(ready):
    token = sign_in(ready)
    with writing(ready) as connection:
        accounts.disable(connection, "staff")
    assert not is_signed_in(ready, token)
    assert sign_in(ready) is None
    with writing(ready) as connection:
        accounts.enable(connection, "staff")
    assert not is_signed_in(ready, token)
    assert sign_in(ready)


def test_a_reset_ends_sessions_and_locks_and_needs_a_change(ready):
    token = sign_in(ready)
    for _ in range(5):
        sign_in(ready, "not the password")
    with writing(ready) as connection:
        given = accounts.reset_password(connection, "staff")
    assert not is_signed_in(ready, token)
    assert sign_in(ready) is None
    assert sign_in(ready, given)
    with reading(ready) as connection:
        assert sessions.must_change_password(connection, "staff")


def test_another_role_holds_from_the_next_read_of_a_living_session(ready):
    token = sign_in(ready)
    with writing(ready) as connection:
        accounts.set_role(connection, "staff", "county_official", {1, 47})
    assert (viewer(ready, token).role, viewer(ready, token).counties) == ("county_official", {1, 47})
    with writing(ready) as connection:
        accounts.set_role(connection, "staff", "administrator")
    assert viewer(ready, token).counties == set()


@pytest.mark.parametrize(
    "username, role, counties, says",
    [
        ("staff", "staff", (), "taken"),
        ("operator", "staff", (), "user name"),
        ("Capital", "staff", (), "user name"),
        ("x" * 41, "staff", (), "user name"),
        ("new", "minister", (), "not a role"),
        ("new", "county_official", (), "needs a county"),
        ("new", "staff", (42,), "Only a county official"),
        ("new", "county_official", (48,), "No county has the code 48"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_one_sentence(ready, username, role, counties, says):
    with pytest.raises(AccountProblem, match=says), writing(ready) as connection:
        accounts.add_account(connection, username, role, counties, PASSWORD)
    with reading(ready) as connection:
        assert [account.username for account in accounts.listed(connection)] == ["staff"]


@pytest.mark.parametrize("change", [accounts.disable, accounts.enable, accounts.reset_password])
def test_an_unknown_account_cannot_be_changed(ready, change):
    with pytest.raises(AccountProblem, match="no account 'nobody'"), writing(ready) as connection:
        change(connection, "nobody")


def test_every_change_is_audited_with_who_did_it(ready):
    with writing(ready) as connection:
        accounts.set_role(connection, "staff", "commissioner", by="admin")
        accounts.disable(connection, "staff", by="admin")
    assert audited(ready) == [
        ("operator", "account_added", "staff staff", "allowed"),
        ("admin", "role_changed", "staff commissioner", "allowed"),
        ("admin", "account_disabled", "staff", "allowed"),
    ]


def test_the_list_of_accounts_shows_counties_of_officials_and_nothing_secret(ready):
    add(ready, "kisumu", "county_official", {42, 41})
    with reading(ready) as connection:
        official, staff = accounts.listed(connection)
    assert (official.username, official.counties, staff.counties) == ("kisumu", {41, 42}, set())
    assert not hasattr(staff, "password_hash")


def test_demonstration_accounts_are_refused_in_a_real_database(ready):
    with pytest.raises(AccountProblem, match="demonstration"), writing(ready) as connection:
        accounts.add_demo_accounts(connection)


def test_demonstration_accounts_sign_in_to_a_demonstration_without_changing_their_password(database):
    initialise(database, demonstration=True)
    with writing(database) as connection:
        accounts.add_demo_accounts(connection)
        assert accounts.is_demonstration(connection)
        assert not any(sessions.must_change_password(connection, demo.username) for demo in accounts.DEMO_ACCOUNTS)
    for demo in accounts.DEMO_ACCOUNTS:
        assert viewer(database, sign_in(database, demo.password, demo.username)).role == demo.role
