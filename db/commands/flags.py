"""The command that prints the flags of cases as tidy rows: when each was raised, was due and was cleared."""

import click
import polars as pl

from db.commands.shared import as_option, held_pass, opened, take_out, tell_if_behind
from db.records import Records
from db.spreadsheets import without_formula


@click.command()
@click.option("--scope", type=click.Choice(["core", "extended"]), default="core", show_default=True)
@click.option("--open", "only_open", is_flag=True, help="Only flags that are not cleared.")
@click.option("--format", "written_as", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@as_option
def flags(scope: str, only_open: bool, written_as: str, name: str | None) -> None:
    """Prints every flag that came up by the data date, one row for each time that it was raised.

    The rows name single cases: only staff and the machine's operator may print them, and the audit log says who did.
    """
    with opened() as engine, Records(engine, held_pass(engine, name)) as records:
        state = records.state()
        if state.data_date is None:
            raise click.ClickException("The database holds no data yet: import the agencies' files first.")
        tell_if_behind(state)
        rows = records.flags.history(scope)
        if only_open:
            rows = rows.filter(rows["cleared_on"].is_null())
        take_out(records, f"flags-{scope}", _written(rows, written_as))


def _written(rows: pl.DataFrame, written_as: str) -> str:
    if written_as == "json":
        return f"{rows.write_json()}\n"
    texts = pl.col(pl.String).map_elements(without_formula, return_dtype=pl.String)
    return rows.with_columns(texts).write_csv()
