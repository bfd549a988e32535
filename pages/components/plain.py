"""What others wrote, shown letter for letter: nothing in it becomes a link, a heading, a list, an icon or a formula."""

import re

from pages.components.wording import say

# It has no width and breaks no line: what it stands in is no longer what a program looks for.
JOINER = "\u2060"
# Of a text as a whole: what begins a list, a heading or a line across.
BEGINS_A_BLOCK = re.compile(r"^(?=[-+=])|(?<=^\d)(?=\d*[.)])")
# Anywhere in it: addresses, which are found in the text that is already drawn, and dashes and arrows that are replaced.
WITHIN = re.compile(r"(?i)(?<=www)(?=\.)|(?<=:)(?=//)|(?<=@)|(?<=-)(?=[->])|(?<=<)(?=-)")
# What Markdown, and what Streamlit adds to it, takes for a sign.
SIGNS = re.compile(r"[\\`*_\[\]<>#!|~$:{}^]|&(?=#?\w+;)")


def plain(text: str) -> str:
    """`text` on one line, as Markdown then shows it letter for letter. A usual name stays as it is."""
    line = " ".join(text.split())
    marked = WITHIN.sub(JOINER, BEGINS_A_BLOCK.sub(JOINER, line))
    return SIGNS.sub(r"\\\g<0>", marked)


def station_words(name: str, code: str) -> str:
    """A station by its name and code."""
    return say("components.station", name=plain(name), code=plain(code))
