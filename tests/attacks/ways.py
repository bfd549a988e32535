"""The ways by which one viewer could see something of one page, gone one by one: what came by each."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.components.wording import say
from tests.attacks.client import Browser, Tab
from tests.attacks.counties import KISUMU, MOMBASA, NAIROBI, Place
from tests.attacks.seen import Seen, numbers_in
from tests.attacks.servers import Attacked

ELSEWHERE = {"county": NAIROBI.name, "station": NAIROBI.stations[0], "case": NAIROBI.case_ref(0)}
HERE = {"county": KISUMU.name, "station": KISUMU.stations[0], "case": KISUMU.case_ref(0)}
# The server repeats to whoever asks what was asked: that is nothing it tells.
ECHOES = ("page_info_changed", "page_not_found")
SIDEBAR = 1


@dataclass
class Offered:
    """What a page offered to somebody: parts that can be run alone, files, and the states of pressed buttons."""

    title: str
    page_hash: str
    fragments: set[str]
    files: list[str]
    buttons: list[str]


@dataclass
class Came:
    """What came by each way, as words, and the titles of the screens; `here` and `elsewhere` are what the parts of the
    screen tell where it is asked for Kisumu and for Nairobi."""

    by_way: dict[str, str] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    here: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)


def named_in(words: str, places: tuple[Place, ...] = (KISUMU, NAIROBI, MOMBASA)) -> set[str]:
    """Of which counties the words tell anything: a name, or a number that is found nowhere else."""
    numbers = numbers_in(words)
    return {
        place.name
        for place in places
        if any(name in words for name in place.names) or not numbers.isdisjoint(place.numbers)
    }


def told_in(seen: Seen) -> str:
    """Every word and every byte that came, but for what only repeats the address."""
    told = Seen()
    for message in seen.messages:
        if message.WhichOneof("type") not in ECHOES:
            told_alone = _without_address(message)
            told.add(told_alone, told_alone.SerializeToString())
    return told.everything


def _without_address(message: ForwardMsg) -> ForwardMsg:
    """The message without what a link of the menu takes along from the address."""
    path, element = message.metadata.delta_path, message.delta.new_element
    if not path or path[0] != SIDEBAR or element.WhichOneof("type") != "page_link":
        return message
    bare = ForwardMsg.FromString(message.SerializeToString())
    bare.delta.new_element.page_link.ClearField("query_string")
    return bare


def _without_origin(file: str) -> str:
    """The rows of a CSV file without the columns that are new in each, or say who took it."""
    rows = list(csv.DictReader(io.StringIO(file)))
    return "\n".join(value for row in rows for name, value in row.items() if "export" not in name)


def offered(seen: Seen, path: str) -> Offered:
    return Offered(
        title=title_of(seen),
        page_hash=seen.page_hashes.get(path, ""),
        fragments=seen.fragments,
        files=[button.deferred_file_id or button.url for button in seen.downloads],
        buttons=[button.id for button in seen.elements_of("button") if button.label != say("frame.sign_out")],
    )


def title_of(seen: Seen) -> str:
    return next((heading.body for heading in seen.elements_of("heading") if heading.tag == "h1"), "")


def parts_of(tab: Tab, seen: Seen) -> dict[str, str]:
    """What came, by the ways in which one screen tells something."""
    return {
        "export": "\n".join(_without_origin(content.decode()) for content in tab.downloads(seen).values()),
        "screen": seen.screen,
        "charts": seen.chart_data,
        "tooltips": seen.tooltips,
        "choices": "\n".join(option for options in seen.choices.values() for option in options),
        "messages": seen.told,
    }


def ways_in(dashboard: Attacked, username: str | None, path: str, others: Mapping[str, Offered]) -> Came:
    """Goes every way to a page that reads; `others` is what it offered to others, who have opened it before with the
    same choices."""
    browser, came = dashboard.browser(username), Came()
    with browser.tab(path) as tab:
        seen = _watched(came, tab.run())
        came.by_way["cache"] = told_in(seen)
        came.by_way.update(parts_of(tab, _watched(came, tab.open_everything(seen))))
        came.by_way["fragment"] = _fragments(tab, seen.fragments, [other.fragments for other in others.values()])
        came.by_way["another's file"] = _files(browser, tab, [one for other in others.values() for one in other.files])
        tab.query = dict(ELSEWHERE)
        came.by_way["query"] = told_in(_watched(came, tab.run()))
        tab.query = {}
        for page_hash in {other.page_hash for other in others.values()} - {""}:
            came.by_way["query"] += told_in(_watched(came, tab.run(page_hash=page_hash)))
    with browser.tab(path, ELSEWHERE) as tab:
        seen = _watched(came, tab.run())
        came.by_way["deep link"] = told_in(seen)
        came.elsewhere = parts_of(tab, _watched(came, tab.open_everything(seen)))
    if NAIROBI.name in named_in(came.by_way["deep link"]):
        with browser.tab(path, HERE) as tab:
            came.here = parts_of(tab, _watched(came, tab.open_everything(tab.run())))
    return came


def _watched(came: Came, seen: Seen) -> Seen:
    assert not seen.elements_of("exception"), "the screen fails, and so shows nothing"
    came.titles.add(title_of(seen))
    return seen


def _fragments(tab: Tab, own: set[str], of_others: Iterable[set[str]]) -> str:
    """What comes of running parts alone. Of one that the screen does not have the server says nothing at all: what it
    nevertheless did would come before the run that is asked for next."""
    came = [told_in(tab.run(fragment=fragment)) for fragment in sorted(own)]
    for fragment in sorted(set().union(*of_others) - own):
        tab.send(tab.rerun_message(fragment=fragment))
    return "\n".join([*came, told_in(tab.run())])


def _files(browser: Browser, tab: Tab, files: list[str]) -> str:
    """What comes of asking for each of the files, made already or not."""
    came = []
    for name in files:
        url, error = (name, "") if name.startswith("/") else tab.file_of(name)
        came.append(browser.asks(url).body.decode() if url else error)
    return "\n".join(came)
