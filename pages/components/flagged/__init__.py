"""Flags of cases on screens: what the queue is asked for, the queue itself, its numbers and what is done about it."""
