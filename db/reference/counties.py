"""The county that a text names: by its code, its P-code, its ISO code, or a name in one of the spellings seen."""

import re
from functools import lru_cache
from unicodedata import normalize

from db.reference import reference_rows

CODE = re.compile(r"0?([0-9]{1,2})(\.0+)?")
P_CODE = re.compile(r"KE([0-9]{3})", re.IGNORECASE)
ISO_CODE = re.compile(r"KE-([0-9]{2})", re.IGNORECASE)


def county_code(text: str) -> int | None:
    """The code 1–47 of the county that `text` names: by that code, its P-code (KE001), its ISO code (KE-28) or a name.

    The three codes number the counties differently: P-codes follow the county code, ISO codes the alphabet.
    """
    by_iso_code, by_name = _known_counties()
    if match := CODE.fullmatch(text) or P_CODE.fullmatch(text):
        return int(match[1]) if 1 <= int(match[1]) <= len(by_iso_code) else None
    if ISO_CODE.fullmatch(text):
        return by_iso_code.get(text.upper())
    return by_name.get(_bare(text))


def is_former_province(text: str) -> bool:
    """Whether `text` names one of the eight provinces that the counties replaced, and no county."""
    province = re.sub(r"\bprovince\b", "", text, flags=re.IGNORECASE)
    return _bare(province) in _former_provinces() and county_code(province) is None


@lru_cache
def _known_counties() -> tuple[dict[str, int], dict[str, int]]:
    """The county codes by ISO code, and by each name and spelling seen."""
    by_iso_code, by_name = {}, {}
    for row in reference_rows("counties"):
        by_iso_code[row["iso_3166_2"]] = int(row["code"])
        for name in (row["name"], *filter(None, row["spellings_seen"].split("|"))):
            by_name[_bare(name)] = int(row["code"])
    return by_iso_code, by_name


@lru_cache
def _former_provinces() -> frozenset[str]:
    return frozenset(_bare(row["former_province"]) for row in reference_rows("counties"))


def _bare(text: str) -> str:
    """`text` without case, accents, "County", apostrophes, dashes, slashes and spaces."""
    name = re.sub(r"\bcounty\b", "", normalize("NFKD", text).casefold())
    return re.sub(r"[^a-z]", "", name)
