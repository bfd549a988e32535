"""How much one delivery may hold: what comes in is measured before it is unpacked, parsed or kept."""

from dataclasses import dataclass

from db.intake import wording
from db.intake.sheets import UnreadableFile

MOST_ENTRIES = 1_000


@dataclass(frozen=True)
class Limits:
    """The most that one file may hold once everything in it is unpacked: bytes, lines of a CSV file, and filled cells
    of a sheet with those between them."""

    unpacked: int
    lines: int
    cells: int


# Whoever imports on the command line has the machine; of the dashboard it is one of many guests.
COMMAND_LINE = Limits(unpacked=500_000_000, lines=10_000_000, cells=30_000_000)
UPLOADS = Limits(unpacked=200_000_000, lines=2_000_000, cells=10_000_000)
# What may be uploaded at once, as it is sent.
MOST_FILES = 50
MOST_BYTES = 100_000_000


@dataclass
class Allowance:
    """What is left of the limits while one file is unpacked, with all that is packed inside it."""

    limits: Limits
    used: int = 0

    def take(self, size: int) -> None:
        """Raises UnreadableFile where this is more than is left."""
        self.used += size
        if self.used > self.limits.unpacked:
            raise UnreadableFile(wording.too_large(self.limits.unpacked))
