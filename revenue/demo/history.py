"""How deals moved: one row per stage entered and per date pushed, the last one as the deal stands."""

from __future__ import annotations

import numpy as np
import polars as pl

from revenue.demo.columns import cents, dates, stamps
from revenue.demo.deals import OPEN, WON, Deals
from revenue.demo.ids import HISTORY, salesforce_ids
from revenue.demo.opportunities import FORECAST, PROBABILITY, STAGES, Worth
from revenue.demo.people import People
from revenue.demo.randoms import positions
from revenue.demo.span import Span


def table(
    rng: np.random.Generator, deals: Deals, worth: Worth, people: People, span: Span, ids: pl.Series, offset: int
) -> pl.DataFrame:
    """`OpportunityHistory.csv`; `offset` counts the rows of the chunks before.

    1. How far each deal came and from where. 2. A row per stage, one more for a deal whose date was pushed. 3. When:
    in order between creation and close. 4. What it then said: earlier amounts and dates differ from the last.
    """
    n = len(deals)
    begin = rng.integers(0, 2, n)
    reached = np.where(deals.state == OPEN, worth.stage, np.where(deals.state == WON, 4, begin + rng.integers(0, 4, n)))
    reached = np.minimum(np.maximum(reached, begin * (deals.state != OPEN)), 4)
    begin = np.minimum(begin, reached)
    slips = rng.random(n) < np.where(deals.owner == people.superstar, 0.7, 0.25)
    stages = reached - begin + 1
    closing = (deals.state != OPEN).astype(np.int64)
    count = stages + slips + closing
    deal, place = np.repeat(np.arange(n), count), positions(count)
    last = place == count[deal] - 1
    stage = np.where(last, worth.stage[deal], begin[deal] + np.minimum(place, stages[deal] - 1))
    # A lost deal ends in Closed Lost, a won one in Closed Won; the pushed date is a row of the stage reached.
    until = np.where(deals.state == OPEN, np.maximum(span.last - rng.integers(0, 45, n), deals.created), deals.close)
    part = np.where(place == 0, 0.0, (place - 0.5 * rng.random(len(deal))) / np.maximum(count[deal] - 1, 1))
    at = deals.created[deal] + ((until - deals.created)[deal] * np.clip(part, 0, 1)).astype(np.int64)
    at = np.where(last & (closing[deal] == 1), deals.close[deal], at)
    second = np.where(place == 0, 8 * 3600 + (deal * 61) % 3600, 9 * 3600 + place * 3600 + (deal * 13) % 3600)
    drift = np.where(last, 1.0, 1 + np.round(rng.normal(0, 0.06, len(deal)), 2) * (place > 0))
    amount = np.where(last, worth.amount[deal], np.round(worth.amount[deal] * drift / 10_000).astype(np.int64) * 10_000)
    planned = np.where(last, 0, slips[deal] * (14 + (deal * 17) % 40) * (place <= stages[deal] - 1))
    close = np.maximum(deals.close[deal] - planned, np.minimum(at, deals.close[deal]))
    probability = PROBABILITY[stage]
    moment = stamps(at, second)
    return pl.DataFrame(
        {
            "Id": salesforce_ids(HISTORY, np.arange(len(deal)) + offset),
            "OpportunityId": ids.gather(deal),
            "CreatedById": people.ids.gather(deals.owner[deal]),
            "CreatedDate": moment,
            "StageName": pl.Series(STAGES).gather(stage),
            "Amount": cents(amount),
            "ExpectedRevenue": cents(amount * probability // 100),
            "CloseDate": dates(close),
            "Probability": probability,
            "ForecastCategory": pl.Series(FORECAST).gather(stage),
            "SystemModstamp": moment,
            "IsDeleted": ["false"] * len(deal),
        }
    )
