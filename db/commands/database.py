"""The command that creates the database or brings it to the newest schema, and makes its roles."""

import click
from sqlalchemy import Engine

from db import guard
from db.commands.shared import opened, told_in_a_sentence
from db.engine import REAL_DATABASE, configured_url, reading, sqlite_url, writing
from db.setup import initialise

LOCK_IS_OFF = (
    "The second lock is off: whoever signs in owns the tables. Run `python -m db init --roles`; once the dashboard"
    " signs in as a member of its role, PostgreSQL itself keeps every viewer to their counties."
)


@click.command()
@click.option("--roles", "with_roles", is_flag=True, help="On PostgreSQL, also make the roles that own nothing.")
def init(with_roles: bool) -> None:
    """Creates the database for real data, or brings it to the newest schema.

    With --roles it also makes the roles of the dashboard and of imports, or prints what an administrator of the server
    has to run for them, and gives them their rights. Without it, rights that are there are brought up to date.
    """
    with told_in_a_sentence():
        url = configured_url() or sqlite_url(REAL_DATABASE)
    with opened(url) as engine:
        on_postgresql = engine.dialect.name == "postgresql"
        if with_roles and not on_postgresql:
            raise click.ClickException("Only a shared database, which is PostgreSQL, has roles.")
        to_run = _make_roles(engine) if with_roles else []
        initialise(engine)
        if on_postgresql:
            _tell_of_roles(engine, to_run)
    click.echo(f"Ready: {url.render_as_string(hide_password=True)}")


def _make_roles(engine: Engine) -> list[str]:
    """Makes the roles that are missing; what somebody else has to run for them where this login may not."""
    with writing(engine) as connection:
        missing = guard.missing_roles(connection)
        if missing and not guard.may_make_roles(connection):
            return [guard.ROLES_TO_MAKE[name] for name in missing]
        guard.make_roles(connection)
    return []


def _tell_of_roles(engine: Engine, to_run: list[str]) -> None:
    if to_run:
        click.echo("This login may not make roles. An administrator of the server runs these lines:\n")
        click.echo("".join(f"    {statement};\n" for statement in to_run))
        click.echo("Then run `python -m db init --roles` once more, which gives the roles their rights.")
        return
    with reading(engine) as connection:
        is_off = bool(guard.missing_roles(connection))
    if is_off:
        click.echo(LOCK_IS_OFF)
        return
    click.echo("The roles have their rights. Logins are made as members of them, each with a password of its own:\n")
    click.echo("".join(f"    {statement};\n" for statement in guard.LOGINS))
    click.echo("DATABASE_URL of the dashboard is that of the first, IMPORT_DATABASE_URL that of the second.")
