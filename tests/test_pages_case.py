"""What staff read and write on the screen of one case: all that is on record, refusals, and two people at once."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from streamlit.testing.v1 import AppTest

import dashboard
from db import schema
from db.access import AccessDenied, AccountPass, OperatorPass
from db.accounts import add_account
from db.casework import Chosen
from db.dates import today
from db.engine import open_database, reading, writing
from db.flagged.case_file import CaseFile
from db.flagged.queue import Asked
from db.intake import import_files
from db.records import Records
from db.setup import initialise
from pages.components.case.case_head import flag_address, neighbours
from pages.components.case.case_marks import LANES, marks_of
from pages.components.case.case_picture import picture_spec
from pages.components.case.case_table import case_table
from pages.components.case.opened import Opened
from pages.components.downloads import exported
from pages.components.phrases import day_words
from pages.components.wording import say
from tests.databases import SQLiteFiles, fill_once
from tests.deliveries import ATTEMPT, CASE, DATA_DATE, EVENT, RETURN, STATION, TODAY, write_delivery
from tests.test_pages import rows, shown, tables, text

NAIROBI, KISUMU = "47", "42"
REF, QUIET, WITHDRAWN = "N/many", "N/quiet", "N/error"
ACCOUNTS = {
    **{"staff": ("staff", ()), "colleague": ("staff", ()), "commissioner": ("commissioner", ())},
    **{"kisumu": ("county_official", (42,)), "dataofficer": ("data_officer", ()), "admin": ("administrator", ())},
}
EVENTS = (
    ("E1", "medical_exam", "2025-06-10", "health", ""),
    ("E2", "suspect_arrested", "2025-06-04", "police", ""),
    ("E3", "file_to_odpp", "2025-07-20", "police", ""),
    ("E4", "odpp_decision", "2025-07-25", "odpp", "charge"),
    ("E5", "charged", "2025-08-01", "odpp", "SOA-8"),
    ("E6", "plea", "2025-08-05", "judiciary", ""),
    ("E7", "adjournment", "2025-09-05", "judiciary", "defence"),
    ("E8", "adjournment", "2025-10-05", "", "court"),
    ("E9", "adjournment", "2025-11-05", "judiciary", "prosecution"),
    ("E10", "witness_intimidation", "2025-11-20", "community", ""),
    ("E11", "intervention", "2026-01-20", "other", "RECO"),
)
ATTEMPTS = (
    ("W1", "2025-09-01", "family_or_elders", "refused", "2025-09-10"),
    ("W2", "2026-02-01", "s87a_withdrawal", "pending", ""),
)
PROTECTION = ("unprotected-witness", "")
NOT_DECIDED = ("attempt-pending", "W2")
STRANGE = ("N/none", WITHDRAWN, "<b>N</b>", "[x](https://example.org)", "**N/many**", "N/many\x00", "' OR 1=1 --")
FOLDED = (f"table-{REF}", "past-flags")
THERE_IS_NONE = say("case.none")


def delivery() -> dict[str, list[dict[str, str]]]:
    own = {"station_code": f"ST-{NAIROBI}", "reported_on": "2025-06-02", "recorded_on": "2025-06-02"}
    events = [
        EVENT
        | {"case_ref": REF, "event_ref": ref, "kind": kind, "happened_on": day, "agency": agency, "detail": detail}
        | {"recorded_on": "2026-02-03"}
        for ref, kind, day, agency, detail in EVENTS
    ]
    attempts = [
        ATTEMPT
        | {"case_ref": REF, "attempt_ref": ref, "attempted_on": day, "route": route, "result": result}
        | {"resolved_on": resolved_on, "recorded_on": "2026-02-03"}
        for ref, day, route, result, resolved_on in ATTEMPTS
    ]
    return {
        "stations": [STATION | {"station_code": f"ST-{county}", "county": county} for county in (NAIROBI, KISUMU)],
        "station_returns": [RETURN | {"station_code": f"ST-{NAIROBI}"}],
        "cases": [
            CASE | own | {"case_ref": REF, "ob_number": "56/2/6/2025", "incident_on": "2025-06-01"},
            CASE
            | {"case_ref": QUIET, "station_code": f"ST-{KISUMU}", "reported_on": "2026-06-29"}
            | {"recorded_on": "2026-06-30"},
            CASE | own | {"case_ref": WITHDRAWN},
        ],
        "case_events": events,
        "withdrawal_attempts": attempts,
    }


def fill(engine: Engine, folder: Path) -> None:
    initialise(engine)
    with writing(engine) as connection:
        for username, (role, counties) in ACCOUNTS.items():
            add_account(connection, username, role, counties, "a password for tests")
    for part in ("first", "second"):
        import_files(engine, [folder / part], imported_by="tests", data_to=DATA_DATE, today=TODAY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two deliveries, of which the second withdraws a case."""
    folder, sent = tmp_path_factory.mktemp("delivery"), delivery()
    write_delivery(folder / "first", sent)
    withdrawn = sent["cases"][-1] | {"entered_in_error": "yes", "recorded_on": "2025-06-03"}
    write_delivery(folder / "second", {"cases": [withdrawn]})
    return folder


@pytest.fixture
def filled(sqlite_database: Engine, folder: Path) -> Engine:
    """A case with something of everything, one of yesterday, and one that was entered in error."""
    fill_once(sqlite_database, fill, folder)
    return sqlite_database


@pytest.fixture(scope="module")
def read_only(sqlite_files: SQLiteFiles, folder: Path) -> Iterator[Engine]:
    """The same for all tests that follow nothing up."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        fill(engine, folder)
        yield engine
        engine.dispose()


def opened(engine: Engine, case_ref: str = REF, username: str = "staff", **address: str) -> AppTest:
    return shown(engine, username, "case", case=case_ref, **address)


def unfolded(app: AppTest, *forms: str) -> AppTest:
    """The screen with these forms and tables open."""
    for form in forms:
        app.session_state[form if form in FOLDED else f"{form}-held"] = True
    app.run()
    assert not app.exception
    return app


def submit(app: AppTest, form: str) -> AppTest:
    app.button(key=f"{form}-button").click()
    app.run()
    assert not app.exception
    return app


def flag_form(action: str, flag: tuple[str, str], case_ref: str = REF) -> str:
    return f"flag-{case_ref}-{flag[0]}-{flag[1]}-{action}"


def file_of(engine: Engine, case_ref: str = REF) -> CaseFile:
    return Records(engine, OperatorPass()).cases.open(case_ref)


def log_of(engine: Engine, case_ref: str = REF) -> list[tuple[int, str, str | None, str | None, str]]:
    entries = Records(engine, OperatorPass()).follow_ups.of_case(case_ref).entries
    return [(one.number, one.action, one.detail, one.rule, one.by_username) for one in entries]


def audited(engine: Engine, username: str = "staff") -> list[tuple[str, str | None, str]]:
    log = schema.audit.c
    with reading(engine) as connection:
        wanted = select(log.action, log.subject, log.outcome).where(log.username == username)
        return [tuple(row) for row in connection.execute(wanted.order_by(log.audit_id))]


def messages(app: AppTest) -> str:
    return "\n".join(one.value for kind in ("success", "warning", "error") for one in app.get(kind))


# Who comes to it, and with which case


def test_without_a_case_there_is_a_field_to_ask_for_one_and_nothing_else(read_only: Engine) -> None:
    app = shown(read_only, "staff", "case")
    assert app.title[0].value == say("case.title")
    assert not app.header
    assert not tables(app)
    app.text_input[0].set_value(f" {REF} ")
    app.button[0].click()
    app.run()
    assert app.title[0].value == f"Case `{REF}`"
    assert app.query_params["case"] == REF


@pytest.mark.parametrize("username", [name for name in ACCOUNTS if name not in ("staff", "colleague")])
def test_only_staff_have_the_screen_in_their_menu_and_nobody_else_reads_it(read_only: Engine, username: str) -> None:
    with Records(read_only, AccountPass(username)) as records:
        assert "case" not in [entry.path for entry in dashboard.menu_of(records.viewer)]
        with pytest.raises(AccessDenied):
            records.cases.open(REF)
    with Records(read_only, AccountPass("staff")) as records:
        assert "case" in [entry.path for entry in dashboard.menu_of(records.viewer)]


@pytest.mark.parametrize("case_ref", STRANGE)
def test_whatever_is_no_case_is_answered_with_one_and_the_same_screen(read_only: Engine, case_ref: str) -> None:
    app, plain = opened(read_only, case_ref), opened(read_only, "N/none")
    assert messages(app) == THERE_IS_NONE
    assert text(app) == text(plain)
    shown_words = [str(getattr(element, "value", "")) for element in app.main]
    assert not [words for words in shown_words if case_ref in words]


def test_every_opening_and_every_refusal_is_in_the_audit_log(filled: Engine) -> None:
    for case_ref in (REF, "N/none", WITHDRAWN):
        opened(filled, case_ref)
    assert audited(filled) == [
        ("open case", REF, "allowed"),
        ("open case", None, "refused"),
        ("open case", WITHDRAWN, "refused"),
    ]


def test_a_reference_that_looks_like_an_address_is_shown_as_it_is(filled: Engine, tmp_path: Path) -> None:
    own = {"station_code": f"ST-{NAIROBI}", "case_ref": "www.example.org/a"}
    folder = write_delivery(tmp_path, {"cases": [CASE | own]})
    import_files(filled, [folder], imported_by="tests", data_to=DATA_DATE, today=TODAY)
    assert opened(filled, "www.example.org/a").title[0].value == "Case `www.example.org/a`"


# What is read


def test_the_head_says_which_case_it_is_and_how_it_stands(read_only: Engine) -> None:
    app = opened(read_only)
    words = text(app)
    assert app.title[0].value == f"Case `{REF}`"
    for line in (
        "**OB number:** 56/2/6/2025",
        "**County:** Nairobi",
        "**Offence:** Defilement (Sexual Offences Act s.8)",
        "**Survivor's age:** 12 to 15 years",
        "**Stage:** Plea taken",
        "**Assigned to:** Nobody yet",
        "**Next step:** none planned",
    ):
        assert line in words


def test_the_table_holds_every_event_attempt_flag_and_deadline(read_only: Engine) -> None:
    app = unfolded(opened(read_only), f"table-{REF}")
    table = next(table for table in tables(app) if list(table.columns)[:2] == ["From", "Until"])
    lines, file = rows(table), file_of(read_only)
    for reference, *_ in (*EVENTS, *ATTEMPTS):
        (line,) = [line for line in lines if f"reference {reference}," in line]
        assert line
    assert sum(" | Flags | " in line for line in lines) == len(file.flags) > 5
    assert sum(" | Deadlines | " in line for line in lines) == sum(step.due_on is not None for step in file.steps)
    assert len(lines) == len(marks_of(file, (), Records(read_only, OperatorPass()).state().directive_on))
    assert any("Withdrawal (guardian): Prosecutor withdraws (CPC s.87(a)) | not decided yet" in line for line in lines)
    assert any("5 September 2025 | – | Court | Adjournment | asked for by: The defence" in line for line in lines)


def test_everything_in_the_table_but_the_directive_is_in_the_picture(read_only: Engine) -> None:
    file = file_of(read_only)
    marks = marks_of(file, (), Records(read_only, OperatorPass()).state().directive_on)
    spec = picture_spec(marks, file.reported_on, DATA_DATE)
    drawn = {
        (row.get("what"), row.get("since"), row.get("told"))
        for layer in spec["layer"]
        for row in layer.get("data", {}).get("values", [])
    }
    for mark in marks:
        if mark.code != "directive":
            assert (mark.title, day_words(mark.from_on), mark.told) in drawn
    assert {mark.lane for mark in marks} <= set(LANES)


def bars_of(engine: Engine, title: str) -> list[dict[str, Any]]:
    """The bars of a line of the picture."""
    file = file_of(engine)
    marks = marks_of(file, (), Records(engine, OperatorPass()).state().directive_on)
    drawn = [row for layer in picture_spec(marks, file.reported_on, DATA_DATE)["layer"] for row in values_of(layer)]
    return [row for row in drawn if row.get("what") == title and "filled" in row]


def values_of(layer: dict[str, Any]) -> list[dict[str, Any]]:
    return layer.get("data", {}).get("values", [])


def test_the_picture_says_how_urgent_each_flag_is_in_words_and_by_the_height_of_its_bar(read_only: Engine) -> None:
    file = file_of(read_only)
    spec = picture_spec(marks_of(file, (), DATA_DATE), file.reported_on, DATA_DATE)
    words = [
        " ".join(row["words"]) for layer in spec["layer"] for row in values_of(layer) if "y" in row and "words" in row
    ]
    assert "Intimidation without protection: critical, open" in words
    assert "Withdrawal attempt not decided (W2): serious, open" in words
    assert "Adjourned too often: watch, open" in words
    titles = ("Intimidation without protection", "Withdrawal attempt not decided (W2)", "Adjourned too often")
    heights = [bar["bottom"] - bar["y"] for title in titles for bar in bars_of(read_only, title)]
    assert heights == sorted(set(heights), reverse=True) and len(heights) == 3


def test_the_deadline_for_the_protection_of_a_witness_has_its_bars(read_only: Engine) -> None:
    allowed, taken, late = bars_of(read_only, say("case.step.intimidation_to_protection"))
    assert (allowed["at"], allowed["until"]) == ("2025-11-20T00:00:00", "2025-11-27T00:00:00")
    assert (taken["at"], taken["until"], taken["told"]) == (
        allowed["at"],
        allowed["until"],
        say("case.deadline.missed"),
    )
    assert (late["at"], late["until"]) == ("2025-11-27T00:00:00", f"{DATA_DATE}T00:00:00")


def test_an_incident_long_before_the_report_does_not_stretch_the_picture(read_only: Engine) -> None:
    file = file_of(read_only)._replace(incident_on=file_of(read_only).reported_on - timedelta(days=3000))
    marks = marks_of(file, (), Records(read_only, OperatorPass()).state().directive_on)
    spec = picture_spec(marks, file.reported_on, DATA_DATE)
    begins = spec["layer"][0]["data"]["values"][0]["at"]
    assert begins > "2025-01-01"


def test_the_steps_stand_with_their_days_deadlines_and_the_county_beside_them(read_only: Engine) -> None:
    app = opened(read_only)
    table = next(table for table in tables(app) if list(table.columns)[0] == "Step")
    found = {line.split(" | ")[0]: line.split(" | ")[3:] for line in rows(table)}
    assert list(table.columns)[-1] == "Median in Nairobi"
    assert found["From the report to the medical examination"] == [
        *("8 days", "3 days", "5 June 2025", "missed by 5 days", "too few")
    ]
    assert found["From the charge to the judgment"][0] == "333 days so far"
    assert found["From the charge to the judgment"][3] == "not yet due"
    assert found["From intimidation to protection"][1:] == ["7 days", "27 November 2025", "missed", "–"]


def test_open_flags_stand_by_urgency_with_rule_law_and_what_to_do(read_only: Engine) -> None:
    app, file = opened(read_only), file_of(read_only)
    titles = [one.value for one in app.subheader if one.value[0] in "▲◆○"]
    open_flags = [flag for flag in file.flags if flag.cleared_on is None]
    assert [title[0] for title in titles] == ["▲◆○"[flag.severity - 1] for flag in open_flags]
    assert "▲ Critical: Intimidation without protection" in titles
    assert "◆ Serious: Withdrawal attempt not decided (W2)" in titles
    words = text(app)
    assert "**The rule:** intimidation was reported and nobody was protected by the due date" in words
    assert "**What to do:** Ask the station and the ODPP for protection today" in words
    assert "days overdue**" in words
    assert say("case.flags_advise") in words


def test_flags_that_the_data_cleared_stay_as_history(read_only: Engine) -> None:
    app = unfolded(opened(read_only), "past-flags")
    table = next(table for table in tables(app) if "Cleared" in table.columns)
    cleared = [flag for flag in file_of(read_only).flags if flag.cleared_on is not None]
    assert len(table) == len(cleared) > 0
    assert any(line.startswith("Withdrawal attempt not decided (W1) | ◆ Serious | ") for line in rows(table))


def test_a_case_of_yesterday_has_neither_flags_nor_follow_ups(read_only: Engine) -> None:
    words = text(opened(read_only, QUIET))
    assert say("case.no_open_flags") in words
    assert say("case.no_log") in words


def test_the_file_says_the_same_and_is_in_the_audit_log(filled: Engine) -> None:
    with Records(filled, AccountPass("staff")) as records:
        case = Opened(records, records.state(), file_of(filled), records.follow_ups.of_case(REF), None)
        content = exported(records, "case-N-many.csv", lambda: case_table(case)).decode()
        lines = list(csv.DictReader(io.StringIO(content)))
        assert len(lines) == len(marks_of(case.file, (), case.state.directive_on))
        assert {line["case_ref"] for line in lines} == {REF}
    assert audited(filled)[-1] == ("export", f"case-N-many {lines[0]['export']}", "allowed")


# The way through the queue


def test_the_queue_goes_on_from_the_flag_by_which_the_case_was_opened(filled: Engine, tmp_path: Path) -> None:
    own = {"station_code": f"ST-{NAIROBI}", "reported_on": "2025-06-03", "recorded_on": "2025-06-03"}
    others = [CASE | own | {"case_ref": f"N/{n}"} for n in range(3)]
    import_files(filled, [write_delivery(tmp_path, {"cases": others})], imported_by="t", data_to=DATA_DATE, today=TODAY)
    with Records(filled, AccountPass("staff")) as records:
        case = Opened(records, records.state(), file_of(filled), records.follow_ups.of_case(REF), None)
        queue = records.flags.whole(Asked())
        for place, row in enumerate(queue):
            if row.case_ref != REF:
                continue
            before = [one for one in queue[:place] if one.case_ref != REF]
            after = [one for one in queue[place + 1 :] if one.case_ref != REF]
            named = flag_address(row.rule, row.subject, row.raised_on)
            expected = (before[-1] if before else None, after[0] if after else None)
            assert neighbours(case, Asked(), named) == expected
        # opened by itself or by a flag that is none: as from the most urgent that is asked for
        first = next(row for row in queue if row.case_ref == REF)
        named = flag_address(first.rule, first.subject, first.raised_on)
        for strange in (None, "[x](https://example.org)"):
            assert neighbours(case, Asked(), strange) == neighbours(case, Asked(), named)
        assert neighbours(case, Asked(rule="breach"), None) == (None, None)
        of_rule = [row.case_ref for row in records.flags.whole(Asked(rule="no-counselling"))]
        place = of_rule.index(REF)
        _, following = neighbours(case, Asked(rule="no-counselling"), None)
        assert following is not None
        assert (following.rule, following.case_ref) == ("no-counselling", of_rule[place + 1])


# What is written


def test_what_was_done_is_written_and_shown_at_once(filled: Engine) -> None:
    app = unfolded(opened(filled), f"note-{REF}")
    app.selectbox(key=f"note-{REF}-detail").select("answer_received")
    app.selectbox(key=f"note-{REF}-agency").select("odpp")
    app.text_input(key=f"note-{REF}-reference").set_value("ODPP/12/2026")
    submit(app, f"note-{REF}")
    assert log_of(filled) == [(1, "noted", "answer_received", None, "staff")]
    assert "Answer received, with Prosecutor (ODPP), reference ODPP/12/2026" in messages(app)
    (log,) = [table for table in tables(app) if list(table.columns)[0] == "No."]
    assert [line.split(" | ")[0] for line in rows(log)] == ["1"]
    assert app.selectbox(key=f"note-{REF}-detail").value is None
    assert app.text_input(key=f"note-{REF}-reference").value == ""
    assert ("follow_up_noted", REF, "allowed") in audited(filled)


def test_a_case_is_assigned_and_its_next_step_planned_and_taken_away(filled: Engine) -> None:
    app = unfolded(opened(filled), f"assign-{REF}", f"plan-{REF}")
    app.selectbox(key=f"assign-{REF}-assignee").select("colleague")
    submit(app, f"assign-{REF}")
    assert "**Assigned to:** colleague" in text(app)
    app.selectbox(key=f"plan-{REF}-detail").select("attend_court")
    app.date_input(key=f"plan-{REF}-on").set_value(today() + timedelta(days=3))
    submit(app, f"plan-{REF}")
    assert "**Next step:** Attend the hearing, " in text(app)
    submit(app, f"unplan-{REF}")
    assert "**Next step:** none planned" in text(app)
    app.selectbox(key=f"assign-{REF}-assignee").select("")
    submit(app, f"assign-{REF}")
    assert "**Assigned to:** Nobody yet" in text(app)
    assert [entry[:3] for entry in log_of(filled)] == [
        (1, "assigned", None),
        (2, "planned", "attend_court"),
        (3, "planned", None),
        (4, "assigned", None),
    ]


def test_a_flag_is_snoozed_resolved_and_put_back(filled: Engine) -> None:
    app = unfolded(opened(filled), flag_form("snooze", PROTECTION))
    app.selectbox(key=f"{flag_form('snooze', PROTECTION)}-detail").select("awaiting_answer")
    app.date_input(key=f"{flag_form('snooze', PROTECTION)}-until").set_value(today() + timedelta(days=9))
    submit(app, flag_form("snooze", PROTECTION))
    assert "**Snoozed until " in text(app)
    # a flag that rests can still be resolved
    unfolded(app, flag_form("resolve", PROTECTION))
    app.selectbox(key=f"{flag_form('resolve', PROTECTION)}-detail").select("answered")
    submit(app, flag_form("resolve", PROTECTION))
    assert "**Resolved.** " in text(app)
    assert "▲ Critical: Intimidation without protection" in [one.value for one in app.subheader]
    unfolded(app, flag_form("reopen", PROTECTION))
    app.selectbox(key=f"{flag_form('reopen', PROTECTION)}-detail").select("new_information")
    submit(app, flag_form("reopen", PROTECTION))
    assert "**Resolved.** " not in text(app)
    assert [entry[1:4] for entry in log_of(filled)] == [
        ("snoozed", "awaiting_answer", PROTECTION[0]),
        ("resolved", "answered", PROTECTION[0]),
        ("reopened", "new_information", PROTECTION[0]),
    ]


def test_the_flag_of_one_attempt_is_resolved_and_no_other(filled: Engine) -> None:
    form = flag_form("resolve", NOT_DECIDED)
    app = unfolded(opened(filled), form)
    app.selectbox(key=f"{form}-detail").select("handed_over")
    submit(app, form)
    follow_ups = Records(filled, OperatorPass()).follow_ups.of_case(REF)
    assert {flag: work.state for flag, work in follow_ups.flags.items()} == {NOT_DECIDED: "resolved"}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (f"note-{REF}", "Choose one of the reasons in the list."),
        (f"plan-{REF}", "Choose one of the steps in the list."),
        (f"assign-{REF}", "Choose somebody, or that nobody has it."),
        (flag_form("resolve", PROTECTION), "Choose one of the reasons in the list."),
        (flag_form("snooze", PROTECTION), "Choose one of the reasons in the list."),
    ],
)
def test_an_empty_form_writes_nothing_and_says_why_in_one_sentence(filled: Engine, form: str, sentence: str) -> None:
    app = submit(unfolded(opened(filled), form), form)
    assert messages(app) == sentence
    assert log_of(filled) == []


def test_a_reference_that_is_none_is_refused_and_what_was_chosen_stays(filled: Engine) -> None:
    app = unfolded(opened(filled), f"note-{REF}")
    app.selectbox(key=f"note-{REF}-detail").select("file_requested")
    app.text_input(key=f"note-{REF}-reference").set_value("<b>Jane Doe</b>")
    submit(app, f"note-{REF}")
    assert messages(app) == "A reference has letters, digits and / - . only, at most 40, and no spaces."
    assert app.selectbox(key=f"note-{REF}-detail").value == "file_requested"
    assert app.text_input(key=f"note-{REF}-reference").value == "<b>Jane Doe</b>"
    assert log_of(filled) == []


# Two people at once


def test_the_later_of_two_sees_what_the_first_wrote_and_keeps_what_was_chosen(filled: Engine) -> None:
    form = flag_form("resolve", PROTECTION)
    app = unfolded(opened(filled), form)
    app.selectbox(key=f"{form}-detail").select("case_goes_on")
    Records(filled, AccountPass("colleague")).casework.note(Chosen(REF, 0), "protection_requested", agency="odpp")
    submit(app, form)
    assert log_of(filled) == [(1, "noted", "protection_requested", None, "colleague")]
    told = messages(app)
    assert "Nothing was written yet" in told
    assert "colleague: Protection requested, with Prosecutor (ODPP)" in told
    assert app.selectbox(key=f"{form}-detail").value == "case_goes_on"
    submit(app, form)
    assert log_of(filled)[1:] == [(2, "resolved", "case_goes_on", PROTECTION[0], "staff")]


def test_what_others_wrote_is_told_when_the_screen_is_drawn_anew(filled: Engine) -> None:
    app = opened(filled)
    assert messages(app) == ""
    Records(filled, AccountPass("colleague")).casework.note(Chosen(REF, 0), "court_attended")
    app.run()
    assert "colleague: Hearing attended" in messages(app)
    app.run()
    assert messages(app) == ""


def test_a_flag_resolved_meanwhile_is_not_resolved_again(filled: Engine) -> None:
    form = flag_form("resolve", PROTECTION)
    app = unfolded(opened(filled), form)
    app.selectbox(key=f"{form}-detail").select("case_goes_on")
    Records(filled, AccountPass("colleague")).casework.resolve(Chosen(REF, 0, *PROTECTION), "answered")
    submit(app, form)
    assert "colleague: Resolved: Answered" in messages(app)
    assert "**Resolved.** " in text(app)
    assert len(log_of(filled)) == 1
