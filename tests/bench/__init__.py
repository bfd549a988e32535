"""Measurements, printed as tables: never a timed test."""
