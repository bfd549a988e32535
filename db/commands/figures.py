"""The command that prints indicators as tidy rows, one a figure."""

import json

import click
import pandas as pd

from db.commands.shared import as_option, held_pass, opened
from db.dates import month_text, parse_month
from db.figures import Figure
from db.records import Records

COLUMNS = (
    "indicator",
    "county_code",
    "month",
    "scope",
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "not_yet_due",
    "not_recorded",
    "returns_expected",
    "returns_received",
    "data_date",
    "first_month",
    "status",
)


@click.command()
@click.option("--month", help="The month under review, YYYY-MM; by default the last complete one before the data date.")
@click.option("--by", "place", type=click.Choice(["county", "national"]), default="national", show_default=True)
@click.option("--scope", type=click.Choice(["core", "extended"]), default="core", show_default=True)
@click.option("--format", "written_as", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@as_option
def indicators(month: str | None, place: str, scope: str, written_as: str, name: str | None) -> None:
    """Prints every indicator: nationally of the month, by county of the twelve months that end in it.

    A county's stock of officers, stations and desks is that of the month alone; first_month says where each window
    begins. An empty value is none: status says why.
    """
    with opened() as engine, Records(engine, held_pass(engine, name)) as records:
        state = records.state()
        if state.data_date is None:
            raise click.ClickException("The database holds no data yet: import the agencies' files first.")
        chosen = _month(month, state.first_month, state.last_month) if month else state.month_under_review
        counties = [None] if place == "national" else list(records.counties()["county_code"])
        figures = [figure for county in counties for figure in records.figures(chosen, scope, county)]
        rows = pd.DataFrame([_row(figure) for figure in figures]).assign(data_date=state.data_date.isoformat())
    click.echo(_written(rows[list(COLUMNS)], written_as), nl=False)


def _month(text: str, first: int, last: int) -> int:
    try:
        month = parse_month(text)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from None
    if not first <= month <= last:
        raise click.ClickException(
            f"There is no complete month {text} in the data: choose one from {month_text(first)} to {month_text(last)}."
        )
    return month


def _row(figure: Figure) -> dict[str, object]:
    held = {name: getattr(figure, name) for name in COLUMNS if name not in ("indicator", "data_date")}
    return {
        **held,
        "indicator": figure.indicator.code,
        "month": month_text(figure.month),
        "first_month": month_text(figure.first_month),
    }


def _written(rows: pd.DataFrame, written_as: str) -> str:
    nullable = rows.astype({"county_code": "Int64", "denominator": "Int64"})
    if written_as == "csv":
        return str(nullable.to_csv(index=False, lineterminator="\n"))
    return json.dumps(json.loads(nullable.to_json(orient="records")), indent=1) + "\n"
