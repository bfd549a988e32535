"""Makes random cases rougher: fields left empty, OB numbers shared, steps out of order, events recorded at once."""

import random
from datetime import date, timedelta

from sqlalchemy import Connection, insert, select, update

from db import codes, schema
from tests.random_source import DATA_DATE as LAST_DAY


def roughen(connection: Connection, chance: random.Random) -> None:
    """Empties and fills columns at random that the random source leaves alone, and adds steps in any order."""
    case, event, attempt = schema.case_record, schema.case_event, schema.withdrawal_attempt
    for ref, reported_on in connection.execute(select(case.c.case_ref, case.c.reported_on)).all():
        steps = [kind for kind in schema.MILESTONES.values() if chance.random() < 0.4]
        for kind in steps:
            known = {"case_ref": ref, "event_ref": f"{kind}-{chance.randrange(10**9)}", "kind": kind}
            known |= {"recorded_on": LAST_DAY}
            happened_on = min(reported_on + timedelta(chance.randrange(-4, 5)), LAST_DAY)
            connection.execute(insert(event).values(happened_on=happened_on, **known))
        values = {
            "ob_number": chance.choice([None, "1/1/1/2025", "2/1/1/2025", f"{chance.random()}"[:10]]),
            "survivor_disability": chance.choice([None, *codes.YES_NO_UNKNOWN]),
            "survivor_sex": chance.choice(codes.SEXES),
            "suspect_relationship": chance.choice(["unknown", "parent"]),
        }
        connection.execute(update(case).where(case.c.case_ref == ref).values(values))
        agency = chance.choice([None, "police"])
        changed = update(event).where(event.c.case_ref == ref, event.c.event_ref != "E1")
        connection.execute(changed.values(agency=agency, recorded_on=event.c.happened_on))
        contacted_on = chance.choice([None, attempt.c.attempted_on, date(2025, 6, 1), date(2026, 3, 1)])
        values = {
            "initiator": chance.choice(["unknown", "guardian"]),
            "inducement": chance.choice([None, *codes.INDUCEMENTS]),
        }
        changed = update(attempt).where(attempt.c.case_ref == ref)
        connection.execute(changed.values(survivor_contacted_on=contacted_on, **values))
