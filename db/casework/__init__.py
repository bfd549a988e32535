"""Follow-up of flagged cases: what staff did, in a log that only grows, and the last state that comes of it."""

from db.casework.actions import Casework, Chosen, Outcome, Result
from db.casework.log import FollowUp
from db.casework.refusals import FARTHEST_STEP, LONGEST_SNOOZE
from db.casework.work import rebuild

__all__ = ["FARTHEST_STEP", "LONGEST_SNOOZE", "Casework", "Chosen", "FollowUp", "Outcome", "Result", "rebuild"]
