"""Opens ZIP archives that strangers made: nothing is unpacked before it is known how much it comes to."""

import io
import lzma
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from db.intake import wording
from db.intake.limits import MOST_ENTRIES, Allowance
from db.intake.sheets import UnreadableFile

# What reading an entry of a damaged, locked or unusual ZIP file raises; an unknown compression is a RuntimeError too.
DAMAGED_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
)
# How the directory of an archive begins each of its entries.
ENTRY = b"PK\x01\x02"


def open_archive(content: bytes, complaint: str, allowance: Allowance) -> zipfile.ZipFile:
    """The archive in `content`, once what it declares to hold is taken from `allowance`. Raises UnreadableFile: with
    `complaint` where it is none."""
    if content.count(ENTRY) > MOST_ENTRIES:
        raise UnreadableFile(wording.too_many_entries(MOST_ENTRIES))
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except DAMAGED_ZIP:
        raise UnreadableFile(complaint) from None
    allowance.take(sum(entry.file_size for entry in archive.infolist()))
    _refuse_overlaps(archive, complaint)
    return archive


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, complaint: str) -> bytes:
    """The content of an entry: never more than the size that it declares, which was taken from the allowance."""
    try:
        return archive.read(entry)
    except DAMAGED_ZIP:
        raise UnreadableFile(complaint) from None


def refuse_unsafe(archive: zipfile.ZipFile) -> None:
    """Raises UnreadableFile where an entry points outside, is a link, or bears the name of another."""
    entries = archive.infolist()
    if any(_points_outside(entry.orig_filename) or _is_link(entry) for entry in entries):
        raise UnreadableFile(wording.UNSAFE_ZIP)
    if len({entry.filename for entry in entries}) < len(entries):
        raise UnreadableFile(wording.REPEATED_ENTRY)


def _refuse_overlaps(archive: zipfile.ZipFile, complaint: str) -> None:
    """An archive whose entries share their bytes unpacks to far more than it could hold."""
    end = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise UnreadableFile(complaint)
        end = entry.header_offset + entry.compress_size


def _points_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)
