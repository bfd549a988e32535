"""Brings the derived tables up to date with the source: how each case stands, and what the indicators count."""

from db.refresh.derived import refresh, refresh_within

__all__ = ["refresh", "refresh_within"]
