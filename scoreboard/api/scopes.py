"""What a token may do. Its person's role decides besides: a token never does what its person could not."""

from __future__ import annotations

from core.models import User

METRICS, ROWS = "read:metrics", "read:rows"
IMPORTS, IMPORT = "read:imports", "write:imports"
COACHING, COACH = "read:coaching", "write:coaching"
PACKS = "read:packs"
LABELS = {
    METRICS: "Read the numbers",
    ROWS: "Read the rows behind a number",
    IMPORTS: "See imports",
    IMPORT: "Upload files, answer their questions, take imports back",
    COACHING: "See coaching sessions, without notes",
    COACH: "Log coaching sessions",
    PACKS: "See meetings and their packs",
}


def offered(user: User) -> dict[str, str]:
    """The scopes that are of use to this person, with their words."""
    kept = {METRICS, ROWS, COACHING}
    if user.sees_everything:
        kept |= {IMPORTS, PACKS}
    if user.may_import:
        kept |= {IMPORT}
    if user.may_coach:
        kept |= {COACH}
    return {scope: words for scope, words in LABELS.items() if scope in kept}
