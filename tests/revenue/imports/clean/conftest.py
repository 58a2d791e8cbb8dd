"""Property tests here read whole columns: on a busy machine an example may take longer than the default deadline."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("columns", deadline=None)
settings.load_profile("columns")
