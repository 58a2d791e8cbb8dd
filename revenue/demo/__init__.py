"""A demonstration company: seeded exports of Salesforce, HubSpot, finance and people, with stories to be found in them.

Nothing here knows Django or a database: the files are written like anyone's and imported like anyone's.
"""

from revenue.demo.company import write_company
from revenue.demo.totals import Totals

__all__ = ["Totals", "write_company"]
