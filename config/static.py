"""Static files, hashed and compressed into ASSAY_HOME, only when one of them has changed."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = "static.collected"


def collect() -> bool:
    """Collects the static files unless those there were made from these; true where there was something to do."""
    stamp, fingerprint = settings.ASSAY_HOME / STAMP, _fingerprint()
    collected = (settings.STATIC_ROOT / "staticfiles.json").exists() and stamp.exists()
    if collected and stamp.read_text(encoding="ascii") == fingerprint:
        return False
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(fingerprint, encoding="ascii")
    return True


def _fingerprint() -> str:
    """Of each file's name, size and time: a byte that changed without them would be somebody's deliberate work."""
    digest = sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            digest.update(f"{name}\0{storage.size(name)}\0{storage.get_modified_time(name).timestamp()}\n".encode())
    return digest.hexdigest()
