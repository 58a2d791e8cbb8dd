"""Reading: a file's bytes become tables of text in which every record is accounted for.

Everything stays text (`NA`, `007`, 18 digits, outer blanks); each record of a file ends in exactly one of a table's
chunks, faults and skipped rows. Nothing here knows Django or a database.
"""

from revenue.imports.read.files import open_tables
from revenue.imports.read.limits import Limits, Refused
from revenue.imports.read.opened import FileTable, Opened, Suggest

__all__ = ["FileTable", "Limits", "Opened", "Refused", "Suggest", "open_tables"]
