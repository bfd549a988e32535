"""What the survivor and the witnesses were not given in time."""

from db.flags.declared import NO_RULE_OF_LAW, Severity, missed
from db.indicators.deadlines import COUNSELLED_14D, WITNESS_PROTECTED
from db.measures import Cause

CARE = (
    missed(
        WITNESS_PROTECTED,
        code="unprotected-witness",
        title="Intimidation without protection",
        words="intimidation was reported and nobody was protected by the due date; cleared when somebody is",
        severity=Severity.CRITICAL,
        cause=Cause.INTIMIDATION,
        law=NO_RULE_OF_LAW,
        to_do="Ask the station and the ODPP for protection today, and the agency that grants it for its answer.",
    ),
    missed(
        COUNSELLED_14D,
        code="no-counselling",
        title="No counselling within 14 days",
        words="counselling did not begin by the due date; cleared on the day on which it does",
        severity=Severity.WATCH,
        cause=Cause.SUPPORT,
        law=NO_RULE_OF_LAW,
        to_do="Ask the facility or the children's officer who counsels the survivor, and from when.",
    ),
)
