"""What a server sent, taken apart: the elements of a screen, the data behind its charts, and every word and number."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
from google.protobuf.message import Message
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# Not what stands within a name that the server makes up, as 4133 in 0e17d4cd-cafc-4133.
NUMBER = re.compile(r"(?<![\w.-])\d[\d,]*(?:\.\d+)?(?![\w-])")
# What tells people something in words, as against the data of charts and tables and the options of choices.
MESSAGES = ("markdown", "heading", "alert", "text", "metric", "exception")
# Names that the server makes up anew for each run.
MADE_UP = re.compile(r"^(\$\$ID-|[0-9a-f]{16,}$)")


class Seen:
    """All that came over the websocket for one run."""

    def __init__(self) -> None:
        self.messages: list[ForwardMsg] = []
        self.raw = b""
        self.is_closed = False

    def add(self, message: ForwardMsg, content: bytes) -> None:
        self.messages.append(message)
        self.raw += content

    def of_kind(self, kind: str) -> list[Any]:
        return [getattr(message, kind) for message in self.messages if message.WhichOneof("type") == kind]

    @property
    def elements(self) -> list[tuple[str, Any]]:
        """Kind and content of each element, in the order in which they came."""
        new = [delta.new_element for delta in self.of_kind("delta") if delta.WhichOneof("type") == "new_element"]
        return [(kind, getattr(element, kind)) for element in new if (kind := element.WhichOneof("type"))]

    def elements_of(self, *kinds: str) -> list[Any]:
        return [content for kind, content in self.elements if kind in kinds]

    @property
    def expanders(self) -> list[Any]:
        blocks = [delta.add_block for delta in self.of_kind("delta") if delta.WhichOneof("type") == "add_block"]
        return [block.expandable for block in blocks if block.WhichOneof("type") == "expandable"]

    @property
    def fragments(self) -> set[str]:
        return {delta.fragment_id for delta in self.of_kind("delta")} - {""}

    @property
    def redirects(self) -> list[str]:
        return [redirect.url for redirect in self.of_kind("auth_redirect")]

    @property
    def downloads(self) -> list[Any]:
        return self.elements_of("download_button")

    @property
    def choices(self) -> dict[str, list[str]]:
        """What each select box offers, by its label."""
        return {box.label: list(box.options) for box in self.elements_of("selectbox")}

    @property
    def page_hashes(self) -> dict[str, str]:
        """The hashes by which pages of the menu are asked for, by their address."""
        return {
            page.url_pathname: page.page_script_hash for menu in self.of_kind("navigation") for page in menu.app_pages
        }

    def field(self, label: str) -> Any:
        return self._labelled(label, "text_input", "selectbox", "date_input", "text_area", "number_input")

    def button(self, label: str) -> Any:
        return self._labelled(label, "button")

    def _labelled(self, label: str, *kinds: str) -> Any:
        found = [content for content in self.elements_of(*kinds) if content.label == label]
        if not found:
            raise LookupError(f"There is no {kinds} {label!r} in: {self.told[:2000]}")
        return found[-1]

    @property
    def charts(self) -> list[Any]:
        return self.elements_of("vega_lite_chart", "arrow_vega_lite_chart")

    @property
    def chart_data(self) -> str:
        """What charts are drawn from, as words."""
        return "\n".join(words for chart in self.charts for words in words_of(chart))

    @property
    def tooltips(self) -> str:
        """What charts tell of a mark under the pointer: of each row of a layer's data the fields of its tooltip."""
        told = []
        for chart in self.charts:
            for words in words_of(chart):
                if words.startswith("{"):
                    told += list(_told_by_marks(json.loads(words), [], ()))
        return "\n".join(told)

    @property
    def told(self) -> str:
        """The sentences, headings and figures of the screen."""
        return "\n".join(words for content in self.elements_of(*MESSAGES) for words in words_of(content))

    @property
    def screen(self) -> str:
        """Everything but the data of charts: what stands on the screen in words, tables and choices."""
        contents = [content for kind, content in self.elements if "vega_lite" not in kind]
        return "\n".join(words for content in contents for words in words_of(content))

    @property
    def everything(self) -> str:
        """Every string that came, also out of Arrow data and specifications, and the bytes themselves."""
        words = [word for message in self.messages for word in words_of(message)]
        return "\n".join([*words, self.raw.decode("latin-1")])

    @property
    def content(self) -> list[str]:
        """What there is to read, without the names that differ from run to run."""
        contents = [content for _, content in self.elements]
        words = [word for content in contents for word in words_of(content)]
        return [word for word in words if not MADE_UP.match(word)]


def numbers_in(words: str) -> set[str]:
    """The numbers of a text, without the commas of thousands."""
    return {found.replace(",", "") for found in NUMBER.findall(words)}


def words_of(message: Message) -> Iterator[str]:
    """Every string in a message; Arrow data and CSV as the cells that they hold."""
    for field, value in message.ListFields():
        values = value if _is_many(value) else [value]
        for one in values:
            if isinstance(one, Message):
                yield from words_of(one)
            elif isinstance(one, bytes):
                yield from _cells(one)
            elif isinstance(one, str):
                yield one
                if isinstance(values, dict | Message):
                    continue
            elif field.name in ("options", "default", "value"):
                yield str(one)


def _is_many(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Message)


def _cells(content: bytes) -> Iterator[str]:
    try:
        table = pa.ipc.open_stream(content).read_all()
    except pa.ArrowInvalid:
        yield content.decode("latin-1")
        return
    for name, column in zip(table.column_names, table.columns, strict=True):
        yield name
        yield from (str(cell) for cell in column.to_pylist() if cell is not None)


def _told_by_marks(part: Any, rows: list[Any], fields: tuple[str, ...]) -> Iterator[str]:
    """Walks a specification down to its layers; data and tooltips hold for what lies below them."""
    if not isinstance(part, dict):
        return
    rows = part.get("data", {}).get("values", rows) if isinstance(part.get("data"), dict) else rows
    tooltip = part.get("encoding", {}).get("tooltip", [])
    own = tuple(one["field"] for one in (tooltip if isinstance(tooltip, list) else [tooltip]) if "field" in one)
    fields = own or fields
    inner = [*part.get("layer", []), *part.get("hconcat", []), *part.get("vconcat", []), *part.get("concat", [])]
    inner += [part["spec"]] if "spec" in part else []
    for one in inner:
        yield from _told_by_marks(one, rows, fields)
    if not inner and isinstance(rows, list):
        yield from (str(row[name]) for row in rows if isinstance(row, dict) for name in fields if name in row)
