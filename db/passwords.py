"""Passwords: which are accepted, how they are kept, and one-time passwords for a first sign-in."""

import base64
import hashlib
import re
import secrets
import threading
import unicodedata

import bcrypt
from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 128
COST = 12
# From 0 to 4, as zxcvbn counts: below 3 a password falls to fewer than 10^8 guesses.
LEAST_SCORE = 3
# What is judged of a password: the time of zxcvbn grows steeply, up to seconds at its own limit of 72 characters.
# Nothing guessable gets through by this, as who guesses the whole guesses its beginning.
JUDGED = 24
# Words that come to mind here, beside the user name.
WORDS_OF_THIS_PLACE = (
    *(
        "directive",
        "compliance",
        "dashboard",
        "demonstration",
        "defilement",
        "withdrawal",
        "commission",
        "commissioner",
    ),
    *(
        "national",
        "gender",
        "equality",
        "ngec",
        "kenya",
        "nairobi",
        "kisumu",
        "mombasa",
        "nakuru",
        "county",
        "official",
    ),
    *("police", "station", "children", "justice", "administrator", "officer", "staff", "harambee", "nywila", "siri"),
)
# A well-formed hash that no password has: checking against it takes as long as checking a real one.
NOBODYS_HASH = f"$2b${COST}${'.' * 53}"
# Letters and digits that are not mistaken for one another when read out or copied by hand.
LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"


class PasswordRefused(ValueError):
    """This password cannot be set: `code` is too_short, too_long, guessable or unchanged, the message one sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check_acceptable(password: str, username: str) -> None:
    """Raises PasswordRefused unless `password` has 12 to 128 characters, blanks around it left out, and is hard to
    guess, also for who knows the user name. No kind of character is asked for."""
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise PasswordRefused("too_short", f"The password is too short: use at least {SHORTEST} characters.")
    if len(normal) > LONGEST:
        raise PasswordRefused("too_long", f"The password is too long: use at most {LONGEST} characters.")
    if _score(normal[:JUDGED], username) < LEAST_SCORE:
        raise PasswordRefused(
            "guessable", "The password is easy to guess: use several words that do not belong together."
        )


def check_new(password: str, current: str, username: str) -> None:
    """Raises PasswordRefused unless `password` is acceptable for `username` and another one than `current`."""
    check_acceptable(password, username)
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


# zxcvbn keeps the words it is given in one place for all threads.
_one_at_a_time = threading.Lock()


def _score(password: str, username: str) -> int:
    with _one_at_a_time:
        return int(
            zxcvbn(password, user_inputs=[username, *re.split(r"[._-]", username), *WORDS_OF_THIS_PLACE])["score"]
        )
