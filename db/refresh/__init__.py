"""Brings the derived tables up to date with the source: how each case stands, and what the indicators count."""

from db.refresh.derived import is_behind, refresh, refresh_within

__all__ = ["is_behind", "refresh", "refresh_within"]
