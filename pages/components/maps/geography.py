"""The outlines of the counties from a GeoJSON file that the operator names in COUNTY_MAP; without it there are none.

Files with the property names of COD-AB (OCHA), IEBC, KNBS, geoBoundaries and GADM are read as they come.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from db.reference.counties import county_code, is_former_province

VARIABLE = "COUNTY_MAP"
LARGEST_FILE = 50_000_000
# The properties in which each publisher has the county, the surest first; their case does not matter.
NAMES = ("adm1_en", "adm1_name", "county_nam", "county_name", "county", "shapename", "name_1", "name")
CODES = ("adm1_pcode", "county_cod", "county_code", "shapeiso", "iso_1")
# Longitude and latitude of Kenya, with room around it.
WEST, SOUTH, EAST, NORTH = 33.0, -6.0, 43.0, 6.0
# Outlines are drawn to the finest of these steps, in degrees, with which all corners together stay few enough.
STEPS = (0.005, 0.01, 0.02, 0.04, 0.08)
MOST_CORNERS = 12_000

Corner = tuple[float, float]
Ring = Sequence[Corner]
Polygon = Sequence[Ring]

log = logging.getLogger(__name__)


class Unusable(Exception):
    """The file cannot serve as a map; `reason` is the key of the words that say why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Outlines:
    """Each county's polygons by its code, drawn to `step` degrees, and how many shapes of the file name no county."""

    polygons: Mapping[int, Sequence[Polygon]]
    left_out: int
    step: float


def outlines() -> Outlines | None:
    """What the operator's file holds; None where none is named. Raises Unusable for a file that cannot serve."""
    given = os.environ.get(VARIABLE)
    if not given:
        return None
    path = Path(given)
    try:
        state = path.stat()
    except OSError:
        raise _logged(given, "missing") from None
    found = _read_once(path, state.st_mtime_ns, state.st_size)
    if isinstance(found, str):
        raise Unusable(found)
    return found


@lru_cache(maxsize=1)
def _read_once(path: Path, _changed_at: int, size: int) -> Outlines | str:
    """The outlines of the file, or the reason why there are none; read again once the file has changed."""
    try:
        if size > LARGEST_FILE:
            raise Unusable("too_large")
        return read_outlines(_parsed(path))
    except Unusable as unusable:
        return _logged(path, unusable.reason).reason


def _logged(path: Path | str, reason: str) -> Unusable:
    log.log(logging.ERROR, "The county map %s cannot be used: %s", path, reason)
    return Unusable(reason)


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise Unusable("broken") from None


def read_outlines(collection: Any) -> Outlines:
    """The outlines of a GeoJSON feature collection; shapes of one county belong together. Raises Unusable."""
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise Unusable("broken")
    if any(_names_a_province(feature) for feature in features):
        raise Unusable("provinces")
    polygons: dict[int, list[Polygon]] = {}
    left_out = 0
    for feature in features:
        code = _county_of(feature)
        if code is None:
            left_out += 1
        else:
            polygons.setdefault(code, []).extend(_polygons_of(feature.get("geometry")))
    if not polygons:
        raise Unusable("no_county")
    step, drawn = _few_corners(polygons)
    return Outlines(drawn, left_out, step)


def _texts(feature: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    """What the feature says under `names`, in their order."""
    held = feature.get("properties")
    properties = {str(name).lower(): value for name, value in held.items()} if isinstance(held, dict) else {}
    for name in names:
        value = properties.get(name)
        if isinstance(value, str | int | float) and str(value).strip():
            yield str(value).strip()


def _names_a_province(feature: Mapping[str, Any]) -> bool:
    return any(is_former_province(text) for text in _texts(feature, NAMES))


def _county_of(feature: Mapping[str, Any]) -> int | None:
    """The county that the feature names, else the one whose code it holds."""
    return next(filter(None, map(county_code, _texts(feature, NAMES + CODES))), None)


def _polygons_of(geometry: Any) -> list[Polygon]:
    """The polygons of a Polygon or MultiPolygon, without heights. Raises Unusable for all else, or places elsewhere."""
    try:
        kind, coordinates = geometry["type"], geometry["coordinates"]
        if kind not in ("Polygon", "MultiPolygon"):
            raise Unusable("no_areas")
        polygons = [coordinates] if kind == "Polygon" else coordinates
        found = [[[(float(at[0]), float(at[1])) for at in ring] for ring in polygon] for polygon in polygons]
    except (TypeError, KeyError, ValueError, IndexError):
        raise Unusable("broken") from None
    corners = (corner for polygon in found for ring in polygon for corner in ring)
    if not all(WEST <= east <= EAST and SOUTH <= north <= NORTH for east, north in corners):
        raise Unusable("elsewhere")
    return found


def _few_corners(polygons: Mapping[int, Sequence[Polygon]]) -> tuple[float, dict[int, list[Polygon]]]:
    """The polygons on the finest grid that keeps their corners few: neighbours stay neighbours, for a shared border
    falls on the same points for both."""
    for step in STEPS:
        all_drawn = {code: list(_on_grid(held, step)) for code, held in polygons.items()}
        drawn = {code: held for code, held in all_drawn.items() if held}
        if sum(len(ring) for held in drawn.values() for polygon in held for ring in polygon) <= MOST_CORNERS:
            return step, drawn
    raise Unusable("too_detailed")


def _on_grid(polygons: Iterable[Polygon], step: float) -> Iterator[Polygon]:
    for polygon in polygons:
        rings = [_ring_on_grid(ring, step) for ring in polygon]
        if rings and rings[0]:
            yield [ring for ring in rings if ring]


def _ring_on_grid(ring: Ring, step: float) -> list[Corner]:
    """The ring through the points of the grid nearest to its own, closed; empty where nothing is left of it."""
    corners: list[tuple[int, int]] = []
    for east, north in ring:
        corner = (round(east / step), round(north / step))
        while len(corners) >= 2 and _in_line(corners[-2], corners[-1], corner):
            corners.pop()
        if not corners or corner != corners[-1]:
            corners.append(corner)
    # Closed, a triangle has four corners.
    return [(round(east * step, 3), round(north * step, 3)) for east, north in corners] if len(corners) >= 4 else []


def _in_line(first: tuple[int, int], middle: tuple[int, int], last: tuple[int, int]) -> bool:
    there = (middle[0] - first[0]) * (last[1] - first[1])
    return there == (middle[1] - first[1]) * (last[0] - first[0])
