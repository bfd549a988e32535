"""What every command needs: the open database, who runs it, a progress bar, and plain sentences for errors."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NoReturn

import click
from sqlalchemy import Connection, Engine, func, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, OperationalError

from db import audit, schema
from db.access import AccessDenied, AccountPass, OperatorPass, Pass, Viewer
from db.dates import month_text, parse_day, parse_month
from db.engine import (
    OTHER_RELEASE,
    NotConfigured,
    database_url,
    is_of_this_release,
    open_database,
    reading,
    writing,
)
from db.records import DatabaseState, Records

STEPS = 1000
BEHIND = (
    "The figures are behind the records, as some came in after the figures were last counted: run `python -m db "
    "refresh` first."
)
Progress = Callable[[str, float], None]
as_option = click.option("--as", "name", metavar="NAME", help="The account as which to run.")


class Day(click.ParamType):
    """A day that `parse_day` reads."""

    name = "date"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else parse_day(value)
        except ValueError as problem:
            self.fail(str(problem), parameter, context)


@contextmanager
def opened(url: URL | None = None) -> Iterator[Engine]:
    """The database to work on, with its tables made. Problems become one sentence on standard error."""
    with told_in_a_sentence():
        engine = open_database(url or database_url())
        try:
            if url is None and not inspect(engine).has_table(schema.database_state.name):
                raise click.ClickException("The database has no tables yet: run `python -m db init` first.")
            if url is None and not is_of_this_release(engine):
                raise NotConfigured(OTHER_RELEASE)
            yield engine
        finally:
            engine.dispose()


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Problems of access, of the configuration or of the database become one sentence on standard error."""
    try:
        yield
    except (AccessDenied, NotConfigured) as problem:
        raise click.ClickException(str(problem)) from None
    except DatabaseError as problem:
        raise click.ClickException(_in_a_sentence(problem)) from None


def _in_a_sentence(problem: DatabaseError) -> str:
    """What a person can do about an error of the database. Raises `problem` itself where that is nothing: a defect."""
    said = str(problem.orig)
    if "database is locked" in said:
        return "Another import or refresh is at work on this database: try again when it has ended."
    if "not a database" in said:
        return "The file that DATABASE_URL names is no SQLite database: check the path."
    if "readonly database" in said or getattr(problem.orig, "sqlstate", "") == "42501":
        return "This database may be read but not changed, or not all of it: check the rights of its user or file."
    if isinstance(problem, OperationalError):
        return "The database does not answer: check that it is running and that DATABASE_URL is right."
    raise problem


def held_pass(engine: Engine, name: str | None) -> Pass:
    """As whom a command reads: the named account; without a name the operator, of an embedded database or of one that
    has no accounts yet."""
    if name is not None:
        return AccountPass(name)
    with reading(engine) as connection:
        if connection.dialect.name == "postgresql" and _has_accounts(connection):
            raise click.ClickException("This database is shared and has accounts: say as whom to run, with --as NAME.")
    return OperatorPass()


def refuse(engine: Engine, viewer: Viewer, action: str, sentence: str) -> NoReturn:
    """Raises AccessDenied with `sentence`, once the audit log says that the viewer was refused `action`."""
    with writing(engine) as connection:
        audit.record(connection, username=viewer.username, action=action, outcome="refused", origin=audit.COMMAND_LINE)
    raise AccessDenied(sentence)


def take_out(records: Records, name: str, content: str) -> None:
    """Prints `content` once the audit log has it as the file `name`, with the mark by which what was printed is known:
    columns that others read have no place for who took it and when."""
    records.note_export(name, audit.mark_of(content.encode()))
    click.echo(content, nl=False)


def tell_if_behind(state: DatabaseState) -> None:
    """Says on standard error that what is printed does not count every record yet, as each screen does too."""
    if state.is_behind:
        click.echo(BEHIND, err=True)


def reviewed_month(state: DatabaseState, month: int | None) -> int:
    """The month under review: `month`, or the usual one. Raises ClickException where the data holds no such month."""
    if state.data_date is None:
        raise click.ClickException("The database holds no data yet: import the agencies' files first.")
    if state.last_month < state.first_month:
        raise click.ClickException(f"No month is complete yet: the data reaches {state.data_date.isoformat()}.")
    # Where the data began only in its newest month, the one before it has nothing to review: as the screens choose too.
    usual = state.month_under_review if state.month_under_review >= state.first_month else state.last_month
    reviewed = month or usual
    if not state.first_month <= reviewed <= state.last_month:
        first, last = month_text(state.first_month), month_text(state.last_month)
        raise click.ClickException(
            f"There is no complete month {month_text(reviewed)} in the data: choose one from {first} to {last}."
        )
    return reviewed


def parsed_month(text: str | None) -> int | None:
    """The month written as YYYY-MM, None where none is given. Raises ClickException for any other text."""
    try:
        return parse_month(text) if text else None
    except ValueError as problem:
        raise click.ClickException(str(problem)) from None


def _has_accounts(connection: Connection) -> bool:
    return bool(connection.scalar(select(func.count()).select_from(schema.account)))


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on standard error, drawn only for a person who watches."""
    with click.progressbar(length=STEPS, file=sys.stderr) as bar:

        def show(words: str, share: float) -> None:
            bar.label = words
            bar.update(max(0, int(share * STEPS) - bar.pos))

        yield show
