"""Signing in, the lock after failures, and how sessions last and end, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from db import accounts, passwords, schema, sessions
from db.access import IDLE, LONGEST, SignedOut, token_hash
from db.engine import open_database, reading, writing
from db.setup import initialise
from tests.people import OTHER, PASSWORD, add, audited, is_signed_in, now, sign_in, viewer


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
    standing = sessions.standing(ready, token, now())
    assert (standing.told_from - begun, standing.ends_at - begun) == (timedelta(minutes=15), timedelta(minutes=20))
    assert not standing.is_final
    assert sessions.standing(ready, token, now()) == standing
    sessions.touch(ready, token, begun + timedelta(minutes=10))
    assert sessions.standing(ready, token, now()).ends_at == begun + timedelta(minutes=30)


def test_after_seven_hours_and_forty_minutes_use_prolongs_a_session_no_more(ready):
    token = sign_in(ready, at=now() - timedelta(hours=7, minutes=45))
    with writing(ready) as connection:
        connection.execute(update(schema.sign_in_session).values(last_seen_at=now()))
        started = connection.scalar(select(schema.sign_in_session.c.started_at))
    standing = sessions.standing(ready, token, now())
    assert (standing.ends_at, standing.is_final) == (started + LONGEST, True)


def test_sessions_are_forgotten_once_they_have_been_over_for_thirty_days(ready):
    long_over = LONGEST + timedelta(days=30)
    kept = [sign_in(ready), sign_in(ready, at=now() - long_over + timedelta(minutes=1))]
    for hours in (1, 1000):
        sign_in(ready, at=now() - long_over - timedelta(hours=hours))
    with writing(ready) as connection:
        assert sessions.forget_over(connection, now()) == 2
        held = connection.scalars(select(schema.sign_in_session.c.token_hash)).all()
    assert sorted(held) == sorted(map(token_hash, kept))
    assert is_signed_in(ready, kept[0])


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
    assert sessions.standing(ready, token, now())
    assert sessions.standing(ready, "another", now()) is None
    with writing(ready) as connection:
        end(connection)
    assert sessions.standing(ready, token, now()) is None


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
