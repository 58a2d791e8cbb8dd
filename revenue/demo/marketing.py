"""Marketing: campaigns, the touches before each deal, and the HubSpot contacts that leads are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revenue.demo.accounts import COLD_CALL, MARKETING_SOURCES, PARTNER_SOURCE
from revenue.demo.columns import stamps
from revenue.demo.deals import OPEN, RENEWAL, Deals
from revenue.demo.ids import CAMPAIGN, numbered, salesforce_ids
from revenue.demo.randoms import pick, positions
from revenue.demo.span import Days, Span, add_months, day, quarter_start, to_date

# Name, channel, function, dollars a quarter and unit of scale. The first four are the marketing sources, in order.
PROGRAMMES = (
    ("Measure Better webinars", "Webinar", "marketing", 62_000),
    ("Field guide series", "Content", "marketing", 48_000),
    ("Instrument search ads", "Paid Search", "marketing", 96_000),
    ("LabWorld booth", "Trade Show", "marketing", 118_000),
    ("Outbound sprint", "Cold Call", "sales", 24_000),
    ("Partner days", "Partner", "partner", 36_000),
)
CHANNELS = (
    "Webinar", "Content", "Paid Search", "Trade Show", "Cold Call", "Partner", "Sales Email", "Email", "Organic Search",
    "Direct", "Referral",
)  # fmt: skip
_FUNCTION = ("marketing",) * 4 + ("sales", "partner", "sales") + ("marketing",) * 2 + (None, None)
_KIND = ("attended", "download", "click", "visit", "call", "introduction", "email", "open", "visit", "visit", "word")
_BROUGHT_BY = np.array([0, 1, 2, 3, 4, 6, 5, 10, 6])  # lead source → channel of the first touch
_SALES_EMAIL, _REFERRED = 6, 10


@dataclass(frozen=True)
class Campaigns:
    """Every programme once a quarter, quarter by quarter."""

    ids: pl.Series
    quarters: list[int]  # first days

    def of(self, programme: NDArray[np.int64], days: Days) -> NDArray[np.int64]:
        """Index of the programme's campaign on each day; before the first quarter, the first one's."""
        quarter = np.searchsorted(np.array(self.quarters), days, side="right") - 1
        return np.maximum(quarter, 0) * len(PROGRAMMES) + programme


def make_campaigns(span: Span) -> Campaigns:
    """The quarters of the span and one campaign per programme in each."""
    first = quarter_start(span.start)
    quarters = [day(add_months(first, 3 * i)) for i in range(12)]
    quarters = [q for q in quarters if q <= span.last]
    return Campaigns(salesforce_ids(CAMPAIGN, np.arange(len(quarters) * len(PROGRAMMES)) + 500), quarters)


def campaign_table(campaigns: Campaigns, scale: int) -> pl.DataFrame:
    """`campaigns` in the plain format."""
    rows = [(q, p) for q in campaigns.quarters for p in PROGRAMMES]
    starts = [to_date(q) for q, _ in rows]
    return pl.DataFrame(
        {
            "campaign_id": campaigns.ids,
            "name": [f"{p[0]} {s.year} Q{s.month // 3 + 1}" for s, (_, p) in zip(starts, rows, strict=True)],
            "channel": [p[1] for _, p in rows],
            "function": [p[2] for _, p in rows],
            "starts_on": starts,
            "ends_on": [add_months(s, 3) for s in starts],
            "cost": [p[3] * scale for _, p in rows],
            "currency": ["USD"] * len(rows),
        }
    )


def deal_campaigns(campaigns: Campaigns, deals: Deals) -> pl.Series:
    """CampaignId of each deal: that of its source's programme when it was made; empty where no campaign brought it."""
    programme = np.select([deals.source <= COLD_CALL, deals.source == PARTNER_SOURCE], [deals.source, 5], -1)
    at = campaigns.of(np.maximum(programme, 0), deals.created)
    return campaigns.ids.gather(pl.Series(np.where(programme < 0, -1, at)).replace(-1, None))


def touch_table(
    rng: np.random.Generator, deals: Deals, span: Span, ids: pl.Series, campaigns: Campaigns, offset: int
) -> pl.DataFrame:
    """`touches` in the plain format: the first by the source that brought the deal, later ones by anybody."""
    n = len(deals)
    marketed = deals.source < MARKETING_SOURCES
    count = np.where(
        marketed, rng.integers(3, 7, n), np.where(deals.kind == RENEWAL, rng.integers(0, 2, n), rng.integers(2, 6, n))
    )
    deal, place = np.repeat(np.arange(n), count), positions(count)
    first = place == 0
    follow = pick(rng, [0.10, 0.13, 0.05, 0.05, 0.0, 0.05, 0.22, 0.20, 0.10, 0.10, 0.0], len(deal))
    quiet = ~marketed[deal] & (rng.random(len(deal)) < 0.45)  # many deals that sales brought never meet marketing
    channel = np.where(first, _BROUGHT_BY[deals.source[deal]], np.where(quiet, _SALES_EMAIL, follow))
    end = np.minimum(np.where(deals.state == OPEN, span.last, deals.close - 1), span.last)[deal]
    lead = np.where(marketed, rng.integers(8, 60, n), rng.integers(0, 8, n))[deal]
    begin = deals.created[deal] - lead
    part = np.where(first, 0.0, np.sqrt(rng.random(len(deal))))
    at = np.maximum(begin + ((end - begin) * part).astype(np.int64), begin)
    programme = np.where(channel <= 5, channel, -1)
    campaign = np.where(
        (programme >= 0) & (at >= campaigns.quarters[0]), campaigns.of(np.maximum(programme, 0), at), -1
    )
    order = np.lexsort((deal, at))
    deal, at, channel, campaign = deal[order], at[order], channel[order], campaign[order]
    return pl.DataFrame(
        {
            "touch_id": numbered("T-", np.arange(len(deal)) + offset + 1, 9),
            "touched_at": stamps(at, 6 * 3600 + rng.integers(0, 12 * 3600, len(deal))),
            "channel": pl.Series(CHANNELS).gather(channel),
            "function": pl.Series(_FUNCTION).gather(channel),
            "kind": pl.Series(_KIND).gather(channel),
            "campaign": campaigns.ids.gather(pl.Series(campaign).replace(-1, None)),
            "deal_id": ids.gather(deal),
        }
    )
