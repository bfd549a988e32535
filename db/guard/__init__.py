"""The second lock, below Records: what PostgreSQL itself lets the logins of the dashboard and of imports do.

Each transaction tells the database whom it reads for; policies then let through the rows of that viewer's counties and
nothing without a viewer. It holds for logins that own nothing (roles.py says how they are made) and guards against a
query that forgets its viewer, not against somebody who can send the database statements of their own.
"""

from db.guard.declared import DASHBOARD, DECLARED, IMPORTS
from db.guard.roles import LOGINS, ROLES_TO_MAKE, apply_rights, make_roles, may_make_roles, missing_roles
from db.guard.viewer import bind, is_case, telling, whole_country

__all__ = [
    "DASHBOARD",
    "DECLARED",
    "IMPORTS",
    "LOGINS",
    "ROLES_TO_MAKE",
    "apply_rights",
    "bind",
    "is_case",
    "make_roles",
    "may_make_roles",
    "missing_roles",
    "telling",
    "whole_country",
]
