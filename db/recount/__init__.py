"""Recounts every indicator straight from the source, case by case in plain Python, for `check` to compare with."""

from db.recount.windows import Count, Key, Progress, Recount, recount

__all__ = ["Count", "Key", "Progress", "Recount", "recount"]
