"""How durations read: days, quantiles with their limits, and why there is none."""

from datetime import date

from db.cases import EXITS
from db.dates import month_of, months_after
from db.durations import PROTECTION, SHARES, STAGES, Durations, Known
from db.figures import Status
from db.indicators import BY_CODE as INDICATORS
from db.statistics import Quantile
from pages.components.frame import Screen
from pages.components.phrases import count_words, period_words, status_words
from pages.components.tables import Row
from pages.components.wording import say, say_or

TITLES = {stage.code: stage.title for stage in (*STAGES, PROTECTION)}
SILENT = ("closed_silently", "dormant")


def stage_words(code: str) -> str:
    """The stage by its milestones."""
    return say_or(f"timelines.stage.{code}", TITLES[code])


def day_count(days: int) -> str:
    return say("timelines.one_day") if days == 1 else say("timelines.days", n=count_words(days))


def quantile_words(durations: Durations, share: str) -> str:
    """The day on which that share of all cases had come to the end, or why there is none."""
    if durations.known is not Known.SHOWN:
        return say(f"timelines.known.{durations.known}")
    days = durations.quantiles[share].days
    return say("timelines.not_reached") if days is None else day_count(days)


def quantiles_words(durations: Durations) -> str:
    """Every quantile in one line, as a chart is told to who does not see it."""
    return ", ".join(say(f"timelines.told.{share}", words=quantile_words(durations, share)) for share in SHARES)


def limits_words(quantile: Quantile | None) -> str:
    """The interval of a quantile; open above where its upper limit is not reached."""
    if quantile is None or (quantile.lower is None and quantile.upper is None):
        return say("timelines.no_limits")
    if quantile.lower is None:
        return say("timelines.up_to", upper=count_words(quantile.upper))
    if quantile.upper is None:
        return say("timelines.more_than", lower=count_words(quantile.lower))
    return say("components.interval", lower=count_words(quantile.lower), upper=count_words(quantile.upper))


def counts_row(durations: Durations) -> Row:
    """How many came to the end, left before it, and still wait."""
    return {
        say("timelines.column.ended"): count_words(durations.ended),
        say("timelines.column.exited"): count_words(durations.all_exited),
        say("timelines.column.open"): count_words(durations.open),
    }


def has_reported(screen: Screen) -> bool:
    """Whether anything came in from the place that is looked at."""
    asked = screen.filters
    return screen.records.timelines.ages(asked.month, asked.scope, asked.county).has_reported


def says_nothing(durations: Durations, *, reported: bool) -> bool:
    """Whether their zeros are no number: no case at all, and no report that could tell of one."""
    return not (reported or durations.n or durations.left_out)


def durations_row(durations: Durations, *, reported: bool = True) -> Row:
    """A stage in figures: of how many cases, the median with its interval, the other quantiles, and the counts; of a
    place that has not `reported`, none of them."""
    row = _known_row(durations)
    return dict.fromkeys(row, status_words(Status.NO_REPORT)) if says_nothing(durations, reported=reported) else row


def _known_row(durations: Durations) -> Row:
    others = {say(f"timelines.column.{share}"): quantile_words(durations, share) for share in SHARES}
    return {
        say("timelines.column.n"): count_words(durations.n),
        say("timelines.column.median"): quantile_words(durations, "median"),
        say("timelines.column.limits"): limits_words(durations.quantiles.get("median")),
        **others,
        **counts_row(durations),
    }


def exits_words(durations: Durations) -> str:
    """The exits before the end, each with its number, silent ones together."""
    exits = {name: durations.exited[name] for name in EXITS if name in durations.exited and name not in SILENT}
    silent = [durations.exited[name] for name in SILENT if name in durations.exited]
    parts = [say(f"timelines.exit.{name}", n=count_words(number)) for name, number in exits.items()]
    if silent:
        parts.append(say("timelines.exit.silent", n=count_words(sum(silent))))
    return say("timelines.exits", list="; ".join(parts)) if parts else say("timelines.no_exits")


def left_out_words(durations: Durations) -> str:
    """The cases of which no duration can be told, by reason; empty where there are none."""
    parts = [
        say(f"timelines.left_out.{reason}", n=count_words(number)) for reason, number in durations.left_out.items()
    ]
    return say("timelines.beside", list="; ".join(parts)) if parts else ""


def source_words() -> str:
    """Where everything that is told of cases comes from."""
    return say("components.source", source=INDICATORS["reported"].source)


def cohort_words(screen: Screen, first: int | None) -> str:
    """Which cases are followed, by the months of their report."""
    begins = max(first or 0, screen.state.first_month)
    return say("components.cohort", period=period_words(begins, screen.filters.month))


def directive_periods(screen: Screen, first: int | None, directive_on: date) -> dict[str, str]:
    """The months of report of the two parts of the division by the directive; empty where a part has no month."""
    month, begins = month_of(directive_on), max(first or 0, screen.state.first_month)
    spans = {
        "before": (begins, min(months_after(month, -1), screen.filters.month)),
        "after": (max(months_after(month, 1), begins), screen.filters.month),
    }
    return {part: period_words(*span) if span[0] <= span[1] else "" for part, span in spans.items()}
