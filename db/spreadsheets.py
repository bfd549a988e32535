"""Text that leaves for a spreadsheet, written so that no spreadsheet runs it."""

import re

# What a formula begins with, also in the wide and small forms, which some spreadsheets take for the same.
SIGNS = "=+@＝＋－＠﹦﹢﹣﹫-"
# What stands before it unseen: white space, control characters, and those that only say how to draw the next.
UNSEEN = r"\s\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
STARTS_A_FORMULA = re.compile(rf"[{UNSEEN}]*[{SIGNS}]|[\t\r\n]")
# Where a spreadsheet of another language splits a line, once something is to be seen in it.
AFTER_A_SEPARATOR = re.compile(rf"(?<=[;|\t\r\n])(?=[{UNSEEN}]*[{SIGNS}])")
BEFORE_ANYTHING_SEEN = re.compile(rf"\A[{UNSEEN}]*")


def without_formula(text: str) -> str:
    """`text` with an apostrophe wherever spreadsheets would begin a formula; intake takes the first one off again."""
    seen = BEFORE_ANYTHING_SEEN.sub("", text)
    inside = text[: len(text) - len(seen)] + AFTER_A_SEPARATOR.sub("'", seen)
    return f"'{inside}" if STARTS_A_FORMULA.match(text) else inside
