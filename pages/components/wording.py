"""Every fixed word on a screen, looked up in a catalogue beside it, so that a second language is a second file."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

CATALOGUE = Path(__file__).with_name("wording.en.toml")


class UnknownWording(KeyError):
    """The catalogue holds no words under this key."""


def say(key: str, **values: object) -> str:
    """The words under the dotted `key`, with each {name} filled from `values`.

    Raises UnknownWording for a key that is not in the catalogue, and KeyError for a {name} without a value.
    """
    words = _catalogue().get(key)
    if words is None:
        raise UnknownWording(f"No words under {key!r} in {CATALOGUE.name}: add them there.")
    return words.format_map(values)


def say_counted(key: str, number: int, **values: object) -> str:
    """The words under `key` for so many, which fill {n}: those under `one` or `many`, and under `none` where there are
    words for none. Raises what `say` raises."""
    part = {0: "none", 1: "one"}.get(number, "many")
    if part == "none" and f"{key}.none" not in _catalogue():
        part = "many"
    return say(f"{key}.{part}", n=f"{number:,}", **values)


def say_or(key: str, default: str) -> str:
    """The words under `key`, or else `default`: for words that a declared list brings with it in English."""
    return _catalogue().get(key, default)


@cache
def _catalogue() -> Mapping[str, str]:
    return dict(_flattened(tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))))


def _flattened(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, entry in table.items():
        if isinstance(entry, str):
            yield prefix + name, entry
        else:
            yield from _flattened(entry, f"{prefix}{name}.")
