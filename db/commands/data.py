"""Commands about data: demo, import, refusals, refresh, check."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import exists, select

from db import demo as demonstration
from db import schema
from db.access import Right
from db.audit import mark_of
from db.check import differences
from db.commands.shared import BEHIND, Day, as_option, held_pass, opened, progress_bar, refuse, told_in_a_sentence
from db.engine import (
    DEMO_DATABASE,
    REAL_DATABASE,
    configured_url,
    is_of_this_release,
    reading,
    sqlite_url,
    writing,
)
from db.intake import (
    NOTHING_IN,
    ImportRefused,
    ImportSummary,
    forget_expired,
    import_files,
    refused_files,
    wording,
    write_files,
)
from db.records import Records
from db.refresh import refresh
from db.setup import initialise


@click.command()
@click.option(
    "--cases",
    default=demonstration.CASES,
    show_default=True,
    type=click.IntRange(min=1),
    help="How many cases to make.",
)
@click.option(
    "--seed",
    default=demonstration.SEED,
    show_default=True,
    type=click.IntRange(min=0),
    help="The same seed makes the same data.",
)
@click.option("--replace", is_flag=True, help="Replace the demonstration database that is there.")
@click.option("--if-none", is_flag=True, help="Do nothing where a database is configured or already there.")
def demo(cases: int, seed: int, replace: bool, if_none: bool) -> None:
    """Makes the demonstration database: synthetic data, kept apart from real data."""
    with told_in_a_sentence():
        if if_none and (configured_url() or REAL_DATABASE.exists()):
            return
        if if_none and DEMO_DATABASE.exists():
            _bring_up_to_date(DEMO_DATABASE)
            return
    if DEMO_DATABASE.exists() and not replace:
        raise click.ClickException("There is a demonstration database already: add --replace to make it again.")
    click.echo(f"Making a demonstration database of {cases:,} synthetic cases …")
    with progress_bar() as progress:
        demonstration.make_demonstration(DEMO_DATABASE, cases=cases, seed=seed, progress=progress)
    click.echo("The demonstration database is ready.")


def _bring_up_to_date(demonstration_database: Path) -> None:
    """A demonstration made by an earlier release is migrated, not made anew: what was tried in it stays."""
    with opened(sqlite_url(demonstration_database)) as engine:
        if not is_of_this_release(engine):
            click.echo("Bringing the demonstration database up to this release …")
            initialise(engine)


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--data-to", type=Day(), help="The date to which the data speaks; else its latest recording date.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@as_option
@click.pass_context
def import_command(
    context: click.Context, paths: tuple[Path, ...], data_to: date | None, dry_run: bool, name: str | None
) -> None:
    """Takes in the agencies' files: CSV, XLSX, a folder or a ZIP of them.

    Exit status: 0 all in, 1 some rows refused or held, 2 nothing in.
    """
    with _or_nothing_in(), opened() as engine, progress_bar() as progress:
        with reading(engine) as connection:
            viewer = held_pass(engine, name).viewer(connection)
        if not viewer.may(Right.IMPORTS):
            refuse(engine, viewer, "import", f"The account {name!r} may not import: a data officer may.")
        try:
            summary = import_files(
                engine, paths, imported_by=viewer.username, data_to=data_to, dry_run=dry_run, progress=progress
            )
        except ImportRefused as problem:
            raise click.ClickException(str(problem)) from None
    _tell(summary, dry_run)
    context.exit(summary.exit_status)


class _NothingTakenIn(click.ClickException):
    exit_code = NOTHING_IN


@contextmanager
def _or_nothing_in() -> Iterator[None]:
    """An import that ends in a sentence took nothing in, and its exit status says so."""
    try:
        yield
    except click.ClickException as problem:
        raise _NothingTakenIn(problem.message) from None


def _tell(summary: ImportSummary, dry_run: bool) -> None:
    if dry_run:
        click.echo("A dry run: nothing of this was kept.")
    for name, file in summary.files.items():
        click.echo(
            f"{name}: {file.rows:,} rows: {file.added:,} added, {file.changed:,} changed, "
            f"{file.unchanged:,} unchanged, {file.refused:,} refused, {file.held:,} held."
        )
    for name, reason in summary.refused_files.items():
        click.echo(f"{name}: not read. {reason}")
    for notice in summary.notices:
        click.echo(notice)
    for refusal in summary.refusals:
        place = f"line {refusal.line}" + (f", column {refusal.column}" if refusal.column else "")
        click.echo(f"{refusal.file}, {place}: {refusal.reason}")
    not_in = sum(file.refused + file.held for file in summary.files.values())
    untold = not_in - len(summary.refusals)
    if untold:
        click.echo(f"{untold:,} more rows are refused or held." if untold > 1 else "1 more row is refused or held.")
    if any(file.refused for file in summary.files.values()) and not dry_run:
        click.echo("`python -m db refusals FOLDER` writes the refused ones, to be corrected and sent again.")
    if summary.data_date:
        click.echo(f"Data to {summary.data_date.isoformat()}.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@as_option
def refusals(folder: Path, name: str | None) -> None:
    """Writes the refused rows into FOLDER, one CSV a file, to be corrected and imported again.

    Rows that are held need no correction: they wait for their case or station.
    """
    with opened() as engine:
        with reading(engine) as connection:
            viewer = held_pass(engine, name).viewer(connection)
        if not viewer.may(Right.IMPORTS):
            refuse(engine, viewer, "export", f"The account {name!r} may not take out refused rows: a data officer may.")
        with reading(engine) as connection:
            files = refused_files(connection)
        records = Records(engine, held_pass(engine, name))
        for file_name, content in files.items():
            records.note_export(f"refused-{file_name.removesuffix('.csv')}", mark_of(content))
    try:
        written = write_files(files, folder)
    except OSError as problem:
        raise click.ClickException(
            f"{folder} cannot be written ({problem.strerror}): name a folder that can be."
        ) from None
    for path in written:
        click.echo(str(path))
    if not written:
        click.echo("No row is refused.")


@click.command("refresh")
@click.option("--everything", is_flag=True, help="Build all derived tables anew, not only what changed.")
def refresh_command(everything: bool) -> None:
    """Brings the figures up to date with rows that another system wrote into the database.

    Refused rows older than 30 days are deleted, as each import does too: run it daily.
    """
    with opened() as engine, progress_bar() as progress:
        refresh(engine, everything=everything, progress=progress)
        with writing(engine) as connection:
            forget_expired(connection, datetime.now(UTC))
    click.echo("The figures are up to date.")


@click.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Recounts everything from the source by another way; exit status 1 where the figures differ."""
    with opened() as engine, progress_bar() as progress, reading(engine) as connection:
        found = differences(connection, progress)
        is_behind = connection.scalar(select(exists(select(schema.change_noted.c.note_id))))
    for sentence in found:
        click.echo(sentence)
    if is_behind:
        click.echo(BEHIND, err=True)
    number = f"{wording.counted(len(found), 'difference')}."
    click.echo(number if found else "No difference: the figures agree with the source.")
    context.exit(1 if found else 0)
