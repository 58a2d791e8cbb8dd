"""Every module of twins, so that importing this one fills the table of them."""

from __future__ import annotations

from tests.metrics.naive import acquisition as acquisition
from tests.metrics.naive import attribution as attribution
from tests.metrics.naive import coaching as coaching
from tests.metrics.naive import comparisons as comparisons
from tests.metrics.naive import cost as cost
from tests.metrics.naive import customers as customers
from tests.metrics.naive import effect as effect
from tests.metrics.naive import first as first
from tests.metrics.naive import first_sales as first_sales
from tests.metrics.naive import funnel as funnel
from tests.metrics.naive import growth as growth
from tests.metrics.naive import lifetime as lifetime
from tests.metrics.naive import motion_cost as motion_cost
from tests.metrics.naive import people as people
from tests.metrics.naive import pipeline as pipeline
from tests.metrics.naive import quality as quality
from tests.metrics.naive import retention as retention
from tests.metrics.naive import sourcing as sourcing
from tests.metrics.naive import stages as stages
