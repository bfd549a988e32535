"""What is known of one station in words: its return, its officers, its gender desk, and what to act on there."""

from db.stations import Station
from pages.components.phrases import NO_VALUE, code_words, count_words, day_words, month_words
from pages.components.plain import station_words
from pages.components.wording import say


def station_name(station: Station) -> str:
    return station_words(station.name, station.station_code)


def return_words_of(station: Station) -> str:
    """Whether its return of the month came in; and where not, when the last one did."""
    words = code_words("return_state", station.return_state)
    if station.has_returned:
        return words
    if station.last_returned is None:
        return say("stations.return.never", state=words)
    return say("stations.return.last", state=words, month=month_words(station.last_returned))


def desk_words(station: Station) -> str:
    """The state of its desk and what it lacks."""
    state = code_words("desk_state", station.desk_state)
    parts = [state, _lacking(station)]
    if station.desk_state == "no_return":
        parts = [return_words_of(station)]
    return ". ".join(part for part in parts if part)


def _lacking(station: Station) -> str:
    named = {"missing": station.missing_items, "unchecked": station.unchecked_items}
    parts = [
        say(f"stations.{kind}", list=", ".join(code_words("item", item) for item in items))
        for kind, items in named.items()
        if items
    ]
    return ". ".join(parts)


def inspection_words(station: Station) -> str:
    """The day of the inspection on which the state rests, or that is too old for it."""
    if not station.has_desk:
        return NO_VALUE
    if station.desk_inspected_on is None:
        return say("stations.inspected.never")
    stale = station.desk_state == "not_inspected"
    return say(f"stations.inspected.{'stale' if stale else 'valid'}", day=day_words(station.desk_inspected_on))


def officers_words(station: Station) -> str:
    """Women of its officers; or why nobody knows."""
    if not station.has_returned:
        return say("components.status.no_report")
    women, officers = count_words(station.female_officers or 0), count_words(station.officers or 0)
    return say("components.fraction", numerator=women, denominator=officers)


def desk_women_words(station: Station) -> str:
    """Women of its desk's officers; no desk, no report and not recorded are three things."""
    if not station.has_returned:
        return say("components.status.no_report")
    if not station.has_desk:
        return say("components.desk_state.none")
    if station.desk_women is None or station.desk_officers is None:
        return say("stations.not_recorded")
    women, officers = count_words(station.desk_women), count_words(station.desk_officers)
    return say("components.fraction", numerator=women, denominator=officers)


def wants_words(station: Station) -> str:
    """What it wants of women officers; in order where it wants nothing."""
    if not station.has_returned:
        return return_words_of(station)
    missing = count_words(station.women_missing or 0)
    wants = [say(f"stations.want.{want}", n=missing) for want in station.wants_of_women]
    return ". ".join(wants) or say("stations.want.nothing")
