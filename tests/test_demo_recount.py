"""The figures of the demonstration database, recounted case by case in plain Python."""

from db.check import differences
from db.engine import open_database, reading


def test_every_figure_of_the_demonstration_equals_a_recount_of_its_rows(demo_database_url: str) -> None:
    engine = open_database(demo_database_url)
    with reading(engine) as connection:
        assert differences(connection) == []
    engine.dispose()
