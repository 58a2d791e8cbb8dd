"""The whole product in one file, and back: `write_backup` and `restore_backup`.

A backup is a zip file:

    manifest.json     format, version, time, migrations, rows per table, and size and sha256 of everything below
    database.dump     pg_dump's custom format, of one snapshot
    secret.key        the installation's key
    files/… mail/…    every folder of ASSAY_HOME but those that can be made again (`manifest.MADE_AGAIN`)

Not in it: sessions and sign-in links, which must not come back to life; the queue, whose truth is in the database. It
holds the customers' data and the key in the clear: keep it as safe as the installation itself, and restore only what
you wrote: a backup is run by the database as the script it is.
"""

from core.backup.manifest import BackupError, Entry, Manifest
from core.backup.restore import check_backup, restore_backup
from core.backup.write import Summary, write_backup

__all__ = ["BackupError", "Entry", "Manifest", "Summary", "check_backup", "restore_backup", "write_backup"]
