"""The list of what flags a case: the rule in words beside its condition, how urgent it is, what to do about it.

A flag advises, and people decide: it says what the records show and whom to ask, and accuses nobody. It holds from the
day on which it is raised until the day on which it is cleared; one raised again later is a new flag.
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

import polars as pl
from polars import col

from db import codes
from db.indicators.deadlines import (
    CHARGED_IN_TIME,
    COUNSELLED_14D,
    EXAMINED_72H,
    FILE_TO_ODPP,
    JUDGED_IN_A_YEAR,
    LAB_RESULT,
    ODPP_DECISION,
    SAMPLE_SENT,
    WITNESS_PROTECTED,
)
from db.indicators.interference import FORBIDDEN
from db.measures import Cause, Deadline

ORDER = "Interior Ministry's order of 2 December 2025: full prosecution of every defilement case"
NEVER_SETTLED = "Sexual Offences Act s.40; IW & another v Omondi [2023] KEHC 26907"
BY_PERMISSION = "Criminal Procedure Code ss.87(a) and 204; Constitution art. 157(6) to (8)"
NO_RULE_OF_LAW = "No rule of law sets this number of days: a monitoring threshold"
FOLLOW_UP_DAYS = "follow_up_days"


class Severity(IntEnum):
    """How urgent a flag is; the lowest number comes first."""

    CRITICAL = 1
    SERIOUS = 2
    WATCH = 3


class Facts(StrEnum):
    """What a rule looks at, one row for each thing named (db/refresh/flags.py lays them out).

    Flags of cases, spells and bands are about the case; those of attempts and events about the one attempt or event.
    """

    CASES = "cases"
    SPELLS = "spells"
    ATTEMPTS = "attempts"
    EVENTS = "events"
    BANDS = "bands"


@dataclass(frozen=True)
class Flag:
    """One rule: which rows of `facts` raise a flag, on which day, and on which day it is cleared (None: not by itself).

    `due` is the day by which what it asks for is due; None: so many days after it is raised as the threshold
    `days` says. `lapses` where it holds only while the case has not left lawfully: a lawful exit then clears it, and a
    case that comes back raises it again.
    """

    code: str
    title: str
    words: str
    severity: Severity
    cause: Cause
    law: str
    to_do: str
    facts: Facts
    raised: pl.Expr
    cleared: pl.Expr | None = None
    condition: pl.Expr = field(default_factory=lambda: pl.lit(True))
    due: pl.Expr | None = None
    days: str = FOLLOW_UP_DAYS
    lapses: bool = True


def _missed(deadline: Deadline, **declared: Any) -> Flag:
    """The step that `deadline` asks for has not come by its due date."""
    due = col(deadline.column("due_on"))
    return Flag(
        facts=Facts.CASES,
        raised=due + pl.duration(days=1),
        cleared=col(deadline.column("done_on")),
        due=due,
        days=deadline.threshold,
        **declared,
    )


IS_CORE = col("is_core")
UNLAWFUL = col("outcome") == "unlawful"
SINCE_DIRECTIVE = col("resolved_on") >= col("directive_on")
WITHDRAWALS = (
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
PATH = (
    Flag(
        code="dormant",
        title="Dormant",
        words="nothing happened in the case for the days of the threshold while its station still reported; cleared"
        " when it goes on or an exit is recorded",
        severity=Severity.SERIOUS,
        cause=Cause.COORDINATION,
        law=ORDER,
        to_do="Ask the station, and after the charge the court, what holds the case up and when it goes on.",
        facts=Facts.SPELLS,
        condition=col("state") == "dormant",
        raised=col("from_on"),
        cleared=col("until_on"),
        lapses=False,
    ),
    _missed(
        EXAMINED_72H,
        code="no-exam",
        title="No medical examination within 72 hours",
        words="the survivor was not examined by the third day after the report; cleared on the day of the examination",
        severity=Severity.SERIOUS,
        cause=Cause.COORDINATION,
        law=f"{NO_RULE_OF_LAW}; post-exposure prophylaxis is only effective within 72 hours",
        to_do="Ask the station to take the survivor to a health facility today, and the facility for the PRC form.",
    ),
    _missed(
        SAMPLE_SENT,
        code="sample-not-sent",
        title="Forensic sample not sent",
        words="a sample was collected and did not leave for the laboratory by the due date; cleared when it does",
        severity=Severity.WATCH,
        cause=Cause.FORENSICS,
        law=NO_RULE_OF_LAW,
        to_do="Ask the facility and the station where the sample lies and who takes it to the laboratory.",
    ),
    _missed(
        LAB_RESULT,
        code="no-lab-result",
        title="No laboratory result",
        words="a sample was sent and no result came by the due date; cleared when it comes",
        severity=Severity.WATCH,
        cause=Cause.FORENSICS,
        law=NO_RULE_OF_LAW,
        to_do="Ask the laboratory for the result or the day on which it can be expected.",
    ),
    _missed(
        FILE_TO_ODPP,
        code="file-not-with-odpp",
        title="File not with the ODPP",
        words="the file did not go to the ODPP by the due date; cleared when it does",
        severity=Severity.WATCH,
        cause=Cause.COORDINATION,
        law=f"{NEVER_SETTLED}; {NO_RULE_OF_LAW[0].lower()}{NO_RULE_OF_LAW[1:]}",
        to_do="Ask the station what the file still lacks and when it goes to the prosecutor.",
    ),
    _missed(
        ODPP_DECISION,
        code="no-decision",
        title="No decision of the ODPP",
        words="the ODPP has the file and did not decide by the due date; cleared when it does",
        severity=Severity.WATCH,
        cause=Cause.COORDINATION,
        law=NO_RULE_OF_LAW,
        to_do="Ask the ODPP's county office for the decision.",
    ),
    _missed(
        CHARGED_IN_TIME,
        code="no-charge",
        title="No charge",
        words="nobody was charged by the due date; cleared on the day of the charge",
        severity=Severity.SERIOUS,
        cause=Cause.COORDINATION,
        law=f"{ORDER}; {NO_RULE_OF_LAW[0].lower()}{NO_RULE_OF_LAW[1:]}",
        to_do="Ask the station and the ODPP what stands in the way of a charge.",
    ),
    Flag(
        code="adjournments",
        title="Adjourned too often",
        words="hearings were adjourned more often than the threshold allows; cleared when the case leaves lawfully",
        severity=Severity.WATCH,
        cause=Cause.COORDINATION,
        law="Chief Justice's direction of March 2022: no adjournments in cases of sexual and gender-based violence",
        to_do="Ask the court users' committee who asked for the adjournments and why they were granted.",
        facts=Facts.CASES,
        raised=col("adjourned_too_often_on"),
    ),
    _missed(
        JUDGED_IN_A_YEAR,
        code="pending-over-year",
        title="Pending for over a year",
        words="no judgment came within a year of the charge; cleared on the day of the judgment",
        severity=Severity.SERIOUS,
        cause=Cause.COORDINATION,
        law="Judiciary of Kenya: a case pending for more than one year is backlog",
        to_do="Ask the court for the next date and the reason of the delay, and tell the court users' committee.",
    ),
    Flag(
        code="age-band-changed",
        title="Age band changed across a sentencing boundary",
        words="the survivor's age band is not the one first recorded, so that another least sentence applies; cleared"
        " when it is the first one again",
        severity=Severity.SERIOUS,
        cause=Cause.COORDINATION,
        law="Sexual Offences Act s.8(2) to (4): the least sentence follows from the child's age at the offence",
        to_do="Ask for the age assessment or the birth certificate on which the change rests.",
        facts=Facts.BANDS,
        condition=IS_CORE & (col("band") != col("first_band")),
        raised=col("day"),
        cleared=col("until"),
        lapses=False,
    ),
    Flag(
        code="sentence-below-minimum",
        title="Sentence below the Act's minimum",
        words="the sentence for defilement is below the least that the Act sets for a child of this age band; cleared"
        " by a later sentence that is not",
        severity=Severity.SERIOUS,
        cause=Cause.COORDINATION,
        law="Sexual Offences Act s.8(2) to (4)",
        to_do="Read the judgment, and ask the ODPP whether it appeals against the sentence.",
        facts=Facts.EVENTS,
        condition=col("is_below_minimum"),
        raised=col("day"),
        cleared=col("enough_on"),
        lapses=False,
    ),
)
CARE = (
    _missed(
        WITNESS_PROTECTED,
        code="unprotected-witness",
        title="Intimidation without protection",
        words="intimidation was reported and nobody was protected by the due date; cleared when somebody is",
        severity=Severity.CRITICAL,
        cause=Cause.INTIMIDATION,
        law=NO_RULE_OF_LAW,
        to_do="Ask the station and the ODPP for protection today, and the agency that grants it for its answer.",
    ),
    _missed(
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

FLAGS: tuple[Flag, ...] = (*WITHDRAWALS, *PATH, *CARE)
BY_CODE = {flag.code: flag for flag in FLAGS}
DEADLINES_FLAGGED = (
    EXAMINED_72H,
    COUNSELLED_14D,
    SAMPLE_SENT,
    LAB_RESULT,
    FILE_TO_ODPP,
    ODPP_DECISION,
    CHARGED_IN_TIME,
    JUDGED_IN_A_YEAR,
    WITNESS_PROTECTED,
)
