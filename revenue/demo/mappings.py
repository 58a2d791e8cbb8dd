"""Mapping files that travel with the exports: what the company's own fields (`…__c`) mean.

They are for an installation whose presets do not know these fields; with presets that do, they are not needed.
"""

from __future__ import annotations

from pathlib import Path

ACCOUNTS = """\
# Larkmoor's Account.csv: the standard fields and the company's own
object = "accounts"

[columns]
account_id = "Id"
name = "Name"
parent_account_id = "ParentId"
segment = "Segment__c"
industry = "Industry"
region = "Region__c"
country = "BillingCountry"
employees = "NumberOfEmployees"
annual_revenue = "AnnualRevenue"
strategic = "Strategic__c"
created_on = "CreatedDate"
owner = "OwnerId"
"""
DEALS = """\
# Larkmoor's Opportunity.csv: the standard fields and the company's own
object = "deals"

[columns]
deal_id = "Id"
name = "Name"
account_id = "AccountId"
owner = "OwnerId"
product = "Product__c"
stage = "StageName"
amount = "Amount"
probability = "Probability"
forecast_category = "ForecastCategoryName"
created_on = "CreatedDate"
close_on = "CloseDate"
is_closed = "IsClosed"
is_won = "IsWon"
deal_type = "Type"
lead_source = "LeadSource"
campaign = "CampaignId"
route = "Route__c"
motion = "Motion__c"
list_amount = "List_Amount__c"
cost = "Cost__c"
lost_reason = "Loss_Reason__c"
next_step = "NextStep"

[values.deal_type]
"New Business" = "new"
"Existing Business" = "expansion"
"Renewal" = "renewal"
"""
LEADS = """\
# Larkmoor's contacts.csv from HubSpot, with the id of the Salesforce opportunity they became
object = "leads"

[columns]
lead_id = "Record ID"
account = "Associated Company"
channel = "Original Traffic Source"
created_on = "Create Date"
mql_on = "Became a Marketing Qualified Lead Date"
sql_on = "Became a Sales Qualified Lead Date"
converted_deal_id = "Salesforce Opportunity ID"
status = "Lead Status"
"""
FILES = {"salesforce_account.toml": ACCOUNTS, "salesforce_opportunity.toml": DEALS, "hubspot_contacts.toml": LEADS}


def write_mappings(folder: Path) -> None:
    """Writes them below `folder`/mappings."""
    there = folder / "mappings"
    there.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (there / name).write_text(text, encoding="utf-8")
