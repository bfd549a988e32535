"""The demonstration has something of every rule to show."""

from sqlalchemy import select

from db import schema
from db.engine import open_database, reading
from db.flags import BY_CODE


def test_every_rule_flags_a_case_of_the_demonstration(demo_database_url: str) -> None:
    engine = open_database(demo_database_url)
    with reading(engine) as connection:
        data_date = connection.scalar(select(schema.database_state.c.data_date))
        flag = schema.case_flag.c
        open_now = flag.cleared_on.is_(None) & (flag.raised_on <= data_date)
        raised = set(connection.scalars(select(flag.rule).where(open_now).distinct()))
        ages = set(connection.scalars(select(schema.flag_count.c.age).distinct()))
    engine.dispose()
    assert raised == set(BY_CODE)
    assert ages == {"week", "month", "quarter", "year", "older"}


def test_ages_were_corrected_in_the_demonstration_and_nothing_was_refused(demo_database_url: str) -> None:
    engine = open_database(demo_database_url)
    with reading(engine) as connection:
        changed = connection.execute(select(schema.age_band_change)).all()
        corrected = set(
            connection.scalars(select(schema.revision.c.row_key).where(schema.revision.c.field == "survivor_age_band"))
        )
        refused = connection.execute(select(schema.refusal)).all()
    engine.dispose()
    assert {change.case_ref for change in changed} == corrected
    assert len(changed) == len(corrected) > 3
    assert refused == []
