"""Every sentence that intake says about a file, a column or a row, in one place, so that a second language can follow.

Reasons about a value begin with its column's name; the offending value stands in quotes, cut at 40 characters.
"""

from collections.abc import Sequence
from datetime import date

LONGEST_VALUE = 40
LONGEST_REASON = 300
LONGEST_LIST = 170
LONGEST_NAME = 100
MOST_LISTED = 20


def quoted(value: str) -> str:
    """`value` in quotes, on one line, cut at 40 characters."""
    plain = " ".join(value.split())
    return f'"{plain[:LONGEST_VALUE]}…"' if len(plain) > LONGEST_VALUE else f'"{plain}"'


def counted(number: int, word: str) -> str:
    """`number` and what it counts, in the plural where there is not one."""
    return f"{number:,} {word if number == 1 else f'{word}s'}"


# Whole deliveries

DEMONSTRATION = (
    "This is the demonstration database, which takes in no files: make a real one with python -m db init, or name "
    "yours in DATABASE_URL."
)

ANOTHER_AT_WORK = "Another import or refresh is at work on this database: try again when it has ended."
ON_THE_COMMAND_LINE = (
    "Files are not taken in here, as the dashboard's login may read the records but not change them: import on the "
    "command line, or give the dashboard a login for imports in IMPORT_DATABASE_URL."
)


def too_much_at_once(files: int, size: int) -> str:
    return f"At once no more than {files} files and {size // 1_000_000} MB are taken in here: send them in parts."


def data_date_ahead(data_to: date, today: date) -> str:
    return f"The data date {data_to} lies after today, {today}: give the day to which the files speak."


def data_date_stays(data_to: date, held: date) -> str:
    return f"The data date stays {held}, as it never goes back: {data_to} was given."


# Files


def shown_name(name: str) -> str:
    """The name of a file or sheet as people are shown it: on one line, cut at 100 characters."""
    plain = "".join(letter if letter.isprintable() else " " for letter in name)
    return f"{plain[:LONGEST_NAME]}…" if len(plain) > LONGEST_NAME else plain


NO_SUCH_FILE = "There is no such file or folder: check the path."
NOT_READABLE = "The file cannot be opened: check that it is there and that you may read it."
NOTHING_HERE = (
    "Nothing of the format was found: name the files stations.csv, station_returns.csv, cases.csv, case_events.csv, "
    "withdrawal_attempts.csv, or the sheets of one .xlsx so."
)
UNKNOWN_NAME = (
    "The name is not one of the format's: stations, station_returns, cases, case_events or withdrawal_attempts, with "
    ".csv, or the sheets of one .xlsx."
)
EMPTY = "The file is empty: it needs a first row with the names of the columns."
NOT_TEXT = "This is not a CSV file but something else: save it again as CSV (UTF-8)."
SPREADSHEET_NAMED_CSV = "This is a spreadsheet or ZIP file named .csv: name it .xlsx, or save it as CSV (UTF-8)."
NOT_A_SPREADSHEET = "This is not an .xlsx workbook, or it is damaged: save it again as .xlsx."
LOCKED_OR_OLD = (
    "This workbook is locked with a password, or an .xls of old: take the password off and save it again as .xlsx."
)
OTHER_WORKBOOK = "This kind of workbook is not read: save it again as .xlsx, without macros."
MACROS = "This workbook holds macros, and none is ever run or taken in: save it again as .xlsx, without macros."
REPEATED_SHEET = "Two sheets of this workbook bear the same name: rename one, or bring them together."
NOT_A_ZIP = "This is not a ZIP file, or it is damaged or locked by a password: make it again."
UNSAFE_ZIP = "The ZIP file holds names that point outside it, or links: make it again from the files alone."
REPEATED_ENTRY = "The ZIP file holds two files of one name: make it again with each name once."
ZIP_IN_ZIP = (
    "A ZIP file inside a ZIP file is not opened: send it by itself, or put its files straight into the outer one."
)
CONVERTED_WINDOWS = "was read as Windows-1252, as it is not UTF-8: check names with accents, and save it as UTF-8."
NOT_IN_FORMAT = "is not part of the format and was not read."


def too_large(limit: int) -> str:
    return f"It holds more than {limit // 1_000_000} MB once unpacked: send it in parts."


def too_many_entries(most: int) -> str:
    return f"It holds more than {most:,} files: send only those of the format."


def too_many_lines(most: int) -> str:
    return f"It holds more than {most:,} lines: send it in parts."


def too_many_columns(most: int) -> str:
    return f"It has more than {most} columns: send those of the format alone."


def too_many_sheets(most: int) -> str:
    return f"It holds more than {most} sheets: send only those of the format."


def too_far(most: int) -> str:
    return (
        f"The filled cells of this sheet lie too far apart, or are more than {most:,}: delete the cells beside and "
        "below the table, or send it in parts."
    )


def formulas(column: str, row: int) -> str:
    return (
        f"This sheet holds formulas, the first in cell {column}{row}: copy the cells, paste them as values, and send "
        "the file again."
    )


def too_long(line: int, most: int) -> str:
    return (
        f"The row that begins on line {line} has more than {most:,} characters: look for a quotation mark that is not "
        "closed, correct that line and send the file again."
    )


def unclosed_quotation(line: int) -> str:
    return f'A quotation mark (") opened on line {line} is never closed: correct that line and send the file again.'


def missing_columns(names: Sequence[str]) -> str:
    return f"The required {_columns(names)} missing from the first row: add {'it' if len(names) == 1 else 'them'}."


def repeated_columns(names: Sequence[str]) -> str:
    return f"The {_columns(names)} there twice: keep one of each."


def _columns(names: Sequence[str]) -> str:
    return f"column {names[0]} is" if len(names) == 1 else f"columns {', '.join(names)} are"


def ignored_columns(file: str, names: Sequence[str]) -> str:
    listed = ", ".join(quoted(name) for name in names[:MOST_LISTED])
    if len(names) > MOST_LISTED:
        listed += f" and {len(names) - MOST_LISTED} more"
    what = f"the column {listed} is" if len(names) == 1 else f"the columns {listed} are"
    return f"{file}: {what} not part of the format and {'was' if len(names) == 1 else 'were'} not stored."


def read_day_first(count: int, file: str, column: str, proof: str) -> str:
    were = "was" if count == 1 else "were"
    return f"{counted(count, 'date')} in {file}, column {column}, {were} read as day/month/year, as {proof} shows."


def superseded(count: int, file: str) -> str:
    were = "was" if count == 1 else "were"
    rows = f"{counted(count, 'row')} {were} passed over"
    return f"{file}: {rows} for a later or equal row of the same key in the same file."


def released(count: int, file: str) -> str:
    return f"{file}: {counted(count, 'row')} held from earlier imports went in."


def released_refused(count: int, file: str) -> str:
    were = "was" if count == 1 else "were"
    rows = f"{counted(count, 'row')} held from earlier imports"
    return f"{file}: {rows} {were} refused and can be downloaded with the refused rows."


# Rows


def wrong_length(found: int) -> str:
    values = counted(found, "value")
    return f"The row has {values}, not as many as the first row has columns: look for commas too many or too few."


REQUIRED = "is blank, and the format requires it."
NOT_A_DATE = "which is not a date: write it as year-month-day, for example 2026-02-15."
HAS_A_TIME = "a date with a time of day: write the date alone, for example 2026-02-15."
NOT_A_MONTH = "which is not a month: write year and month, for example 2026-05."
NOT_YES_OR_NO = "which is neither yes nor no."
NO_SUCH_COUNTY = "which is no known county: write its code from 1 to 47, or its name."


def ambiguous_date(day_first: date, month_first: date) -> str:
    return (
        f"which could be {_spoken(day_first)} or {_spoken(month_first)}: "
        f"write {day_first.isoformat()} or {month_first.isoformat()}."
    )


def undecided_date(reading: date) -> str:
    return (
        "in a column that does not show whether days or months come first: "
        f"write the date as {reading.isoformat()} if that is meant."
    )


def serial_date(from_1900: date, from_1904: date) -> str:
    return (
        f"a spreadsheet's serial number, which could be {from_1900.isoformat()} (counted from 1900) or "
        f"{from_1904.isoformat()} (counted from 1904): write the date out."
    )


def too_early(earliest: date) -> str:
    return f"which is before {earliest.year}: check the year."


def month_too_early(earliest: int) -> str:
    return f"which is before {earliest // 100}: check the year."


def not_whole(lowest: int, highest: int) -> str:
    return f"which is not a whole number from {lowest} to {highest}."


def not_decimal(lowest: float, highest: float) -> str:
    return f"which is not a number from {lowest:g} to {highest:g}, with a point for decimals."


def not_listed(values: Sequence[str]) -> str:
    listed = ", ".join(values)
    return f"which is not one of {listed}." if len(listed) <= LONGEST_LIST else "which is not a code of its list."


def no_detail(kind: str) -> str:
    return f"but an event of kind {kind} carries no detail: leave it blank."


NOT_AN_OPEN_DETAIL = "which is not a code of 2 to 8 letters."


def not_described(description: str) -> str:
    return f"which is not {description}."


def of_value(column: str, value: str, complaint: str) -> str:
    """The whole sentence about a value of a column."""
    return f"{column} reads {quoted(value)}, {complaint}"[:LONGEST_REASON]


def of_column(column: str, complaint: str) -> str:
    return f"{column} {complaint}"[:LONGEST_REASON]


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B}"


# Rows against one another: {column} stands for the row's value there.

AFTER_DATA_DATE = "{field} is {value}, after the data date {data_date}: check the date, or give a later data date."
TOO_MANY_WOMEN = "female_officers is {female_officers}, more than the {officers} officers."
TOO_MANY_DESK_WOMEN = "desk_women is {desk_women}, more than the {desk_officers} officers of the desk."
CLOSED_BEFORE_OPENED = "closed_on is {closed_on}, before the station opened on {opened_on}."
RECEIVED_BEFORE_MONTH = "received_on is {received_on}, before the month {month} that the return speaks of began."
RECORDED_BEFORE = "{dated_by} is {dated_by_value}, before {field} {value}: nothing is recorded before it happens."
INCIDENT_LONG_AFTER = "incident_on is {incident_on}, more than 30 days after the report on {reported_on}."
EVENT_LONG_BEFORE = "{field} is {value}, more than 5 years before the case was reported."
DETAIL_REQUIRED = "detail is blank, and an event of kind {kind} says nothing without it."
DETAIL_OF_ANOTHER_KIND = "kind is {kind}, which does not go with the detail held: send the column detail with it."
VALUE_ONLY_FOR_SENTENCE = "value is {value}, which only an event of kind sentence carries (years)."
RESOLVED_REQUIRED = "resolved_on is blank, and an attempt whose result is {result} needs it."
RESOLVED_BEFORE_ATTEMPTED = "resolved_on is {resolved_on}, before the attempt on {attempted_on}."
OUTDATED = "{dated_by} is {dated_by_value}, older than the row held, which differs: send the newest row."
CONTRADICTORY = "A later line of the same file has the same key and date but other values: keep one of them."
NOTHING_TO_WITHDRAW = "entered_in_error is yes, but no row with this key is held: check the reference."
COUNTY_CHANGED = (
    "county differs from the one held: give the day of the change in the column county_since, or correct the county."
)
COUNTY_CHANGED_EARLIER = (
    "county_since is {county_since}, not after an earlier change of county held for this station: check the date."
)
PARENT_UNKNOWN = {
    "stations": "station_code {station_code} is not known yet: the row is held until the station's row arrives.",
    "cases": "case_ref {case_ref} is not known yet: the row is held until the case's row arrives.",
}
