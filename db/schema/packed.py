"""What refresh packs of the cases: each frame in whole columns, as one value (db/packed.py)."""

from sqlalchemy import Column, LargeBinary, String, Table

from db.schema.base import table


def _packed(name: str) -> Table:
    return table(
        name,
        Column("frame", String(10), primary_key=True),
        Column("content", LargeBinary, nullable=False),
        keyed=False,
    )


# The country's cases, without county, station and reference: their order is their only tie.
packed_case = _packed("packed_case")
# County, station and reference of the same cases, in the same order.
packed_place = _packed("packed_place")
