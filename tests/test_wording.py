"""The catalogue of wording: complete, without left-overs, and the only place of fixed words on screens."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.components import wording

ROOT = Path(__file__).parents[1]
SOURCES = [ROOT / "dashboard.py", *sorted((ROOT / "pages").rglob("*.py"))]
# Calls of Streamlit whose first argument is read by people.
SHOWN = {
    *("title", "header", "subheader", "write", "markdown", "caption", "text", "info", "warning", "error", "success"),
    *("metric", "button", "link_button", "download_button", "form_submit_button", "checkbox", "toggle", "radio"),
    *("selectbox", "multiselect", "segmented_control", "pills", "slider", "select_slider", "text_input", "text_area"),
    *("number_input", "date_input", "file_uploader", "expander", "popover", "tabs", "toast", "status", "spinner"),
}
# Words in other arguments.
SHOWN_ARGUMENTS = {"help", "label", "placeholder", "caption", "alt", "page_title"}
WORDS = re.compile(r"[A-Za-z]{2,}")


def calls(text: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def keys_asked(text: str, *functions: str) -> list[re.Pattern[str]]:
    """The keys given to `functions`, as patterns: the filled-in part of an f-string may be any word without a dot."""
    given = (call.args[0] for call in calls(text) if name_of(call) in functions and call.args)
    return [_pattern(key) for node in given for key in _possible_keys(node)]


def keys_counted(text: str, *numbers: str) -> list[re.Pattern[str]]:
    """The keys under which say_counted looks for the words of `numbers`."""
    asked = keys_asked(text, "say_counted")
    return [re.compile(rf"{key.pattern}\.{number}") for key in asked for number in numbers]


def _possible_keys(node: ast.expr) -> list[ast.Constant | ast.JoinedStr]:
    if isinstance(node, ast.IfExp):
        return _possible_keys(node.body) + _possible_keys(node.orelse)
    return [node] if isinstance(node, ast.Constant | ast.JoinedStr) else []


def _pattern(node: ast.Constant | ast.JoinedStr) -> re.Pattern[str]:
    if isinstance(node, ast.Constant):
        return re.compile(re.escape(str(node.value)))
    parts = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[^.]+" for part in node.values)
    return re.compile("".join(parts))


def literals(text: str) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def literal_words_shown(text: str) -> list[str]:
    """Fixed words that the file shows without asking the catalogue."""
    found = []
    for call in calls(text):
        first = call.args[:1] if name_of(call) in SHOWN and isinstance(call.func, ast.Attribute) else []
        named = [keyword.value for keyword in call.keywords if keyword.arg in SHOWN_ARGUMENTS]
        found += [words for node in [*first, *named] for words in _fixed_words(node)]
    return found


def _fixed_words(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        parts = [node.value]
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
    else:
        parts = []
    return [part for part in parts if isinstance(part, str) and WORDS.search(part)]


@pytest.fixture(scope="module")
def catalogue() -> dict[str, str]:
    return dict(wording._catalogue())


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_key_that_a_screen_asks_for_is_in_the_catalogue(source, catalogue):
    text = source.read_text(encoding="utf-8")
    asked = [*keys_asked(text, "say"), *keys_counted(text, "one", "many")]
    assert [key.pattern for key in asked if not any(key.fullmatch(name) for name in catalogue)] == []


def test_no_words_are_left_over_in_the_catalogue(catalogue):
    texts = [source.read_text(encoding="utf-8") for source in SOURCES]
    asked = [key for text in texts for key in keys_asked(text, "say", "say_or")]
    asked += [key for text in texts for key in keys_counted(text, "none", "one", "many")]
    named = set().union(*(literals(text) for text in texts))
    unused = [name for name in catalogue if name not in named and not any(key.fullmatch(name) for key in asked)]
    assert unused == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_a_screen_shows_no_fixed_words_past_the_catalogue(source):
    assert literal_words_shown(source.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("st.title('Cases by county')", ["Cases by county"]),
        ("st.sidebar.button('Go on')", ["Go on"]),
        ("st.write(f'Data to {day}')", ["Data to "]),
        ("st.selectbox(say('a.b'), options, help='Choose one')", ["Choose one"]),
        ("st.title(say('overview.title'))", []),
        ("st.write(f'**{words}**')", []),
    ],
)
def test_fixed_words_past_the_catalogue_are_found(code, found):
    assert literal_words_shown(code) == found


def test_a_key_with_a_filled_in_part_is_found_as_a_pattern():
    (key,) = keys_asked("say(f'role.{viewer.role}')", "say")
    assert key.fullmatch("role.staff")
    assert not key.fullmatch("other.staff")


def test_words_are_filled_in():
    assert "Staff" in wording.say("frame.signed_in_as", username="staff", role="Staff")


@pytest.mark.parametrize(
    ("key", "number", "words"),
    [
        ("overview.attempts", 0, "No attempt to stop a case is on record."),
        ("overview.attempts", 1, "1 attempt to stop a case was made."),
        ("overview.attempts", 2, "2 attempts to stop a case were made."),
        ("accounts.listed", 0, "0 accounts"),
        ("accounts.listed", 1, "1 account"),
        ("accounts.listed", 1234, "1,234 accounts"),
    ],
)
def test_one_many_and_none_have_words_of_their_own(key, number, words):
    assert wording.say_counted(key, number) == words


def test_an_unknown_key_and_a_missing_value_raise():
    with pytest.raises(wording.UnknownWording, match="no.such.key"):
        wording.say("no.such.key")
    with pytest.raises(KeyError, match="username"):
        wording.say("frame.signed_in_as", role="Staff")


def test_a_declared_word_is_taken_where_the_catalogue_has_none():
    assert wording.say_or("no.such.key", "declared") == "declared"
    assert wording.say_or("role.staff", "declared") == "Staff"


def test_every_place_to_fill_in_has_a_name(catalogue):
    for words in catalogue.values():
        assert all(field != "" for _, field, _, _ in string.Formatter().parse(words))
