"""The models of `revenue`: imports and the ledger, one file per subject."""

from revenue.models.batches import ImportBatch, ImportFile, LedgerChange, RejectedRow, SkippedRow, Source, Status
from revenue.models.deals import Deal, DealHistory
from revenue.models.dimensions import Account, Campaign, Product, Rep
from revenue.models.doubles import DifferentMoney
from revenue.models.effort import Activity, Hours, Ticket
from revenue.models.ledger import DimensionRow, LedgerRow
from revenue.models.mappings import KeptAnswer, Merge, SavedMapping
from revenue.models.marketing import Lead, Touch
from revenue.models.missing import MissingDecision, MissingRecord, TakenOut
from revenue.models.money import Cost, FxRate, RevenueLine, Subscription

__all__ = [
    "Account",
    "Activity",
    "Campaign",
    "Cost",
    "Deal",
    "DealHistory",
    "DifferentMoney",
    "DimensionRow",
    "FxRate",
    "Hours",
    "ImportBatch",
    "ImportFile",
    "KeptAnswer",
    "Lead",
    "LedgerChange",
    "LedgerRow",
    "Merge",
    "MissingDecision",
    "MissingRecord",
    "Product",
    "RejectedRow",
    "Rep",
    "RevenueLine",
    "SavedMapping",
    "SkippedRow",
    "Source",
    "Status",
    "Subscription",
    "TakenOut",
    "Ticket",
    "Touch",
]
