"""What an account reads as: its role, counties and state."""

from collections.abc import Collection, Mapping

from db.access import NATIONAL_ROLES
from db.accounts import Account
from pages.components.wording import say


def role_words(role: str) -> str:
    return say(f"role.{role}")


def counties_words(role: str, codes: Collection[int], names: Mapping[int, str]) -> str:
    """The counties of which the account sees figures."""
    if role in NATIONAL_ROLES:
        return say("accounts.all_counties")
    return ", ".join(names[code] for code in sorted(codes)) or say("accounts.no_counties")


def state_words(account: Account) -> str:
    if account.is_disabled:
        return say("accounts.disabled")
    return say("accounts.first_password" if account.must_change_password else "accounts.enabled")
