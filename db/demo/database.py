"""Makes the demonstration database: synthetic files taken in by the intake that real files pass, and followed up."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from db.accounts import add_demo_accounts
from db.demo.corrections import write_first_records
from db.demo.files import CASES, SEED, write_demo_files
from db.demo.follow_ups import add_follow_ups
from db.engine import open_database, sqlite_url, writing
from db.intake import import_files
from db.setup import initialise

IMPORTED_BY = "demonstration"


def make_demonstration(
    path: Path, *, cases: int = CASES, seed: int = SEED, progress: Callable[[str, float], None] | None = None
) -> None:
    """Makes the SQLite database `path` and puts it in place once it is whole; the same seed makes the same data."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    for leftover in path.parent.glob(f"{unfinished.name}*"):
        leftover.unlink()
    engine = open_database(sqlite_url(unfinished))
    initialise(engine, demonstration=True)
    with writing(engine) as connection:
        add_demo_accounts(connection)
    with tempfile.TemporaryDirectory() as folder:
        first, whole = Path(folder) / "first", Path(folder) / "whole"
        write_demo_files(whole, cases=cases, seed=seed)
        write_first_records(first, whole, seed)
        import_files(engine, [first], imported_by=IMPORTED_BY, allow_demonstration=True)
        import_files(engine, [whole], imported_by=IMPORTED_BY, progress=progress, allow_demonstration=True)
    with writing(engine) as connection:
        add_follow_ups(connection, seed)
    engine.dispose()
    # Into one file, without the write-ahead log beside it, so that it can be put in place in one step.
    with closing(sqlite3.connect(unfinished)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    for leftover in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        leftover.unlink(missing_ok=True)
    unfinished.replace(path)
