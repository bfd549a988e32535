"""Where the figures come from, as screens and exports name it."""

NPS_RETURN = "Monthly return of each police station"
CASE_FILE = "Case records of police, health services, prosecutors and courts"
