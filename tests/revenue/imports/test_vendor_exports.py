"""Files as the vendors' own pages write them, with their titles, footers and habits: read right, or asked about.

The headings are those of the vendors' export pages and of public programs that read them; the records are made up.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.revenue.imports.exports import REPORT_FOOT, columns

DAY = date(2026, 8, 31)


def table(heading: str, *lines: str) -> str:
    """A CSV file."""
    return "\n".join([heading, *lines, ""])


# Salesforce


def test_salesforce_opportunities_with_products_hold_the_deals_money_again(read: Any) -> None:
    head = (
        '"Opportunity Name","Account Name","Opportunity Owner","Stage","Close Date","Product Name","Product Code",'
        '"Quantity","Sales Price","List Price","Total Price","Product Date","Opportunity ID"'
    )
    rows = (
        '"A","Acme","Jo Do","Closed Won","8/31/2026","Widget","W1","2.00","500.00","600.00","1,000.00","","0065g00000AbCdE"',
        '"A","Acme","Jo Do","Closed Won","8/31/2026","Care","S1","1.00","100.00","100.00","100.00","","0065g00000AbCdE"',
    )
    found = read("report1693.csv", table(head, *rows) + REPORT_FOOT)
    assert found.ignored == "Salesforce report: opportunities with products"


def test_salesforce_history_of_stages_is_dated_and_its_percents_are_read(read: Any) -> None:
    head = (
        '"Opportunity Name","Opportunity Owner","Account Name","From Stage","To Stage","Amount","Probability (%)",'
        '"Close Date","Stage Duration","Last Modified","Last Modified By","Opportunity ID"'
    )
    row = '"A","Jo Do","Acme","Proposal","Closed Won","1,000.00","100%","8/31/2026","12","8/30/2026","Jo","0065g00000AbCdE"'
    found = read("report.csv", table(head, row) + REPORT_FOOT)
    assert columns(found, "deal_id", "stage", "amount", "probability", "close_on") == [
        ("0065g00000AbCdEAAV", "Closed Won", 1_000_0000, 10_000, DAY)
    ]
    assert len(found.left_out) == 5


def test_salesforce_history_of_fields_takes_each_edit_for_its_own_column(read: Any) -> None:
    head = '"Opportunity Name","Field / Event","Old Value","New Value","Edit Date","Edited By","Opportunity ID","Stage"'
    rows = (
        '"A","Stage","Proposal","Closed Won","8/31/2026, 3:05 PM","Jo Do","0065g00000AbCdE","Closed Won"',
        '"A","Amount","$900.00","$1,000.00","8/30/2026, 3:05 PM","Jo Do","0065g00000AbCdE","Closed Won"',
    )
    found = read("report.csv", table(head, *rows) + REPORT_FOOT)
    assert columns(found, "stage", "amount") == [("Closed Won", None), (None, 1_000_0000)]


def test_salesforce_weekly_export_without_its_deleted_records_and_null_ids(read: Any) -> None:
    head = (
        '"Id","IsDeleted","AccountId","Name","StageName","Amount","Probability","CloseDate","Type","LeadSource",'
        '"IsClosed","IsWon","ForecastCategoryName","CampaignId","OwnerId","CreatedDate","SystemModstamp"'
    )
    kept = (
        '"0065g00000AbCdEAAV","0","0015g00000AbCdEAAV","Size","Closed Won","1000.0","100.0","2026-08-31","New Business",'
        '"Web","1","1","Closed","000000000000000AAA","0055g000001AbCdEAA","2026-01-05 10:00:00","2026-08-31 10:00:00"'
    )
    gone = kept.replace("AbCdEAAV", "AbCdFAAV", 1).replace('"0"', '"1"', 1)
    found = read("Opportunity.csv", table(head, kept, gone))
    assert columns(found, "deal_id", "amount", "probability", "is_won", "deal_type", "campaign") == [
        ("0065g00000AbCdEAAV", 1_000_0000, 10_000, True, "new", None)
    ]
    assert found.left_out == (3,)


def test_salesforce_page_called_xls_has_a_currency_a_row(read: Any) -> None:
    names = ("Opportunity Name", "Account Name", "Stage", "Amount Currency", "Amount", "Close Date", "Opportunity ID")
    head = "".join(f"<th>{name}</th>" for name in names)
    cells = (("A", "Acme", "Closed Won", "USD", "1,000.00", "8/31/2026", "0065g00000AbCdE"),
             ("B", "Beta", "Proposal", "GBP", "2.00", "9/15/2026", "0065g00000AbCdF"))  # fmt: skip
    rows = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in cells)
    page = f"<html><body><table><tr>{head}</tr>{rows}</table><br>Copyright (c) 2000-2026 salesforce.com, inc.</body></html>"
    assert columns(read("report.xls", page), "amount", "currency") == [(1_000_0000, "USD"), (2_0000, "GBP")]


# HubSpot, in the user's language

LANGUAGES = {
    "de": (
        "Datensatz-ID,Deal-Name,Deal-Phase,Betrag,Abschlussdatum,Zuständiger Mitarbeiter für Deal,Erstellungsdatum,"
        "Deal-Typ,Zugehöriges Unternehmen,Währung", "Abgeschlossen und gewonnen", "Abgeschlossen und verloren",
    ),
    "fr": (
        "ID de l'enregistrement,Nom de la transaction,Phase de la transaction,Montant,Date de fermeture,"
        "Propriétaire de la transaction,Date de création,Type de transaction,Entreprises associées,Devise",
        "Fermé gagné", "Fermé perdu",
    ),
    "es": (
        "ID de registro,Nombre del negocio,Etapa del negocio,Valor,Fecha de cierre,Propietario del negocio,"
        "Fecha de creación,Tipo de negocio,Empresas asociadas,Moneda", "Cierre ganado", "Cierre perdido",
    ),
    "pt": (
        "ID do registro,Nome do negócio,Etapa do negócio,Valor,Data de fechamento,Proprietário do negócio,"
        "Data de criação,Tipo de negócio,Empresas associadas,Moeda", "Negócio ganho", "Negócio perdido",
    ),
    "ja": ("レコードID,取引名,取引ステージ,金額,クローズ日,取引担当者,作成日,取引タイプ,関連する会社,通貨", "契約成立", "不成立"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_hubspot_deals_in_the_users_language(read: Any, language: str) -> None:
    """Every column is found; what its stages mean is asked, since they are the company's own words."""
    head, won, lost = LANGUAGES[language]
    rows = [
        f"{n},{name},{stage},{amount},2026-08-31 10:00,Jo Do,2026-01-05 10:00,newbusiness,Acme,USD"
        for n, name, stage, amount in ((1001, "A", won, "1000.5"), (1002, "B", lost, "5"), (1003, "C", "?", "7"))
    ]
    data = table(head, *rows)
    assert read("hubspot-crm-exports.csv", data).asks == (("stages", ("as-they-say", "open")),)
    found = read("hubspot-crm-exports.csv", data, stages="as-they-say")
    assert columns(found, "deal_id", "name", "account", "owner", "amount", "currency", "deal_type", "close_on") == [
        (str(n), name, "Acme", "Jo Do", amount, "USD", "new", DAY)
        for n, name, amount in ((1001, "A", 1_000_5000), (1002, "B", 5_0000), (1003, "C", 7_0000))
    ]
    assert columns(found, "is_won", "is_closed") == [(True, True), (False, True), (False, False)]


@pytest.mark.parametrize(
    "head",
    [
        "ID de l'enregistrement,Nom de l'entreprise,Nom de domaine de l'entreprise,Pays/Région,Nombre d'employés",
        "ID do registro,Nome da empresa,Nome de domínio da empresa,País/região,Número de funcionários",
        "レコードID,会社名,会社のドメイン名,国/地域,従業員数",
    ],
    ids=["fr", "pt", "ja"],
)
def test_hubspot_companies_in_the_users_language(read: Any, head: str) -> None:
    found = read("companies.csv", table(head, "9001,Acme,acme.example,Japan,12"))
    assert columns(found, "account_id", "name", "country", "employees") == [("9001", "Acme", "Japan", 12)]


def test_hubspot_line_items_are_left_to_their_deals(read: Any) -> None:
    head = "Record ID,Name,SKU,Quantity,Unit price,Unit discount,Net price,Term,Billing frequency,Currency,Create Date"
    found = read("line-items.csv", table(head, "5001,Widget,W1,2,500,0,1000,P12M,Monthly,EUR,2026-01-05 10:00"))
    assert found.ignored == "HubSpot line items"


def test_hubspot_subscriptions_are_a_question_that_offers_subscriptions_first(read: Any) -> None:
    head = (
        "Record ID,Subscription Name,Status,Billing frequency,Recurring billing amount,Start date,End date,Currency,"
        "Create Date,Associated Company"
    )
    found = read("subs.csv", table(head, "7001,Gold,Active,monthly,100,2026-01-01,,EUR,2026-01-05 10:00,Acme"))
    assert found.asks[0][0] == "object"
    assert found.asks[0][1][0] == "subscriptions"


# Pipedrive


def test_pipedrive_deals_with_their_prefix_close_when_they_were_won_or_lost(read: Any) -> None:
    names = (
        "ID", "Title", "Owner", "Organization", "Stage", "Value", "Currency of Value", "Probability", "Status",
        "Expected close date", "Won time", "Lost time", "Lost reason", "Deal created",
    )  # fmt: skip
    rows = (
        "1,A,Jo Do,Acme,Talks,1000,EUR,,Won,2026-08-15,2026-08-31 10:00:00,,,2026-01-05 10:00:00",
        "2,B,Jo Do,Acme,Talks,500,EUR,50,Open,2026-12-30,,,,2026-01-05 10:00:00",
        "3,C,Jo Do,Beta,Talks,70,USD,,Lost,,,2026-08-01 09:00:00,Price,2026-01-05 10:00:00",
    )
    found = read("deals-1234567-99.csv", table(",".join(f"Deal - {name}" for name in names), *rows))
    assert columns(found, "is_won", "is_closed", "currency", "lost_reason", "close_on") == [
        (True, True, "EUR", None, DAY), (False, False, "EUR", None, date(2026, 12, 30)),
        (False, True, "USD", "Price", date(2026, 8, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize("prefix", ["Activity - ", ""])
def test_pipedrive_activities_count_when_they_are_done(read: Any, prefix: str) -> None:
    names = ("ID", "Subject", "Type", "Done", "Due date", "Due time", "Duration", "Marked as done time",
             "Assigned to user", "Organization", "Deal", "Add time")  # fmt: skip
    rows = (
        "11,Ring,Call,Done,2026-08-31,10:00,00:30,2026-08-31 10:31:00,Jo Do,Acme,A,2026-08-30 10:00:00",
        "12,Ring,Call,To do,2026-09-30,,,,Jo Do,Acme,A,2026-08-30 10:00:00",
    )
    found = read("activities.csv", table(",".join(prefix + name for name in names), *rows))
    assert columns(found, "activity_id", "kind", "rep") == [("11", "call", "Jo Do")]


def test_pipedrive_organizations(read: Any) -> None:
    names = ("ID", "Name", "Label", "Owner", "People", "Open deals", "Address", "Country of Address", "Industry")
    head = ",".join(f"Organization - {name}" for name in names)
    found = read("organizations.csv", table(head, "21,Acme,,Jo Do,2,1,Main St 1,Germany,Machines"))
    assert columns(found, "account_id", "name", "country", "owner") == [("21", "Acme", "Germany", "Jo Do")]


# Zoho


@pytest.mark.parametrize("word", ["Deal", "Potential"])
def test_zoho_deals_by_their_new_name_and_their_old(read: Any, word: str) -> None:
    old = word == "Potential"
    head = (
        f"{'Potential Id' if old else 'Record Id'},{word} Owner.id,{word} Owner,Amount,{word} Name,Closing Date,"
        "Account Name.id,Account Name,Stage,Type,Probability (%),Created Time,Currency"
    )
    won = "z1,z9,Jo,1000,A,2026-08-31,z2,Acme,Closed Won,New Business,100,2026-01-05 10:00:00,EUR"
    lost = "z3,z9,Jo,500,B,2026-10-31,z2,Acme,Closed-Lost to Competition,Existing Business,0,2026-01-05 10:00:00,EUR"
    found = read("Deals_2026_09_01.csv", table(head, won, lost))
    assert columns(found, "deal_id", "account_id", "owner", "amount", "is_won", "is_closed", "deal_type") == [
        ("z1", "z2", "z9", 1_000_0000, True, True, "new"), ("z3", "z2", "z9", 500_0000, False, True, "expansion"),
    ]  # fmt: skip


# Dynamics


def test_dynamics_view_with_its_hidden_columns_knows_currencies_by_name(read: Any) -> None:
    head = (
        "(Do Not Modify) Opportunity,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,Potential Customer,"
        "Est. close date,Est. revenue,Probability,Currency,Owner,Status,Status Reason,Actual Revenue,Actual Close Date"
    )
    rows = (
        '8f-1,abc,8/31/2026 10:00,A,Acme,12/31/2026,"$1,500.00",50,US Dollar,Jo Do,Open,In Progress,,',
        '8f-2,abc,8/31/2026 10:00,B,Beta,8/15/2026,"$500.00",100,Euro,Jo Do,Won,Won,"$450.00",8/31/2026',
    )
    found = read("All Opportunities.csv", table(head, *rows))
    assert columns(found, "deal_id", "amount", "currency", "is_won", "close_on") == [
        ("8f-1", 1_500_0000, "USD", False, date(2026, 12, 31)), ("8f-2", 450_0000, "EUR", True, DAY),
    ]  # fmt: skip


def test_dynamics_goals_are_targets_up_to_their_last_day(read: Any) -> None:
    head = (
        "(Do Not Modify) Goal,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Name,Goal Owner,Goal Metric,"
        "Target (Money),Actual (Money),From,To,Fiscal Period,Status,Parent Goal"
    )
    row = '8f,abc,8/31/2026 10:00,Q3,Jo Do,Revenue,"$100,000.00","$50,000.00",7/1/2026,9/30/2026,Quarter 3,Open,Company'
    found = read("Goals.csv", table(head, row, row.replace("8f", "9f").replace(",Company", ",")))
    assert columns(found, "metric", "rep", "amount", "period_start", "period_end") == [
        ("net_revenue", rep, 100_000_0000, date(2026, 7, 1), date(2026, 10, 1)) for rep in ("Jo Do", None)
    ]


# Xero

XERO = (
    "ContactName,EmailAddress,POAddressLine1,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,TaxTotal,InventoryItemCode,"
    "Description,Quantity,UnitAmount,Discount,LineAmount,AccountCode,TaxType,TaxAmount,Currency,Type,Sent,Status"
)


def test_xero_sales_invoices_are_net_lines_without_drafts(read: Any) -> None:
    rows = (
        "Acme,,,INV-1,,31/08/2026,30/09/2026,120.00,20.00,W1,Widget,2,50.00,,100.00,200,20%,20.00,GBP,Sales invoice,Sent,Paid",
        "Acme,,,INV-2,,31/08/2026,30/09/2026,12.00,2.00,,Bolt,1,10.00,,10.00,200,20%,2.00,GBP,Sales invoice,,Draft",
    )
    found = read("SalesInvoices.csv", table(XERO, *rows))
    assert columns(found, "account", "booked_on", "net_amount", "currency") == [("Acme", DAY, 100_0000, "GBP")]
    assert found.left_out == (3,)


def test_xero_import_template_says_that_its_net_amount_is_missing(read: Any) -> None:
    """Whether its unit amounts have tax in them is chosen while importing it, and written nowhere."""
    head = "*ContactName,*InvoiceNumber,*InvoiceDate,*DueDate,Total,*Description,*Quantity,*UnitAmount,*AccountCode,*TaxType"
    found = read(
        "SalesInvoiceTemplate.csv", table(head, "Acme,INV-1,31/08/2026,30/09/2026,120.00,Widget,2,50.00,200,20%")
    )
    assert found.asks == (("mapping", ("revenue_lines",)),)


def test_xero_receivable_invoice_detail_between_its_title_and_its_total(read: Any) -> None:
    data = table(
        "Receivable Invoice Detail", "Demo Company (UK)", "For the period 1 August 2026 to 31 August 2026", "",
        "Invoice Number,Source,Contact,Invoice Date,Due Date,Description,Quantity,Unit Price,Net,VAT,Gross,Status",
        "INV-1,Receivable Invoice,Acme,31 Aug 2026,30 Sep 2026,Widget,2,50.00,100.00,20.00,120.00,Authorised",
        "Total,,,,,,,,100.00,20.00,120.00,",
    )  # fmt: skip
    found = read("Receivable_Invoice_Detail.csv", data)
    assert columns(found, "account", "booked_on", "net_amount") == [("Acme", DAY, 100_0000)]
    assert found.left_out == (1, 2, 3, 7)


# QuickBooks


def test_quickbooks_sales_by_customer_with_its_new_headings(read: Any) -> None:
    data = table(
        '"Acme Co"', '"Sales by Customer Detail"', '"January 1-August 31, 2026"', "",
        "Customer,Transaction date,Transaction type,Num,Product/Service full name,Memo/Description,Quantity,Sales price,"
        "Amount,Balance", "Amy,,,,,,,,,", ",08/31/2026,Invoice,1001,Design,Work,2,50.00,100.00,100.00",
        "Total for Amy,,,,,,2,,$100.00,", "TOTAL,,,,,,2,,$100.00,", "",
        '"Tuesday, September 1, 2026 10:00 AM GMTZ - Accrual Basis"',
    )  # fmt: skip
    found = read("Sales by Customer Detail.csv", data)
    assert columns(found, "account", "booked_on", "net_amount", "product") == [("Amy", DAY, 100_0000, "Design")]


def test_quickbooks_transactions_by_customer_are_sales_and_not_their_payments(read: Any) -> None:
    data = table(
        "Acme Co,,,,,,,", "Transaction List by Customer,,,,,,,", '"January - August, 2026",,,,,,,', ",,,,,,,",
        ",Date,Transaction Type,Num,Posting (Y/N),Memo/Description,Account full name,Amount", "Amy,,,,,,,",
        ",08/31/2026,Invoice,1001,Yes,,Accounts Receivable (A/R),100.00",
        ",08/31/2026,Payment,,Yes,,Undeposited Funds,-100.00", "Total for Amy,,,,,,,$0.00",
    )  # fmt: skip
    found = read("Transaction List by Customer.csv", data)
    assert columns(found, "account", "booked_on", "net_amount") == [("Amy", DAY, 100_0000)]


def test_quickbooks_invoices_page_calls_the_number_no(read: Any) -> None:
    data = table(
        "Date,No.,Customer,Memo,Due date,Amount,Balance,Status",
        '08/31/2026,0101,Amy,,09/30/2026,"$1,100.00","$0.00",Paid',
        '08/15/2026,0102,Bo,,09/30/2026,"$50.00","$50.00",Voided',
    )
    found = read("Invoices.csv", data)
    assert columns(found, "line_id", "account", "net_amount") == [("0101", "Amy", 1_100_0000)]
    assert found.left_out == (3,)


# Stripe and Recurly


def test_stripe_invoices_by_all_their_columns(read: Any) -> None:
    head = (
        "id,Number,Customer,Customer Name,Customer Email,Currency,Status,Created (UTC),Finalized At (UTC),Subtotal,"
        "Total Discount Amount,Tax,Total,Amount Due,Amount Paid,Billing,Paid,Subscription"
    )
    rows = (
        "in_1,AB-1,cus_1,Acme,a@b.example,usd,paid,2026-08-31 10:00,2026-08-31 11:00,100.00,10.00,9.00,99.00,99.00,99.00,,true,",
        "in_2,AB-2,cus_1,Acme,a@b.example,usd,void,2026-08-31 10:00,,100.00,,0,100,100,0,,,",
        "in_3,AB-3,cus_2,Beta,,jpy,open,2026-08-30 10:00,2026-08-30 10:00,1000,0,0,1000,1000,0,,,",
    )
    found = read("invoices.csv", table(head, *rows))
    assert columns(found, "line_id", "net_amount", "currency") == [
        ("in_1", 90_0000, "USD"),
        ("in_3", 1_000_0000, "JPY"),
    ]


def test_stripe_subscription_recurs_from_the_end_of_its_trial(read: Any) -> None:
    head = "id,Customer ID,Plan,Quantity,Currency,Interval,Amount,Status,Start (UTC),Trial Start (UTC),Trial End (UTC),Ended At (UTC)"
    rows = (
        "s1,c1,p1,2,usd,month,50.00,active,2026-01-01 00:00,,,",
        "s2,c2,p1,1,usd,month,9.00,trialing,2026-08-01 00:00,2026-08-01 00:00,2026-08-31 00:00,",
        "s3,c3,p1,1,usd,month,9.00,incomplete_expired,2026-08-01 00:00,,,",
    )
    found = read("subscriptions.csv", table(head, *rows))
    assert columns(found, "subscription_id", "starts_on", "amount") == [
        ("s1", date(2026, 1, 1), 100_0000), ("s2", DAY, 9_0000),
    ]  # fmt: skip
    assert found.left_out == (4,)


def test_stripe_refunds_leave_nothing_of_the_payment(read: Any) -> None:
    head = "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Fee,Status,Customer ID,Customer Email,Invoice ID"
    rows = (
        "ch_1,2026-08-31 10:00:00,100.00,0.00,usd,true,92.00,3.20,Paid,cus_1,a@b.example,",
        "ch_2,2026-08-31 10:00:00,100.00,100.00,usd,true,92.00,3.20,Refunded,cus_1,a@b.example,",
    )
    found = read("unified_payments.csv", table(head, *rows))
    assert columns(found, "line_id", "net_amount", "currency") == [("ch_1", 100_0000, "USD"), ("ch_2", 0, "USD")]


def test_recurly_subscriptions_end_when_they_expire(read: Any) -> None:
    head = (
        "subscription_id,account_code,plan_code,subscription_state,quantity,unit_amount,subtotal,currency,activated_at,"
        "canceled_at,expires_at,plan_interval_length,plan_interval_unit"
    )
    row = "s2,beta,gold,expired,1,50.00,50.00,USD,2025-01-01 10:00:00 UTC,2025-06-01,2025-07-01,1,months"
    found = read("subscriptions.csv", table(head, row))
    assert columns(found, "amount", "interval", "ends_on") == [(50_0000, "month", date(2025, 7, 1))]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("Invoices.csv", "Invoice Number,Customer Id,Subscription Id,Status,Invoice Date,Currency,Sub Total,Tax Total,Amount\n"
                         "1001,cb_1,sub_1,Paid,31-Aug-2026,USD,100.00,9.00,109.00\n"),
        ("Subscriptions.csv", "subscriptions.id,subscriptions.plan_id,subscriptions.status,customers.id\ns1,gold,active,c1\n"),
        ("Subscriptions.csv", "Subscription ID,Customer ID,Plan Name,Amount,Currency Code,Interval,Interval Unit,Status,"
                              "Activated Date\n90,77,Gold,118.00,INR,1,months,live,2026-01-01\n"),
    ],
    ids=["chargebee-invoices", "chargebee-subscriptions", "zoho-billing-subscriptions"],
)  # fmt: skip
def test_billing_systems_without_a_preset_are_a_question_and_never_a_guess(read: Any, name: str, data: str) -> None:
    found = read(name, data)
    assert found.asks[0][0] == "object"
    assert not found.rows
