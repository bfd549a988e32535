"""County outlines from the operator's GeoJSON: every publisher's naming, what is refused and why, and who sees which.

The shapes are squares made here: no real boundary is needed to test how files are read.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from db.figures import Status
from db.indicators import BY_CODE
from db.reference import reference_rows
from pages.components.maps.geography import (
    LARGEST_FILE,
    MOST_CORNERS,
    VARIABLE,
    Outlines,
    Unusable,
    outlines,
    read_outlines,
)
from pages.components.maps.outlines import outlines_spec
from pages.components.wording import say

COUNTIES = list(reference_rows("counties"))


def square(code: int) -> list[list[list[float]]]:
    """A square of a tenth of a degree, for each county its own."""
    west, south = 34.0 + code % 8 * 0.1, -1.0 + code // 8 * 0.1
    west, south, east, north = (round(edge, 3) for edge in (west, south, west + 0.1, south + 0.1))
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(properties: dict[str, Any], code: int = 1, kind: str = "Polygon") -> dict[str, Any]:
    coordinates = square(code) if kind == "Polygon" else [square(code)]
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


# How each publisher names a county of the reference file.
PUBLISHERS = {
    "COD-AB to 2023": lambda row: {
        "ADM0_EN": "Kenya",
        "ADM1_EN": row["name"],
        "ADM1_PCODE": f"KE{int(row['code']):03}",
    },
    "COD-AB since": lambda row: {"adm0_name": "Kenya", "adm1_name": row["name"], "adm1_pcode": "KE999"},
    "IEBC": lambda row: {"OBJECTID": 3, "COUNTY_NAM": row["name"].upper(), "COUNTY_COD": float(row["code"])},
    "KNBS": lambda row: {"ID": 5, "County": row["name"].replace("-", "/").title()},
    "geoBoundaries": lambda row: {"shapeName": row["name"], "shapeISO": row["iso_3166_2"], "shapeGroup": "KEN"},
    "GADM": lambda row: {"GID_1": "KEN.1_1", "COUNTRY": "Kenya", "NAME_1": row["name"].replace(" ", ""), "CC_1": "NA"},
    "P-codes alone": lambda row: {"ADM1_EN": "", "ADM1_PCODE": f"KE{int(row['code']):03}"},
    "ISO codes alone": lambda row: {"shapeISO": row["iso_3166_2"]},
}


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_all_counties_are_found_under_each_publisher_s_names(publisher: str) -> None:
    kinds = ("Polygon", "MultiPolygon")
    features = [feature(PUBLISHERS[publisher](row), int(row["code"]), kinds[int(row["code"]) % 2]) for row in COUNTIES]
    found = read_outlines(collection(*features))
    assert sorted(found.polygons) == list(range(1, 48))
    assert found.left_out == 0
    (polygon,) = found.polygons[42]
    assert sorted(polygon[0][:-1]) == sorted(tuple(corner) for corner in square(42)[0][:-1])


def test_a_name_is_surer_than_a_code() -> None:
    """County numbers of some files follow the alphabet: Baringo is 1 there, and Mombasa in the constitution."""
    found = read_outlines(collection(feature({"COUNTY_NAM": "Baringo", "COUNTY_COD": 1})))
    assert list(found.polygons) == [30]


def test_shapes_of_one_county_belong_together() -> None:
    found = read_outlines(collection(feature({"NAME_1": "Lamu"}, 5), feature({"NAME_1": "Lamu"}, 6)))
    assert len(found.polygons[5]) == 2


def test_a_shape_without_a_county_s_name_is_left_out_and_counted() -> None:
    sliver = feature({"COUNTY_NAM": None, "COUNTY_COD": None})
    lake = feature({"COUNTY_NAM": "Lake Victoria"})
    found = read_outlines(collection(feature({"COUNTY_NAM": "SIAYA", "COUNTY_COD": 41.0}), sliver, lake))
    assert (list(found.polygons), found.left_out) == ([41], 2)


def test_heights_are_left_away() -> None:
    high = feature({"name": "Nairobi County"})
    high["geometry"]["coordinates"] = [[[*corner, 1795.0] for corner in square(1)[0]]]
    (polygon,) = read_outlines(collection(high)).polygons[47]
    assert all(len(corner) == 2 for corner in polygon[0])


def moved(east: float, north: float) -> dict[str, Any]:
    there = feature({"name": "Nairobi"})
    there["geometry"]["coordinates"] = [[[at[0] + east, at[1] + north] for at in square(1)[0]]]
    return there


def of_kind(kind: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": "Lamu"}, "geometry": {"type": kind, "coordinates": [36.0, -1.0]}}


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        ([], "broken"),
        ({"type": "Topology", "objects": {}}, "broken"),
        ({"features": ["Nairobi"]}, "broken"),
        (collection({"type": "Feature", "properties": {"name": "Lamu"}, "geometry": None}), "broken"),
        (collection(), "no_county"),
        (collection(feature({"name": "Kampala"})), "no_county"),
        (collection(feature({"NAME_1": "Nairobi"}), feature({"NAME_1": "Rift Valley"})), "provinces"),
        (collection(feature({"shapeName": "NORTH-EASTERN PROVINCE"})), "provinces"),
        (collection(of_kind("Point")), "no_areas"),
        (collection(moved(0, 0), moved(200_000, 9_000_000)), "elsewhere"),  # metres, not degrees
        (collection(moved(-35, 36)), "elsewhere"),  # latitude before longitude
        (collection(moved(float("nan"), 0)), "elsewhere"),
    ],
)
def test_a_file_that_cannot_serve_says_why(held: Any, reason: str) -> None:
    with pytest.raises(Unusable) as unusable:
        read_outlines(held)
    assert unusable.value.reason == reason
    assert say(f"components.map_file.{reason}").endswith(".")


def coast(code: int, corners: int) -> dict[str, Any]:
    """A county with as many corners on its eastern side."""
    west, south = 34.0 + code * 0.1, 0.0
    side = [[west + 0.05 + 0.01 * (at % 2), south + at * 4 / corners] for at in range(corners)]
    ring = [[west, south], *side, [west, south + 4], [west, south]]
    return {
        "type": "Feature",
        "properties": {"COUNTY_COD": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_fine_borders_are_drawn_coarser_until_they_are_few_enough() -> None:
    found = read_outlines(collection(*[coast(code, 2_000) for code in range(1, 48)]))
    corners = sum(len(ring) for held in found.polygons.values() for polygon in held for ring in polygon)
    assert corners <= MOST_CORNERS
    assert found.step > 0.005
    assert len(found.polygons) == 47


def test_neighbours_keep_one_border_when_it_is_drawn_coarser() -> None:
    border = [[36.0 + 0.001 * (at % 7), 0.01 * at] for at in range(100)]
    left = [[35.0, 0.0], *border, [35.0, 0.99], [35.0, 0.0]]
    right = [[37.0, 0.0], [37.0, 0.99], *border[::-1], [37.0, 0.0]]
    shapes = [feature({"name": "Meru"}), feature({"name": "Embu"})]
    for shape, ring in zip(shapes, (left, right), strict=True):
        shape["geometry"]["coordinates"] = [ring]
    found = read_outlines(collection(*shapes))
    ((meru,),), ((embu,),) = found.polygons[12], found.polygons[14]
    assert {corner for corner in meru if corner[0] > 35} == {corner for corner in embu if corner[0] < 37}


# The operator's file


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "counties.geojson"
    monkeypatch.setenv(VARIABLE, str(path))
    yield path


def test_without_a_file_there_are_no_outlines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert outlines() is None


def test_a_file_is_read_again_once_it_has_changed(given: Path) -> None:
    with pytest.raises(Unusable, match="missing"):
        outlines()
    given.write_text('{"features": [', encoding="utf-8")
    with pytest.raises(Unusable, match="broken"):
        outlines()
    given.write_text(json.dumps(collection(feature({"name": "Kisii"}))), encoding="utf-8")
    found = outlines()
    assert found is not None and list(found.polygons) == [45]
    assert outlines() is found


def test_a_file_beyond_the_limit_is_not_read(given: Path) -> None:
    with given.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(Unusable, match="too_large"):
        outlines()


# The map


def screen(codes: list[int], value: float | None) -> None:
    from db.figures import Figure, Status
    from db.indicators import BY_CODE
    from pages.components.maps.county_map import county_map
    from tests.test_geography import by_county

    indicator = BY_CODE["silent-exits"]
    national = Figure(
        **dict.fromkeys(Figure.__dataclass_fields__) | {"indicator": indicator, "status": Status.NO_REPORT}
    )
    county_map(indicator, national, by_county(codes, value))


def by_county(codes: list[int], value: float | None) -> pd.DataFrame:
    """Rows as records.by_county gives them, all with the same value, or with no report."""
    status = Status.NO_REPORT if value is None else Status.NO_TARGET
    names = {int(row["code"]): row["name"] for row in COUNTIES}
    return pd.DataFrame(
        [
            {
                "county_code": code,
                "name": names[code],
                "tile_row": code // 8,
                "tile_column": code % 8,
                "numerator": 3,
                "denominator": 30,
                "returns_expected": 12,
                "returns_received": 12,
                "value": value,
                "status": status.value,
            }
            for code in codes
        ]
    )


def drawn(codes: list[int], value: float | None = 10.0) -> tuple[str, str]:
    """The specification of the map as JSON, and the words below it."""
    app = AppTest.from_function(screen, kwargs={"codes": codes, "value": value}).run()
    assert not app.exception
    (chart,) = app.get("vega_lite_chart")
    return chart.proto.spec, " ".join(element.value for element in app.markdown)


def test_an_official_s_map_holds_the_own_county_alone(given: Path) -> None:
    shapes = [feature({"NAME_1": row["name"]}, int(row["code"])) for row in COUNTIES]
    given.write_text(json.dumps(collection(*shapes, feature({"NAME_1": "Somewhere"}))), encoding="utf-8")
    spec, words = drawn([42])
    assert spec.count('"MultiPolygon"') == 1
    assert "Kisumu" in spec
    assert [row["name"] for row in COUNTIES if row["name"] != "Kisumu" and row["name"] in spec + words] == []
    assert words == ""


def test_counties_without_an_outline_are_named_and_shapes_left_out_are_counted(given: Path) -> None:
    shapes = [feature({"NAME_1": row["name"]}, int(row["code"])) for row in COUNTIES[:40]]
    given.write_text(json.dumps(collection(*shapes, feature({"NAME_1": None}))), encoding="utf-8")
    spec, words = drawn(list(range(1, 48)))
    assert spec.count('"MultiPolygon"') == 40
    assert "no outline of: Siaya, Kisumu, Homa Bay, Migori, Kisii, Nyamira, Nairobi." in words
    assert "left out: 1." in words


@pytest.mark.parametrize("text", ["", "{}", json.dumps(collection(feature({"NAME_1": "Coast"})))])
def test_the_tiles_stay_where_the_file_cannot_serve_and_one_sentence_says_so(given: Path, text: str) -> None:
    given.write_text(text, encoding="utf-8")
    spec, words = drawn([41, 42])
    assert "MultiPolygon" not in spec and "Kisumu" in spec
    assert "The map file that is set cannot be used: " in words
    assert str(given) not in words


def test_a_county_without_a_report_is_outlined_and_not_coloured(given: Path) -> None:
    given.write_text(json.dumps(collection(feature({"NAME_1": "Kisumu"}))), encoding="utf-8")
    spec, _ = drawn([42], value=None)
    assert '"strokeDash"' in spec
    assert json.loads(spec)["projection"] == {"type": "identity", "reflectY": True}


def test_the_words_of_a_bent_county_stand_at_the_middle_of_its_largest_part() -> None:
    low = [(36.0, 0.0), (38.0, 0.0), (38.0, 1.0), (36.0, 1.0), (36.0, 0.0)]
    island = [(40.0, 3.0), (40.1, 3.0), (40.1, 3.1), (40.0, 3.0)]
    place = {"name": "Lamu", "short": "Lamu", "words": "1 %", "shorter": "1", "value": 1.0}
    spec = outlines_spec(BY_CODE["silent-exits"], {5: place}, Outlines({5: [[island], [low]]}, 0, 0.005))
    (label,) = spec["layer"][1]["data"]["values"]
    assert (round(label["east"], 6), round(label["north"], 6)) == (37.0, 0.5)
