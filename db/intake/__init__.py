"""Takes the agencies' files in: the format as data, reading, checks, writing, and what was refused."""

from db.intake.files import Upload
from db.intake.imports import (
    NOTHING_IN,
    FileSummary,
    ImportRefused,
    ImportSummary,
    Progress,
    Refusal,
    import_files,
)
from db.intake.refusals import forget_expired, refused_files, refused_rows, write_files

__all__ = [
    "NOTHING_IN",
    "FileSummary",
    "ImportRefused",
    "ImportSummary",
    "Progress",
    "Refusal",
    "Upload",
    "forget_expired",
    "import_files",
    "refused_files",
    "refused_rows",
    "write_files",
]
