"""The command that prints indicators as tidy rows, one a figure."""

import json

import click
import pandas as pd

from db.commands.shared import as_option, held_pass, opened, parsed_month, reviewed_month, take_out, tell_if_behind
from db.dates import month_text
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
        tell_if_behind(state)
        chosen = reviewed_month(state, parsed_month(month))
        counties = [None] if place == "national" else list(records.counties()["county_code"])
        figures = [figure for county in counties for figure in records.figures(chosen, scope, county)]
        # An official from whom every county was taken has no rows, but the head of the table.
        rows = pd.DataFrame([_row(figure) for figure in figures], columns=list(COLUMNS))
        rows = rows.assign(data_date=f"{state.data_date}")
        take_out(records, f"indicators-{month_text(chosen)}-{scope}-{place}", _written(rows, written_as))


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
