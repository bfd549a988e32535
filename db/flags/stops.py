"""What stops a case, or may: attempts, unlawful stops, silent closings, interventions, reclassification."""

import polars as pl
from polars import col

from db import codes
from db.flags.declared import (
    BY_PERMISSION,
    IS_CORE,
    NEVER_SETTLED,
    NO_RULE_OF_LAW,
    ORDER,
    Facts,
    Flag,
    Severity,
)
from db.indicators.interference import FORBIDDEN
from db.measures import Cause

UNLAWFUL = col("outcome") == "unlawful"
SINCE_DIRECTIVE = col("resolved_on") >= col("directive_on")
STOPS = (
    Flag(
        code="breach",
        title="Stopped unlawfully since the directive",
        words="an attempt to stop the case succeeded, since the directive, by a route that is never lawful or by a"
        " court route without an authority on record; cleared when the case goes on",
        severity=Severity.CRITICAL,
        cause=Cause.WITHDRAWAL,
        law=f"{ORDER}; {NEVER_SETTLED}; {BY_PERMISSION}",
        to_do="Ask the station and the ODPP how the case was stopped and who allowed it. Where no court did, ask that"
        " it be taken up again, or that the High Court revise it.",
        facts=Facts.ATTEMPTS,
        condition=UNLAWFUL & SINCE_DIRECTIVE,
        raised=col("resolved_day"),
        cleared=col("goes_on_on"),
        lapses=False,
    ),
    Flag(
        code="unlawful-stop",
        title="Stopped unlawfully before the directive",
        words="an attempt to stop the case succeeded, before the directive, by a route that is never lawful or by a"
        " court route without an authority on record; cleared when the case goes on",
        severity=Severity.SERIOUS,
        cause=Cause.WITHDRAWAL,
        law=f"{NEVER_SETTLED}; {BY_PERMISSION}",
        to_do="Ask the station and the ODPP whether the case can be taken up again, and send the authority's number if"
        " there was one.",
        facts=Facts.ATTEMPTS,
        condition=UNLAWFUL & ~SINCE_DIRECTIVE,
        raised=col("resolved_day"),
        cleared=col("goes_on_on"),
        lapses=False,
    ),
    Flag(
        code="closed-silently",
        title="Closed without a lawful reason",
        words="the case was closed without a judgment, a decision not to charge, a court's permission or another lawful"
        " reason on record; cleared when it goes on or a lawful exit is recorded",
        severity=Severity.CRITICAL,
        cause=Cause.WITHDRAWAL,
        law=f"{ORDER}; {NEVER_SETTLED}",
        to_do="Ask the station why the file was closed and on whose decision. If nobody but the police decided, ask"
        " that the file go to the ODPP.",
        facts=Facts.SPELLS,
        condition=col("state") == "closed_silently",
        raised=col("from_on"),
        cleared=col("until_on"),
        lapses=False,
    ),
    Flag(
        code="forbidden-intervention",
        title="Intervention that the directive forbids",
        words="an intervention such as reconciliation or diversion is recorded on a defilement case; cleared when the"
        " case goes on in the courts or leaves lawfully",
        severity=Severity.CRITICAL,
        cause=Cause.WITHDRAWAL,
        law=f"{ORDER}; DPP's letter of 15 February 2023",
        to_do="Ask the children's officer and the station whether the intervention took the place of the prosecution.",
        facts=Facts.EVENTS,
        condition=FORBIDDEN & IS_CORE,
        raised=col("day"),
        cleared=col("goes_on_on"),
    ),
    Flag(
        code="attempt-pending",
        title="Withdrawal attempt not decided",
        words="somebody tries to stop the case, and what came of it is not on record; cleared when it is",
        severity=Severity.SERIOUS,
        cause=Cause.WITHDRAWAL,
        law=f"{ORDER}; {BY_PERMISSION}",
        to_do="Ask the station or the prosecutor what came of the attempt, and remind them of the order.",
        facts=Facts.ATTEMPTS,
        raised=col("attempted_day"),
        cleared=col("resolved_day"),
    ),
    Flag(
        code="repeated-attempts",
        title="Repeated withdrawal attempts",
        words="two or more attempts to stop the case are on record, from the day of the second; cleared when the case"
        " leaves lawfully",
        severity=Severity.SERIOUS,
        cause=Cause.WITHDRAWAL,
        law=ORDER,
        to_do="Ask who presses for it, whether the family needs protection, and have the next hearing watched.",
        facts=Facts.CASES,
        raised=col("second_attempt_on"),
    ),
    Flag(
        code="reclassified-lesser",
        title="Reclassified to a lesser offence",
        words="a case of defilement was reclassified to an offence with a lower least sentence, or with none on record;"
        " cleared when it is defilement again",
        severity=Severity.SERIOUS,
        cause=Cause.WITHDRAWAL,
        law="Sexual Offences Act s.8; the offence follows from the child's age, whatever the parties agree",
        to_do="Ask the ODPP on what evidence the offence was changed.",
        facts=Facts.EVENTS,
        condition=(col("kind") == "reclassified") & col("detail").is_in(codes.LESSER_OFFENCES) & col("was_defilement"),
        raised=col("day"),
        cleared=col("grave_again_on"),
        lapses=False,
    ),
    Flag(
        code="survivor-not-contacted",
        title="Survivor not asked after a withdrawal attempt",
        words="after an attempt to stop the case nobody asked the survivor independently within the days of the"
        " threshold; cleared on the day of the contact",
        severity=Severity.SERIOUS,
        cause=Cause.WITHDRAWAL,
        law=NO_RULE_OF_LAW,
        to_do="Have the survivor asked without the family or the accused present, and the day recorded.",
        facts=Facts.ATTEMPTS,
        raised=col("contact_due_on") + pl.duration(days=1),
        cleared=col("survivor_contacted_on"),
        due=col("contact_due_on"),
        days="contact_days",
    ),
)
