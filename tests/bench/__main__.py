"""Measures imports, the data of each screen and a rerun of the overview, on SQLite and on PostgreSQL.

    python -m tests.bench [--cases 100000] [--database sqlite --database postgresql] [--without-browser]

Every figure is of this machine and this run; compare figures of one run only.
"""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy import create_engine, text

from db.demo import write_demo_files
from tests.bench.deliveries import deliveries, split_off_month
from tests.bench.imports import Cost, measured_import
from tests.bench.reruns import rerun_medians
from tests.bench.screens import screen_medians
from tests.databases import postgresql_server

Measured = TypeVar("Measured")
DATABASES = ("sqlite", "postgresql")
ROW = "{:<44} {:>12} {:>18}"


@click.command()
@click.option("--cases", default=100_000, show_default=True)
@click.option("--database", "databases", multiple=True, type=click.Choice(DATABASES), default=DATABASES)
@click.option("--without-browser", is_flag=True, help="Leave out the rerun, which needs a browser.")
def bench(cases: int, databases: tuple[str, ...], without_browser: bool) -> None:
    """Prints one table for each database."""
    with tempfile.TemporaryDirectory() as folder:
        whole, month = Path(folder) / "whole", Path(folder) / "month"
        whole.mkdir()
        parts = prepare(whole, month, cases)
        for name in databases:
            with fresh_database(name, Path(folder)) as url:
                click.echo(f"\n{name}, {cases:,} cases")
                for line in measured(url, parts, month, without_browser):
                    click.echo(line)


def prepare(whole: Path, month: Path, cases: int) -> list[Path]:
    """The folders to take in before the month's batch, written in a process of its own: a process that is started
    reports its parent's memory as its own."""
    with ProcessPoolExecutor(1) as process:
        process.submit(write_demo_files, whole, cases=cases).result()
        process.submit(split_off_month, whole, month).result()
        return process.submit(deliveries, whole).result()


def measured(url: str, parts: list[Path], month: Path, without_browser: bool) -> Iterator[str]:
    yield ROW.format("import, with its refresh", "seconds", "peak MB")
    costs = [measured_import(url, folder) for folder in parts]
    before = Cost(sum(cost.seconds for cost in costs), max(cost.peak_megabytes for cost in costs))
    batch = measured_import(url, month)
    for words, cost in (("all but the last month's batch", before), ("the batch of 500 cases, 5,000 events", batch)):
        yield ROW.format(words, f"{cost.seconds:.1f}", f"{cost.peak_megabytes:.0f}")
    settle(url)
    yield ROW.format("data of a screen, from Records, median", "ms", "ms just refreshed")
    for screen, (again, first) in screen_medians(url).items():
        yield ROW.format(screen, f"{again:.1f}", f"{first:.1f}")
    if not without_browser:
        yield ROW.format("rerun, from request to last message", "median ms", "worst ms")
        for screen, (median, worst) in in_a_process_of_its_own(rerun_medians, url).items():
            yield ROW.format(screen, f"{median:.1f}", f"{worst:.1f}")


def in_a_process_of_its_own(measure: Callable[[str], Measured], url: str) -> Measured:
    """What `measure` gives in a process that holds nothing in memory yet, whose housekeeping would be measured too."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, url).result()


def settle(url: str) -> None:
    """Has PostgreSQL do at once what it does by itself in the minutes after an import, and which would be measured."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


@contextmanager
def fresh_database(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    with postgresql_server() as server, server.fresh() as url:
        yield url.render_as_string(hide_password=False)


if __name__ == "__main__":
    bench(prog_name="python -m tests.bench")
