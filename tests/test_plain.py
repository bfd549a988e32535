"""What others wrote is shown letter for letter, and usual names stay as they are."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from pages.components.plain import JOINER, plain, station_words

SIGNS = "\\`*_[]<>#!|~$:{}^"


@pytest.mark.parametrize(
    "name",
    ["Central Police Station", "Murang'a", "St. Mary’s (Kibera)", "Ngong Rd, Post 2/3", "KE/1", "ST-47", "A & B"],
)
def test_a_usual_name_stays_as_it_is(name: str) -> None:
    assert plain(name) == name


def test_a_station_is_named_with_its_code() -> None:
    assert station_words("www.example.org", "-1") == f"www{JOINER}.example.org ({JOINER}-1)"


@settings(max_examples=500, derandomize=True)
@given(
    text=some.lists(some.sampled_from([*SIGNS, *"ab1.-+=&;@/ (\n)", "www", "http://", "&amp;", "->"]), max_size=12).map(
        "".join
    )
)
@example(text="[a](http://example.org)")
@example(text="12. x")
def test_no_text_is_more_than_its_letters(text: str) -> None:
    shown = plain(text)
    assert "\n" not in shown
    assert re.sub(r"\\(.)", r"\1", shown).replace(JOINER, "") == " ".join(text.split())
    assert not set(re.sub(r"\\.", "", shown)) & set(SIGNS), "a sign that is not escaped"
    assert not re.match(r"[-+=]|\d+[.)]", shown)
    assert not re.search(r"(?i)www\.|://|@\w|->|--", shown)
