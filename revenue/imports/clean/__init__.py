"""Understanding a table of text: a column's reading is decided on it as a whole, then every cell is typed."""

from revenue.imports.clean.ids import canonical_salesforce_ids
from revenue.imports.clean.understand import Understood, understand

__all__ = ["Understood", "canonical_salesforce_ids", "understand"]
