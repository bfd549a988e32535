"""Reads the tables of tests/examples: one case or station a row, what is expected of it, and why.

A table begins with a line such as `examined-72h; data to 2026-06-30; exam_days 1 from 2026-05-10`: the code of what the
examples are of, the data date, and thresholds set beside those of a new database. Its columns are what is recorded
(CASE and STATION below), then what is expected: counts (tests/written_counts.py) or flags (tests/written_flags.py).
Each row has a county and a station of its own, so that a county's figure is the row's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent / "examples"
MOST_ROWS = 46  # each in a county of its own
ELSEWHERE = 47  # the county to which the stations of a table move
CASE = {
    "reported": "the case's day of report, and what is filled in below for a case",
    "incident": "day of the incident",
    "age": "the survivor's age band",
    "offence": "offence as it stands now",
    "first offence": "offence as first recorded, before it was corrected",
    "what happens": "events and attempts: `2026-05-10 plea; 2026-05-12 s204_withdrawal succeeded 2026-05-20 authority`"
    " (without its own day, an attempt is resolved on the day it is made; after `contacted` comes the day on which the"
    " survivor was asked; a last word `withdrawn` takes the row back); `2026-05-10 age 16-17`: that day the case comes"
    " with another age band. References are the places in this list: E1, A2",
    "alive until": "the station's last return came in on this day (else on the data date)",
    "withdrawn": "yes: the case, or where there is none the return, was entered in error",
}
STATION = {
    "opened": "first day of the station",
    "closed": "last day of the station",
    "moved on": "first day in another county",
    "no station": "yes: the station was entered in error",
    "return for": "month of its return",
    "received": "day on which the return came in; empty: none came",
    "officers": "all officers",
    "women": "female officers",
    "desk": "yes or no",
    "inspected": "day of the desk's last inspection",
    "items": "how many of the ten items of the checklist are in order",
    "blank": "how many of the other items are left blank",
    "at desk": "officers of the desk and women among them, where known: `4`, `4 with 2 women`, `? with 2 women`",
}


@dataclass(frozen=True)
class Example:
    """`given`: what is recorded, by column; `expected`: what is expected, by column, in the words of the table."""

    line: int
    county: int
    given: dict[str, str]
    expected: dict[str, str]
    why: str

    @property
    def case_ref(self) -> str:
        return f"C/{self.county}"

    @property
    def station_code(self) -> str:
        return f"S/{self.county}"


@dataclass(frozen=True)
class ExampleTable:
    name: str
    code: str
    data_date: date
    thresholds: tuple[tuple[str, str, date], ...]
    examples: tuple[Example, ...]

    def __str__(self) -> str:
        return self.name


def tables_in(folder: Path, expects: Callable[[str], bool]) -> list[ExampleTable]:
    """Every table of every file, with the columns of which `expects` says that they hold what is expected.

    ValueError names the file and line of what cannot be read.
    """
    return [table for path in sorted(folder.glob("*.txt")) for table in tables_of(path.read_text(), path.stem, expects)]


def tables_of(text: str, name: str, expects: Callable[[str], bool]) -> Iterator[ExampleTable]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    starts = [place for place, (_, line) in enumerate(lines) if "|" not in line]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        number, title = lines[start]
        yield _table(f"{name}, line {number}", title, lines[start + 1], lines[start + 2 : end], expects)


def _table(
    name: str, title: str, heading: tuple[int, str], rows: list[tuple[int, str]], expects: Callable[[str], bool]
) -> ExampleTable:
    code, data_to, *settings = [part.strip() for part in title.split(";")]
    columns = [column.strip() for column in heading[1].split("|")]
    for column in columns:
        if column not in CASE and column not in STATION and not expects(column):
            raise ValueError(f"{name}: there is no column {column!r}.")
    if not 0 < len(rows) <= MOST_ROWS:
        raise ValueError(f"{name}: a table has 1 to {MOST_ROWS} rows, this one {len(rows)}.")
    return ExampleTable(
        name=name,
        code=code,
        data_date=date.fromisoformat(data_to.removeprefix("data to ")),
        thresholds=tuple(_setting(text) for text in settings),
        examples=tuple(_example(name, columns, expects, county, *row) for county, row in enumerate(rows, start=1)),
    )


def _setting(text: str) -> tuple[str, str, date]:
    code, value, _from, day = text.split()
    return code, value, date.fromisoformat(day)


def _example(
    name: str, columns: list[str], expects: Callable[[str], bool], county: int, line: int, text: str
) -> Example:
    row, _, why = text.partition("#")
    cells = [cell.strip() for cell in row.split("|")]
    if len(cells) != len(columns):
        raise ValueError(f"{name}: line {line} has {len(cells)} cells for {len(columns)} columns.")
    filled = dict(zip(columns, cells, strict=True))
    return Example(
        line=line,
        county=county,
        given={column: cell for column, cell in filled.items() if not expects(column)},
        expected={column: cell for column, cell in filled.items() if expects(column)},
        why=why.strip(),
    )
