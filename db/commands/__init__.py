"""The commands of python -m db, by what they are about: data, figures, timelines, flags, settings, people, log."""

import click

from db.commands import audit, data, database, figures, flags, people, settings, timelines


@click.group()
def main() -> None:
    """Works on the case database: the one that DATABASE_URL names, else db/cases.sqlite3, else the demonstration."""


for command in (
    database.init,
    data.demo,
    data.import_command,
    data.refusals,
    data.refresh_command,
    data.check,
    figures.indicators,
    timelines.timelines,
    flags.flags,
    settings.thresholds,
    people.users,
    audit.audit,
):
    main.add_command(command)
