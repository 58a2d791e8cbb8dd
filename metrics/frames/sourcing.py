"""Which function sourced a deal, by its lead-source field: the policy's own table first, then common words.

Every deal falls in exactly one of marketing, sales, partner, customer (referral or expansion), unknown.
"""

from __future__ import annotations

import polars as pl

from metrics.definitions.policy import Policy

# A word decides only if it stands in the lead source; the first line that matches decides.
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("partner", ("partner", "reseller", "broker", "distributor", "channel", "alliance")),
    ("customer", ("customer", "existing", "expansion", "upsell", "renewal", "word of mouth", "external referral")),
    ("sales", ("cold", "outbound", "prospect", "sales", "sdr", "bdr", "employee referral", "list")),
    (
        "marketing",
        (
            "web", "advert", "campaign", "event", "trade show", "conference", "seminar", "webinar", "email", "mail",
            "content", "organic", "paid", "social", "inbound", "public relations", "search", "seo", "ppc", "download",
            "marketing", "newsletter", "chat", "blog", "direct traffic", "form", "demo request",
        ),
    ),
    ("customer", ("referral",)),
)  # fmt: skip
UNKNOWN = "unknown"
FUNCTIONS = ("marketing", "sales", "partner", "customer")


def function_of(lead_source: str | None, deal_type: str | None, policy: Policy) -> str:
    """The sourcing function of one deal."""
    if deal_type in {"expansion", "renewal"}:
        return "customer"
    source = (lead_source or "").strip().lower()
    if source in policy.lead_sources:
        return policy.lead_sources[source]
    for function, words in _WORDS:
        if any(word in source for word in words):
            return function
    return UNKNOWN


def functions_of(lead_source: pl.Series, deal_type: pl.Series, policy: Policy) -> pl.Series:
    """The sourcing function of each deal, decided once per distinct pair."""
    pairs = pl.DataFrame({"source": lead_source, "type": deal_type})
    distinct = pairs.unique()
    functions = [function_of(s, t, policy) for s, t in distinct.iter_rows()]
    table = distinct.with_columns(pl.Series("function", functions, dtype=pl.String))
    return pairs.join(table, on=["source", "type"], how="left", nulls_equal=True, maintain_order="left")["function"]
