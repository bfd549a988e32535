"""Accounts, as an administrator lists and changes them: each act by somebody who may, asked for anew at the act."""

from collections.abc import Callable, Collection
from typing import TypeVar

from sqlalchemy import Connection

from db import accounts, audit
from db.access import AccessDenied, Right, Viewer
from db.accounts import Account, AccountProblem
from db.engine import writing
from db.records.bound import Bound

Done = TypeVar("Done")
OWN = "Nobody changes the own account: ask another administrator, and change the own password under Change password."
DENIED = "Your role does not look after accounts."


class AccountRecords:
    """The accounts for the roles that have Right.ACCOUNTS: all methods raise AccessDenied for the others.

    Every act raises AccountProblem, with one plain sentence, where it cannot be done; what was done and what was
    refused is in the audit log. Nobody disables or resets the own account or changes its role.
    """

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def listed(self) -> list[Account]:
        """Every account by name, disabled ones included."""
        with self._bound.reading(Right.ACCOUNTS) as reading:
            return accounts.listed(reading.connection)

    def counties(self) -> dict[int, str]:
        """The names of all counties, by code: those that an official can be given."""
        with self._bound.reading(Right.ACCOUNTS) as reading:
            return {county.county_code: county.name for county in reading.counties}

    def add(self, username: str, role: str, counties: Collection[int] = ()) -> str:
        """Adds an account and returns its one-time password, which is kept nowhere."""
        return self._act(
            "account_added",
            None,
            lambda connection, by: accounts.add_account(
                connection, username, role, counties, by=by.username, origin=self._origin
            ),
        )

    def disable(self, username: str) -> None:
        """Lets the account in no more; its sessions end at once."""
        self._act(
            "account_disabled",
            username,
            lambda connection, by: accounts.disable(connection, username, by=by.username, origin=self._origin),
        )

    def enable(self, username: str) -> None:
        self._act(
            "account_enabled",
            username,
            lambda connection, by: accounts.enable(connection, username, by=by.username, origin=self._origin),
        )

    def reset_password(self, username: str) -> str:
        """Returns a one-time password, which is kept nowhere; the account's sessions end at once."""
        return self._act(
            "password_reset",
            username,
            lambda connection, by: accounts.reset_password(connection, username, by=by.username, origin=self._origin),
        )

    def set_role(self, username: str, role: str, counties: Collection[int] = ()) -> None:
        """Another role and its counties, for the sessions that go on too."""
        self._act(
            "role_changed",
            username,
            lambda connection, by: accounts.set_role(
                connection, username, role, counties, by=by.username, origin=self._origin
            ),
        )

    @property
    def _origin(self) -> str | None:
        return self._bound.held_pass.origin

    def _act(self, action: str, username: str | None, change: Callable[[Connection, Viewer], Done]) -> Done:
        """What `change` of the account `username` (None for a new one) returns, in a transaction of its own."""
        viewer: Viewer | None = None
        try:
            with writing(self._bound.engine) as connection:
                accounts.wait_for_other_changes(connection)
                viewer = self._bound.held_pass.viewer(connection)
                if not viewer.may(Right.ACCOUNTS):
                    raise AccessDenied(DENIED)
                if username == viewer.username:
                    raise AccountProblem(OWN)
                return change(connection, viewer)
        except (AccountProblem, AccessDenied):
            if viewer is not None:
                self._note_refusal(viewer, action, username)
            raise

    def _note_refusal(self, viewer: Viewer, action: str, username: str | None) -> None:
        """Into the audit log with the name of an account, but not with what was typed where no account has it."""
        with writing(self._bound.engine) as connection:
            known = username if username in {account.username for account in accounts.listed(connection)} else None
            audit.record(
                connection,
                username=viewer.username,
                action=action,
                subject=known,
                outcome="refused",
                origin=self._origin,
            )
