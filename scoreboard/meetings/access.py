"""Who opens meetings: those who may see the whole company's numbers. For everybody else they do not exist."""

from __future__ import annotations

from scoreboard.annotations.access import page_for

for_company = page_for(lambda user: user.sees_everything)
