"""What figures, periods, codes and statuses read as: numbers in, words of the catalogue out."""

import math
from datetime import date, datetime
from zoneinfo import ZoneInfo

from db.figures import Figure, Status
from db.measures import Basis, Indicator, Interval, Unit
from pages.components.wording import say, say_counted, say_or

EAST_AFRICA_TIME = ZoneInfo("Africa/Nairobi")
NO_VALUE = "–"
WHOLE = 100
NO_BREAK = "\u00a0"


def month_words(month: int) -> str:
    """A month YYYYMM as people write it: May 2026."""
    year, number = divmod(month, 100)
    return f"{say(f'components.month.{number}')} {year}"


def period_words(first_month: int, month: int) -> str:
    """The months from the first to the last, both included: one month, or "June 2025 to May 2026"."""
    if first_month == month:
        return month_words(month)
    return say("components.period", first=month_words(first_month), last=month_words(month))


def span_words(figure: Figure) -> str:
    """The months of a figure, and that they are those of the report where it follows the cases reported in them."""
    period = period_words(figure.first_month, figure.month)
    return say("components.cohort", period=period) if figure.indicator.basis is Basis.COHORT else period


def day_words(day: date) -> str:
    return f"{day.day} {say(f'components.month.{day.month}')} {day.year}"


def moment_words(moment: datetime) -> str:
    """A moment in East Africa Time, to the minute."""
    local = moment.astimezone(EAST_AFRICA_TIME)
    return f"{day_words(local)}, {local:%H:%M}"


def count_words(count: int) -> str:
    return f"{count:,}"


def value_words(value: float | None, unit: Unit) -> str:
    """A value in its unit, counts whole and the others to one decimal; a dash for none."""
    if value is None or math.isnan(value):
        return NO_VALUE
    if unit is Unit.COUNT:
        return f"{value:,.0f}"
    return say("components.percent", value=f"{value:,.1f}") if unit is Unit.PERCENT else f"{value:,.1f}"


def interval_kind(indicator: Indicator) -> str:
    """Whether the interval speaks of chance, of stations that are unknown, or there is none."""
    return {Interval.BOUNDS: "bounds", Interval.NONE: "none"}.get(indicator.interval, "chance")


def interval_words(lower: float | None, upper: float | None, unit: Unit) -> str:
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return NO_VALUE
    if unit is Unit.COUNT:
        return say("components.interval", lower=f"{lower:,.1f}", upper=f"{upper:,.1f}")
    return say("components.interval", lower=value_words(lower, unit), upper=value_words(upper, unit))


def unit_words(indicator: Indicator) -> str:
    return say(f"components.unit.{indicator.unit.value}")


def title_words(indicator: Indicator) -> str:
    return say_or(f"indicators.{indicator.code}.title", indicator.title)


def status_words(status: Status) -> str:
    return say(f"components.status.{status.value}")


def shown_value(figure: Figure) -> str:
    """The value of a figure, or in its place the words that say why there is none."""
    return status_words(figure.status) if figure.value is None else value_words(figure.value, figure.indicator.unit)


def target_words(indicator: Indicator, target: float | None, target_status: str | None) -> str:
    """The target with its direction and whether it is official or provisional; empty without a target."""
    if indicator.target is None or target is None:
        return ""
    # No share lies above the whole, and none below nothing.
    if indicator.target.at_least:
        direction = "exactly" if indicator.unit is Unit.PERCENT and target >= WHOLE else "at_least"
    else:
        direction = "at_most" if target else "exactly"
    words = say(f"components.target.{direction}", value=value_words(target, indicator.unit).replace(".0", ""))
    return f"{words}, {say(f'components.target.{target_status}')}" if target_status else words


def threshold_words(unit: str, value: str) -> str:
    """A threshold in its unit; a date stands as it is written."""
    if unit in ("days", "months"):
        return say_counted(f"definitions.threshold_unit.{unit}", int(value))
    return say(f"definitions.threshold_unit.{unit}", value=value)


def counted_words(figure: Figure) -> str:
    """The numerator and the denominator, each with what it counts."""
    indicator, n = figure.indicator, count_words(figure.numerator)
    words = indicator.numerator_words[0].upper() + indicator.numerator_words[1:]
    if figure.denominator is None:
        return say("components.counted", n=n, words=words)
    below = {"m": count_words(figure.denominator), "below": indicator.denominator_words}
    return say("components.counted_of", n=n, words=words, **below)


def before_directive_words(stops: Figure, breaches: Figure, directive_on: date) -> str:
    """That some unlawful stops are no breaches, as they came before the directive; empty where all are."""
    if stops.numerator == breaches.numerator:
        return ""
    part = {0: "it" if stops.numerator == 1 else "all", 1: "but_one"}.get(breaches.numerator, "but_some")
    day, n = day_words(directive_on), count_words(breaches.numerator)
    return say(f"components.before_directive.{part}", day=day, breaches=n)


def beside_words(figure: Figure) -> str:
    """What is not yet due and what is not recorded, where the indicator has such a thing."""
    parts = []
    if figure.indicator.not_yet_due:
        parts.append(say("components.not_yet_due", n=count_words(figure.not_yet_due)))
    if figure.indicator.not_recorded:
        n, those = count_words(figure.not_recorded), figure.indicator.not_recorded[0].words
        if figure.indicator.is_of_stations:
            parts.append(say("components.not_recorded_those", n=n, words=those))
        else:
            parts.append(say("components.not_recorded", n=n))
    return " ".join(parts)


def returns_words(received: int, expected: int) -> str:
    """How many of the expected returns of stations came in."""
    if expected == 0:
        return say("components.no_returns_expected")
    return say("components.returns", received=count_words(received), expected=count_words(expected))


def fraction_words(numerator: int, denominator: int | None) -> str:
    """ "12 of 130", or the numerator alone where nothing stands below it."""
    if denominator is None or math.isnan(denominator):
        return count_words(numerator)
    return say("components.fraction", numerator=count_words(numerator), denominator=count_words(int(denominator)))


def unbroken(words: str) -> str:
    """`words` as a line's end never parts them."""
    return words.replace(" ", NO_BREAK)


def small(words: str) -> str:
    """`words` in small print, in the full colour of text: faded captions are hard on poor sight."""
    return f":small[{words}]"


def scope_words(scope: str) -> str:
    return say(f"components.scope.{scope}")


def code_words(code_list: str, code: str) -> str:
    """A code of the named list in words; "unknown" reads as not recorded."""
    return say(f"components.{code_list}.{code}")
