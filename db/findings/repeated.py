"""What two cases share and should be one case's own."""

from sqlalchemy import extract, func, select, tuple_

from db.findings.declared import RECORD, Finding, Kind

_OTHER = RECORD.alias("other_record")
_OB_NUMBER = (_OTHER.c.station_code, _OTHER.c.ob_number, extract("year", _OTHER.c.reported_on))
_SHARED_OB_NUMBERS = (
    select(*_OB_NUMBER)
    .where(_OTHER.c.ob_number.is_not(None), _OTHER.c.entered_in_error.is_(False))
    .group_by(*_OB_NUMBER)
    .having(func.count() > 1)
)
REPEATED = (
    Finding(
        "ob-number-repeated",
        "One OB number on several cases",
        "cases whose OB number another case of the same station and year has too",
        "Several survivors of one report may share it: otherwise send the case whose number is wrong again.",
        Kind.REPEATED,
        condition=tuple_(RECORD.c.station_code, RECORD.c.ob_number, extract("year", RECORD.c.reported_on)).in_(
            _SHARED_OB_NUMBERS
        ),
        among=RECORD.c.ob_number.is_not(None),
        among_words="cases with an OB number",
        looks_around=True,
    ),
)
