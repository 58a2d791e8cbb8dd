"""The models of `core`, one file per subject."""

from core.models.audit import AuditEvent
from core.models.company import Company
from core.models.signin import SignInLink
from core.models.team import Team
from core.models.user import Role, User

__all__ = ["AuditEvent", "Company", "Role", "SignInLink", "Team", "User"]
