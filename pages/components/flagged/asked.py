"""What the queue of flags is asked for: its filters, which stand in the address in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from db import codes
from db.flagged.queue import NOBODY, Asked
from db.flags import BY_CODE, FLAGS, Severity
from db.measures import Cause
from db.records import Records
from db.refresh.facts import STAGES
from pages.components.filters import KENYA, SCOPES, Choice
from pages.components.phrases import code_words, scope_words
from pages.components.plain import station_words
from pages.components.wording import say, say_or

ALL = ""
# No account can have this name.
NOBODYS = "-"


def rule_title(code: str) -> str:
    return say_or(f"flags.{code}.title", BY_CODE[code].title)


def severity_words(severity: int) -> str:
    """How urgent a flag is, with a sign that differs in its shape."""
    return say(f"flagged.severity.{severity}")


def asked_from_address(records: Records) -> Asked:
    """What the address asks of the queue, on a screen that draws none of its filters. What cannot be shown asks for
    nothing."""
    scope, place = _scope().from_address(), _county(records).from_address()
    county = None if place == KENYA else place
    choices = queue_choices(records, scope, county, records.casework.assignees())
    return asked_of(scope, county, {choice.name: choice.from_address() for choice in choices})


def address_of(records: Records, asked: Asked) -> dict[str, str]:
    """The part of an address from which `asked_from_address` reads `asked` again."""
    people = [asked.assignee] if asked.assignee else []
    choices = [_scope(), _county(records), *queue_choices(records, asked.scope, asked.county, people)]
    values = _values_of(asked)
    return {
        choice.name: choice.words(values[choice.name])
        for choice in choices
        if values[choice.name] in choice.options and values[choice.name] != choice.options[choice.default]
    }


def queue_choices(records: Records, scope: str, county: int | None, people: Iterable[str]) -> tuple[Choice, ...]:
    """The filters of the queue beside scope and county; `people` are those to whom a case can be assigned."""
    stations = {} if county is None else _stations(records, scope, county)
    rules = {flag.code: rule_title(flag.code) for flag in FLAGS}
    return (
        _choice("severity", {severity.value: severity_words(severity) for severity in Severity}),
        _choice("rule", rules),
        _choice("assignee", {NOBODYS: say("flagged.nobody"), **{name: name for name in people}}),
        _choice("overdue", {"yes": say("flagged.only_overdue")}),
        _choice("snoozed", {"yes": say("flagged.only_snoozed")}),
        _choice("cause", {cause: cause.value.capitalize() for cause in Cause if _is_flagged(cause)}),
        _choice("stage", {stage: code_words("stage", stage) for stage in STAGES}),
        _choice("age", {age: say(f"flagged.age.{age}") for age in codes.AGES_OF_FLAGS}),
        _choice("band", {band: code_words("band", band) for band in codes.AGE_BANDS}),
        _choice("station", stations),
    )


def asked_of(scope: str, county: int | None, values: Mapping[str, Any]) -> Asked:
    """What the values of `queue_choices`, by name, ask for."""
    asked = {name: None if value == ALL else value for name, value in values.items()}
    assignee = NOBODY if asked["assignee"] == NOBODYS else asked["assignee"]
    flags = {"assignee": assignee, "overdue": asked["overdue"] == "yes", "snoozed": asked["snoozed"] == "yes"}
    return Asked(scope=scope, county=county, **asked | flags)


def _values_of(asked: Asked) -> dict[str, Any]:
    """The values of the choices that ask for this."""
    values = {name: ALL if value is None else value for name, value in vars(asked).items()}
    return values | {
        "county": KENYA if asked.county is None else asked.county,
        "assignee": NOBODYS if asked.assignee == NOBODY else asked.assignee or ALL,
        "overdue": "yes" if asked.overdue else ALL,
        "snoozed": "yes" if asked.snoozed else ALL,
    }


def _choice(name: str, words: Mapping[Any, str]) -> Choice:
    every = {ALL: say(f"flagged.all.{name}"), **words}
    return Choice(name, list(every), lambda value: every[value], in_vain="flagged.unknown_in_address")


def _scope() -> Choice:
    return Choice("scope", SCOPES, scope_words)


def _county(records: Records) -> Choice:
    counties = records.counties()
    names = dict(zip(counties["county_code"].tolist(), counties["name"].tolist(), strict=True))
    names[KENYA] = say("components.kenya")
    return Choice("county", [KENYA, *[code for code in names if code != KENYA]], lambda code: names[code])


def _stations(records: Records, scope: str, county: int) -> dict[str, str]:
    """The stations now open in the county, and others of which flags wait."""
    listed = records.stations.listed(records.state().last_month, scope, county)
    names = {station.station_code: station.name for station in listed}
    names |= {flags.station_code: flags.station for flags in records.flags.by_station(scope, county)}
    return {code: station_words(names[code], code) for code in sorted(names)}


def _is_flagged(cause: Cause) -> bool:
    return any(flag.cause is cause for flag in FLAGS)
