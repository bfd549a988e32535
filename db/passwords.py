"""Passwords: which are accepted, how they are kept, and one-time passwords for a first sign-in."""

import base64
import hashlib
import secrets
import unicodedata

import bcrypt

SHORTEST = 12
LONGEST = 128
COST = 12
# A well-formed hash that no password has: checking against it takes as long as checking a real one.
NOBODYS_HASH = f"$2b${COST}${'.' * 53}"
# Letters and digits that are not mistaken for one another when read out or copied by hand.
LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"


class PasswordRefused(ValueError):
    """This password cannot be set: `code` is too_short, too_long or unchanged, the message one plain sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check_acceptable(password: str) -> None:
    """Raises PasswordRefused unless `password` has 12 to 128 characters; blanks around it do not count."""
    length = len(_normal(password))
    if length < SHORTEST:
        raise PasswordRefused("too_short", f"The password is too short: use at least {SHORTEST} characters.")
    if length > LONGEST:
        raise PasswordRefused("too_long", f"The password is too long: use at most {LONGEST} characters.")


def check_new(password: str, current: str) -> None:
    """Raises PasswordRefused unless `password` is acceptable and another one than `current`."""
    check_acceptable(password)
    if _normal(password) == _normal(current):
        raise PasswordRefused("unchanged", "The new password is the current one: choose another.")


def hashed(password: str) -> str:
    """What the database keeps of `password`: bcrypt, salted."""
    return bcrypt.hashpw(_digest(password), bcrypt.gensalt(COST)).decode()


def matches(password: str, password_hash: str) -> bool:
    return bcrypt.checkpw(_digest(password), password_hash.encode())


def one_time_password() -> str:
    """A random password of 16 legible characters in four groups, about 79 bits."""
    return "-".join("".join(secrets.choice(LEGIBLE) for _ in range(4)) for _ in range(4))


def _digest(password: str) -> bytes:
    # bcrypt reads 72 bytes at most and stops at a zero byte; base64 of SHA-256 is 44 bytes without one.
    return base64.b64encode(hashlib.sha256(_normal(password).encode()).digest())


def _normal(password: str) -> str:
    # The sign-in form drops blanks around a password, and keyboards differ in how they compose accented letters.
    return unicodedata.normalize("NFC", password).strip()
