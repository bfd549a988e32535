"""What the Commission's staff did about flagged cases: kept for good, whatever becomes of the cases' records."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String

from db import codes
from db.schema.base import UtcDateTime, coded, reference, table

RULE_LENGTH = 40

# Nothing changes or deletes a row: triggers forbid it. No foreign key binds it to the case, so that it outlives
# whatever another system does to the records.
follow_up = table(
    "follow_up",
    reference("case_ref", primary_key=True),
    # 1, 2, ... within the case: whoever writes must have seen the one before.
    Column("number", Integer, primary_key=True, autoincrement=False),
    # What it is about: a rule and its subject, or the case where both are empty.
    Column("rule", String(RULE_LENGTH)),
    reference("subject"),
    *coded("action", tuple(codes.FOLLOW_UPS)),
    *coded("detail", codes.FOLLOW_UP_DETAILS, nullable=True),
    *coded("agency", codes.AGENCIES, nullable=True),
    reference("reference"),
    Column("next_on", Date),
    Column("until_on", Date),
    reference("assignee", ForeignKey("account.username")),
    reference("by_username", nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("data_date", Date, nullable=False),
)

# The last state of the follow-ups, to be had again from them: who has a case and what comes next, and what of a flag.
case_work = table(
    "case_work",
    reference("case_ref", primary_key=True),
    Column("number", Integer, nullable=False),
    reference("assignee", ForeignKey("account.username")),
    *coded("next_step", codes.FOLLOW_UPS["planned"], nullable=True),
    Column("next_on", Date),
    Index("ix_case_work_assignee", "assignee", "next_on"),
)
flag_work = table(
    "flag_work",
    reference("case_ref", primary_key=True),
    Column("rule", String(RULE_LENGTH), primary_key=True),
    reference("subject", primary_key=True),
    *coded("state", codes.FLAG_WORK_STATES),
    Column("until_on", Date),
    # The data date of the moment: a flag raised later is another one.
    Column("raised_to", Date, nullable=False),
)
