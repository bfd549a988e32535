"""Text that leaves for a spreadsheet, written so that no spreadsheet runs it."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def without_formula(text: str) -> str:
    """`text` with an apostrophe before it where spreadsheets would take it for a formula; intake takes it off again."""
    starts_one = text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)
    return f"'{text}" if starts_one else text
