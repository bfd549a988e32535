"""Commands about thresholds: lists them, and sets one from a day on."""

from datetime import date

import click

from db import audit
from db import thresholds as held
from db.commands.shared import Day, as_option, held_pass, opened, progress_bar, refuse
from db.dates import today
from db.engine import reading, wait_for_other_writers, writing
from db.refresh import refresh_within


@click.group()
def thresholds() -> None:
    """The numbers and dates that people set: days, targets, the directive's date."""


@thresholds.command("list")
def list_thresholds() -> None:
    """Prints every threshold: code, value, unit, status, from which day, source."""
    with opened() as engine, reading(engine) as connection:
        rows = held.thresholds_of(connection).all_rows()
    for row in rows:
        click.echo("\t".join([row.code, row.value, row.unit, row.status, row.effective_from.isoformat(), row.source]))


@thresholds.command("set")
@click.argument("code")
@click.argument("value")
@click.option("--from", "effective_from", type=Day(), help="The day from which it is in force; today by default.")
@click.option("--status", type=click.Choice(["official", "provisional"]), help="By default as it was.")
@click.option("--source", help="Where the value comes from; by default as it was.")
@as_option
def set_threshold(
    code: str, value: str, effective_from: date | None, status: str | None, source: str | None, name: str | None
) -> None:
    """Sets the threshold CODE to VALUE from a day on, and counts every figure anew."""
    since = effective_from or today()
    with opened() as engine, progress_bar() as progress:
        with reading(engine) as connection:
            viewer = held_pass(engine, name).viewer(connection)
        if not viewer.is_national:
            problem = f"The account {name!r} may not set thresholds: they hold for the whole country."
            refuse(engine, viewer, "threshold_set", problem)
        with writing(engine) as connection:
            wait_for_other_writers(connection)
            try:
                held.set_threshold(
                    connection,
                    code,
                    value,
                    effective_from=since,
                    status=status,
                    source=source,
                    by=viewer.username,
                )
            except ValueError as problem:
                raise click.ClickException(str(problem)) from None
            refresh_within(connection, progress, everything=True)
            audit.record(
                connection,
                username=viewer.username,
                action="threshold_set",
                subject=f"{code} {value} from {since}",
                origin=audit.COMMAND_LINE,
            )
    click.echo(f"{code} is {value} from {since} on.")
