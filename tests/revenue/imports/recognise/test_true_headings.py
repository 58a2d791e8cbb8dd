"""Every list of true export headings is told for what it is: vendor and object, or left alone."""

from __future__ import annotations

import json

import pytest

from revenue.imports.recognise import recognise
from tests.realdata import real

LEFT = "left alone"
_SALESFORCE = {
    "Opportunity": "deals", "Account": "accounts", "Contact": LEFT, "Lead": "leads", "Campaign": "campaigns",
    "CampaignMember": "touches", "Case": "tickets", "Task": "activities", "AccountContactRelation": LEFT,
    "OpportunityHistory": "deal_history", "OpportunityContactRole": LEFT, "Event": "activities", "User": "reps",
    "Quote": LEFT, "Contract": LEFT, "Order": "revenue_lines", "OrderItem": LEFT, "ContractLineItem": LEFT,
    "Asset": LEFT,
}  # fmt: skip
_API = (
    "Opportunity", "Account", "Contact", "Lead", "Campaign", "CampaignMember", "Case", "Task", "AccountContactRelation",
    "OpportunityHistory",
)  # fmt: skip
_WEEKLY = tuple(name for name in _SALESFORCE if name not in ("Case", "AccountContactRelation"))
_ZOHO_DEMO = {
    "Accounts": "accounts", "Calls": "activities", "Campaign_Lead_Status": LEFT, "Campaigns": "campaigns",
    "Cases": LEFT,
    "Contacts": LEFT, "Events": "activities", "Invoice_Line_Items": LEFT, "Invoices": "revenue_lines", "Leads": "leads",
    "Potentials": "deals", "Price_Books": LEFT, "Products": "products", "Purchase_Order_Line_Items": LEFT,
    "Purchase_Orders": LEFT, "Quotes": LEFT, "Sales_Order_Line_Items": LEFT, "Sales_Orders": LEFT, "Tasks": LEFT,
    "Users": "reps", "Vendors": LEFT,
}  # fmt: skip
TRUE = {
    "salesforce/data_loader_uppercase_opportunity": "deals",
    "salesforce/data_loader_uppercase_account": "accounts",
    "salesforce/line_item_api": LEFT,
    "salesforce/report_ui_labels/Opportunities": "deals",
    "salesforce/report_ui_labels/Opportunity History": "deal_history",
    "salesforce/report_ui_labels/Opportunity Field History": "deal_history",
    "salesforce/report_ui_labels/Accounts": "accounts",
    "salesforce/report_ui_labels/Tasks and Events": "activities",
    "salesforce/report_ui_labels/Contacts": LEFT,
    "hubspot/deals_ui": "deals deal_history",
    "hubspot/companies_ui": "accounts",
    "hubspot/contacts_ui": "leads",
    "hubspot/tickets_ui": "tickets",
    "hubspot/activities_ui": "activities",
    "hubspot/spanish_seen": "leads",
    "hubspot/deal_api": "deals deal_history",
    "pipedrive/deals_prefixed": "deals",
    "pipedrive/organizations_prefixed": "accounts",
    "pipedrive/persons_prefixed": LEFT,
    "pipedrive/activities_unprefixed": "activities",
    "pipedrive/activities_prefixed": "activities",
    "pipedrive/notes": LEFT,
    "pipedrive/deals_api": "deals",
    "zoho/deals_export": "deals",
    "zoho/accounts_export": "accounts",
    "zoho/contacts_export": LEFT,
    "zoho/leads_export": "leads",
    "zoho/tasks_export": LEFT,
    "zoho/calls_export": "activities",
    "zoho/notes_export": LEFT,
    "dynamics365/opportunity_ui": "deals",
    "dynamics365/account_ui": "accounts",
    "dynamics365/goal_ui": "targets",
    "dynamics365/product_ui": "products",
    "dynamics365/appointment_ui": "activities",
    "dynamics365/user_ui": "reps",
    "invoices/zoho_invoices": "revenue_lines",
    "invoices/zoho_invoice_lines": LEFT,
    "invoices/xero_lines_api": LEFT,
    "invoices/quickbooks_invoice_api": "revenue_lines",
    "invoices/stripe_invoice_api": "revenue_lines",
    **{f"salesforce/api_soql_csv/{name}": _SALESFORCE[name] for name in _API},
    **{f"salesforce/weekly_data_export_standard_fields_only/{name}": _SALESFORCE[name] for name in _WEEKLY},
    **{f"zoho/analytics_demo/{name}": told for name, told in _ZOHO_DEMO.items()},
}


def headings(path: str) -> list[str]:
    """The list at a path of headings.json."""
    found = json.loads(real("headings.json").read_text())
    for part in path.split("/"):
        found = found[part]
    assert isinstance(found, list)
    return found


def vendor_of(path: str) -> str:
    """The preset folder that a path of headings.json belongs to."""
    first, rest = path.split("/", 1)
    return {"dynamics365": "dynamics", "invoices": rest.split("_")[0]}.get(first, first)


@pytest.mark.parametrize("path", sorted(TRUE))
def test_true_headings_are_told(path: str) -> None:
    found = recognise(headings(path), sample=None, file_name="")
    assert found.question is None
    assert found.plan is not None
    assert {plan.vendor for plan in found.plans} == {vendor_of(path)}
    if TRUE[path] == LEFT:
        assert found.plan.ignore
    else:
        assert not found.plan.ignore
        assert " ".join(plan.object for plan in found.plans) == TRUE[path]


def test_every_list_is_covered() -> None:
    lists: list[str] = []

    def walk(path: str, found: object) -> None:
        if isinstance(found, dict):
            for key, value in found.items():
                walk(f"{path}/{key}" if path else key, value)
        elif isinstance(found, list) and not path.startswith("_"):
            lists.append(path)

    walk("", json.loads(real("headings.json").read_text()))
    # Three columns that open other lists, and the invoices whose currency is asked for without rows at hand.
    assert set(lists) - set(TRUE) == {"dynamics365/static_worksheet_lead_columns", "invoices/xero_api"}


@pytest.mark.parametrize("path", sorted(p for p in TRUE if TRUE[p] != LEFT))
def test_custom_columns_change_nothing(path: str) -> None:
    theirs = [*headings(path), "Custom_Score__c", "Anything at all"]
    found = recognise(theirs, sample=None, file_name="")
    assert " ".join(plan.object for plan in found.plans) == TRUE[path]
    assert found.plan is not None
    assert found.plan.unused[-2:] == ("Custom_Score__c", "Anything at all")


def test_xero_asks_for_the_currency_its_rates_turn_amounts_into() -> None:
    theirs = headings("invoices/xero_api")
    asked = recognise(theirs, sample=None, file_name="")
    assert asked.question is not None
    assert asked.question.key == "currency"
    told = recognise(theirs, sample=None, file_name="", answers={"currency": "CAD"})
    assert told.plan is not None
    assert told.plan.columns["currency"].constant == "CAD"


def test_dynamics_hidden_columns_are_used_as_ids() -> None:
    theirs = [*headings("dynamics365/static_worksheet_lead_columns"), *headings("dynamics365/opportunity_ui")]
    plan = recognise(theirs, sample=None, file_name="").plan
    assert plan is not None
    assert plan.columns["deal_id"].headings == (0,)
    assert plan.key == ("deal_id",)
    assert not plan.content_key
    without = recognise(headings("dynamics365/opportunity_ui"), sample=None, file_name="").plan
    assert without is not None
    assert without.content_key
    assert without.key == ("name", "account", "created_on")
    assert "deal_id" in without.optional
