"""What becomes of cases: who the suspect was, how far each came, how each left, and how that went over time.

Each question takes cases as they stood at the end of a month (db/cohort.py) with by what they ended (endings.py).
"""
