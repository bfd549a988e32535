"""The command that prints how long a stage of the path takes, as tidy rows, one a place."""

import json

import click
import pandas as pd

from db.cohort import Cohort
from db.commands.shared import as_option, held_pass, opened, parsed_month, reviewed_month, take_out, tell_if_behind
from db.dates import month_text
from db.durations import BY_CODE, SHARES, Durations
from db.records import Records

COLUMNS = (
    "stage",
    "county_code",
    "scope",
    "n",
    "ended",
    "exited",
    "open",
    *SHARES,
    "median_lower",
    "median_upper",
    "data_date",
    "month",
    "end_before_start",
    "end_not_recorded",
    "start_not_recorded",
    "status",
)
WHOLE_NUMBERS = ("county_code", *SHARES, "median_lower", "median_upper")


@click.command()
@click.option("--stage", required=True, type=click.Choice(list(BY_CODE)), help="From which milestone to which.")
@click.option("--by", "place", type=click.Choice(["county", "national"]), default="national", show_default=True)
@click.option("--from", "first", help="The first month of report, YYYY-MM; from the beginning when left out.")
@click.option("--to", "last", help="The last month of report, YYYY-MM; to the month under review when left out.")
@click.option("--month", help="The month under review, YYYY-MM; by default the last complete one before the data date.")
@click.option("--scope", type=click.Choice(["core", "extended"]), default="core", show_default=True)
@click.option("--format", "written_as", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@as_option
def timelines(
    stage: str,
    place: str,
    first: str | None,
    last: str | None,
    month: str | None,
    scope: str,
    written_as: str,
    name: str | None,
) -> None:
    """Prints how many days a stage takes, at the end of the month under review.

    Another exit before the end competes with it, and open cases are censored. An empty quantile is not reached; where
    status is too_few or none there are too few cases to tell one, or none.
    """
    with opened() as engine, Records(engine, held_pass(engine, name)) as records:
        state = records.state()
        tell_if_behind(state)
        review = reviewed_month(state, parsed_month(month))
        cohort = Cohort(scope, first=parsed_month(first), last=parsed_month(last))
        if cohort.first and cohort.last and cohort.first > cohort.last:
            raise click.ClickException(f"No month lies from {first} to {last}: give --from a month before --to.")
        told: dict[int | None, Durations] = (
            {None: records.timelines.durations(stage, review, cohort)}
            if place == "national"
            else {int(part.code): part.durations for part in records.timelines.by_county(stage, review, cohort)}
        )
        rows = pd.DataFrame([_row(county, durations) for county, durations in told.items()], dtype=object)
        told_of = {"stage": stage, "scope": scope, "data_date": f"{state.data_date}", "month": month_text(review)}
        content = _written(rows.assign(**told_of).reindex(columns=list(COLUMNS)), written_as)
        take_out(records, f"timelines-{stage}-{month_text(review)}-{scope}-{place}", content)


def _row(county: int | None, durations: Durations) -> dict[str, object]:
    quantiles = {share: durations.quantiles[share].days if durations.quantiles else None for share in SHARES}
    median = durations.quantiles.get("median")
    return {
        "county_code": county,
        "n": durations.n,
        "ended": durations.ended,
        "exited": durations.all_exited,
        "open": durations.open,
        **quantiles,
        "median_lower": median.lower if median else None,
        "median_upper": median.upper if median else None,
        **{reason: durations.left_out.get(reason, 0) for reason in COLUMNS if reason.endswith(("start", "recorded"))},
        "status": durations.known.value,
    }


def _written(rows: pd.DataFrame, written_as: str) -> str:
    nullable = rows.astype(dict.fromkeys(WHOLE_NUMBERS, "Int64"))
    if written_as == "csv":
        return str(nullable.to_csv(index=False, lineterminator="\n"))
    return json.dumps(json.loads(nullable.to_json(orient="records")), indent=1) + "\n"
