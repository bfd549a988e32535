"""Commands about the audit log: whether it is whole, its lines, and taking away those that were kept long enough."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date

import click

from db.audit import Line
from db.audit.chain import LogBroken
from db.audit.lines import NOBODY, Asked
from db.commands.shared import Day, as_option, held_pass, opened, take_out
from db.records import Records
from db.spreadsheets import without_formula

NOBODYS = "-"


@click.group()
def audit() -> None:
    """Who did what, when and from where."""


@audit.command()
@click.option("--since-hash", "known_hash", metavar="HASH", help="The hash that was printed once and kept elsewhere.")
@as_option
@click.pass_context
def verify(context: click.Context, known_hash: str | None, name: str | None) -> None:
    """Says whether the log is whole, from its first line to the one that was added last; exit status 1 where it is not.

    Keep the hash that it prints in another place: a log that was written anew as a whole is known by its absence.
    """
    with opened() as engine, Records(engine, held_pass(engine, name)) as records:
        chain = records.audit.verified(known_hash)
    if chain.broken is not None:
        click.echo(chain.broken.sentence)
        context.exit(1)
    click.echo(f"The audit log is whole: {chain.lines:,} lines, of which line {chain.last.audit_id} is the last.")
    if chain.pruned_to:
        click.echo(f"The lines up to line {chain.pruned_to} were pruned.")
    if chain.since is not None:
        click.echo(f"{chain.since:,} lines were added since the hash that was kept.")
    click.echo(f"Hash of the last line: {chain.last.hash}")


@audit.command("list")
@click.option("--from", "first_day", type=Day(), help="The first day, in Kenya's time.")
@click.option("--to", "last_day", type=Day(), help="The last day.")
@click.option("--user", "username", help=f"An account's name; {NOBODYS} for whoever is not known.")
@click.option("--action", help="A kind of act, as the lines name it.")
@click.option("--outcome", type=click.Choice(["allowed", "refused"]))
@click.option("--format", "written_as", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@as_option
def list_lines(
    first_day: date | None,
    last_day: date | None,
    username: str | None,
    action: str | None,
    outcome: str | None,
    written_as: str,
    name: str | None,
) -> None:
    """Prints lines of the log, newest first. Printing them is a line too."""
    asked = Asked(NOBODY if username == NOBODYS else username, action, outcome, first_day, last_day)
    with opened() as engine, Records(engine, held_pass(engine, name)) as records:
        take_out(records, "audit-log", _written(records.audit.newest(asked), written_as))


def _written(lines: Iterable[Line], written_as: str) -> str:
    if written_as == "json":
        rows = [{**line._asdict(), "happened_at": line.happened_at.isoformat()} for line in lines]
        return f"{json.dumps(rows, indent=1)}\n"
    content = io.StringIO()
    table = csv.writer(content, lineterminator="\n")
    table.writerow(Line._fields)
    table.writerows([_cell(value) for value in line] for line in lines)
    return content.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else without_formula(str(value))


@audit.command()
@as_option
def prune(name: str | None) -> None:
    """Deletes the lines that were kept for longer than the threshold audit_keep_days says, once the log is whole, and
    sessions that have been over for 30 days.

    The database lets its owner do so: neither the dashboard nor imports under a login of their own can.
    """
    with opened() as engine:
        records = Records(engine, held_pass(engine, name)).audit
        try:
            gone = records.prune()
        except LogBroken as problem:
            raise click.ClickException(str(problem)) from None
        kept_from = records.kept_from()
    click.echo(f"{gone.lines:,} lines from before {kept_from.isoformat()} are deleted.")
    click.echo(f"{gone.sessions:,} sessions that were long over are deleted.")
