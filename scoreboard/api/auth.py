"""Who asks: a token in the header `Authorization: Bearer …`, and nothing else. Cookies are not looked at."""

from __future__ import annotations

import time
from datetime import timedelta
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import unquote

import structlog
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer
from redis.exceptions import RedisError

from core.models import User
from scoreboard.api.problems import Refusal, wrong
from scoreboard.models import ApiToken
from scoreboard.models.tokens import Key, digest_of, usable

A_MINUTE = 120  # requests of one token in one minute
WINDOW = 60  # seconds
COSTLY = 10  # a number that has to be computed from the ledger counts as so many requests
LAST_USED = timedelta(minutes=1)  # so exact is "last used": not every request writes
LONGEST_SECRET = 200
K = TypeVar("K", bound=Key)
log = structlog.get_logger()


class Token(HttpBearer):
    """Lets a request in whose token has the scope. 401 without a usable token, 403 without the scope, 429 too often."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The token's person; None for a token that is none."""
        if "\0" in unquote(request.get_full_path()):
            raise wrong("The address holds a NUL character, which nothing here does.")
        key = find(ApiToken, token)
        if key is None:
            return None
        if self.scope not in key.scopes:
            raise Refusal(HTTPStatus.FORBIDDEN, f"This token may not {self.scope}: make one with that scope.")
        spend(key)
        request.assay_key = key  # type: ignore[attr-defined] # for what costs more than one request
        return key.user


def find(model: type[K], secret: str) -> K | None:
    """The usable token or feed of a secret, noted as used; None if there is none."""
    if not 0 < len(secret) <= LONGEST_SECRET:
        return None
    now = timezone.now()
    keys = model._default_manager
    key = keys.filter(usable(now), digest=digest_of(secret)).select_related("user").first()
    if key is not None:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED)
        keys.filter(stale, pk=key.pk).update(last_used_at=now)
    return key


def spend(key: Key, cost: int = 1) -> None:
    """Counts against the key's minute. Raises Refusal (429) that says when to come back."""
    now = time.time()
    window = int(now // WINDOW)
    name = f"api:{key._meta.model_name}:{key.pk}:{window}"
    try:
        cache.add(name, 0, timeout=2 * WINDOW)
        used = cache.incr(name, cost)
    except (RedisError, ValueError) as error:
        # Redis is away or has just forgotten the count: the numbers are still there to be read.
        log.warning("requests of the API are not counted", error=type(error).__name__)
        return
    if used > A_MINUTE:
        wait = max(1, int((window + 1) * WINDOW - now) + 1)
        raise Refusal(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"More than {A_MINUTE} requests in a minute. Ask again in {wait} seconds.",
            headers={"Retry-After": str(wait)},
        )


def spend_more(request: HttpRequest) -> None:
    """Counts the further cost of an answer that is computed from the ledger. Raises Refusal (429)."""
    key = getattr(request, "assay_key", None)
    if key is not None:
        spend(key, COSTLY - 1)
