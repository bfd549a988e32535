"""Synthetic demonstration data: the files of the import format, and the database made of them."""

from db.demo.database import make_demonstration
from db.demo.files import CASES, SEED, write_demo_files

__all__ = ["CASES", "SEED", "make_demonstration", "write_demo_files"]
