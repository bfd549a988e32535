"""Commands about the people who may sign in: adds, lists, disables, enables and resets accounts."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from db import accounts, codes
from db.commands.shared import opened
from db.engine import reading, writing


@contextmanager
def refused_in_a_sentence() -> Iterator[None]:
    try:
        yield
    except accounts.AccountProblem as problem:
        raise click.ClickException(str(problem)) from None


@click.group()
def users() -> None:
    """The accounts that may sign in to the dashboard."""


@users.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(codes.ROLES))
@click.option("--county", "counties", multiple=True, type=int, help="A county official's county, 1 to 47; repeatable.")
def add(name: str, role: str, counties: tuple[int, ...]) -> None:
    """Adds the account NAME and prints its one-time password, to be changed at the first sign-in."""
    with opened() as engine, writing(engine) as connection, refused_in_a_sentence():
        password = accounts.add_account(connection, name, role, counties)
    click.echo(f"The account {name} is there. One-time password, shown only now: {password}")


@users.command("list")
def list_accounts() -> None:
    """Prints every account: name, role, counties, and whether it is disabled."""
    with opened() as engine, reading(engine) as connection:
        for account in accounts.listed(connection):
            counties = ",".join(str(code) for code in sorted(account.counties))
            state = "disabled" if account.is_disabled else "enabled"
            click.echo("\t".join([account.username, account.role, counties, state]))


@users.command()
@click.argument("name")
def disable(name: str) -> None:
    """Ends the sessions of the account NAME and lets it in no more."""
    with opened() as engine, writing(engine) as connection, refused_in_a_sentence():
        accounts.disable(connection, name)
    click.echo(f"The account {name} is disabled.")


@users.command()
@click.argument("name")
def enable(name: str) -> None:
    """Lets the account NAME sign in again."""
    with opened() as engine, writing(engine) as connection, refused_in_a_sentence():
        accounts.enable(connection, name)
    click.echo(f"The account {name} is enabled.")


@users.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(codes.ROLES))
@click.option("--county", "counties", multiple=True, type=int, help="A county official's county, 1 to 47; repeatable.")
def role(name: str, role: str, counties: tuple[int, ...]) -> None:
    """Gives the account NAME another role and its counties, from its next click on."""
    with opened() as engine, writing(engine) as connection, refused_in_a_sentence():
        accounts.set_role(connection, name, role, counties)
    click.echo(f"The account {name} has the role {role}.")


@users.command()
@click.argument("name")
def reset(name: str) -> None:
    """Gives the account NAME a new one-time password and ends its sessions."""
    with opened() as engine, writing(engine) as connection, refused_in_a_sentence():
        password = accounts.reset_password(connection, name)
    click.echo(f"One-time password of {name}, shown only now: {password}")
