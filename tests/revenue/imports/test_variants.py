"""The same vendors' exports in other layouts, columns and languages: read right, asked about, or refused with a reason.

What must never happen is a number that looks right and is not: an amount in the wrong currency, a won deal that counts
as open, a report's total among its records.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.revenue.imports.exports import REPORT_FOOT, columns
from tests.revenue.imports.read.books import cell, sheet, xlsx

SALESFORCE = '"Opportunity Name","Stage","Close Date",{money},"Opportunity ID","Account Name"\n'


def test_each_row_of_a_report_with_several_currencies_has_its_own(read: Any) -> None:
    head = SALESFORCE.format(money='"Amount Currency","Amount","Amount (converted) Currency","Amount (converted)"')
    rows = (
        '"A","Closed Won","8/31/2026","USD","1,000.00","EUR","900.00","0065g00000AbCdE","Acme"\n'
        '"B","Closed Lost","9/13/2026","GBP","2,000.00","EUR","2,300.00","0065g00000AbCdF","Acme"\n'
    )
    found = read("report.csv", head + rows + REPORT_FOOT)
    assert columns(found, "amount", "currency") == [(1_000_0000, "USD"), (2_000_0000, "GBP")]
    assert len(found.left_out) == 5


def test_a_converted_amount_is_in_the_currency_it_was_converted_to(read: Any) -> None:
    head = SALESFORCE.format(money='"Amount (converted)","Amount (converted) Currency","Opportunity Currency"')
    found = read("report.csv", head + '"A","Closed Won","8/31/2026","900.00","EUR","USD","0065g00000AbCdE","Acme"\n')
    assert columns(found, "amount", "currency") == [(900_0000, "EUR")]


def test_an_amount_in_company_currency_does_not_take_the_deals(read: Any) -> None:
    head = "Record ID,Deal Name,Deal Stage,Close Date,Amount in company currency,Currency,Create Date\n"
    found = read("deals.csv", head + "1,A,Closed Won,2026-08-31,1000,USD,2026-01-01\n")
    assert columns(found, "amount", "currency") == [(1_000_0000, None)]
    head = head.replace("Currency,Create", "Currency,Currency in company currency,Create")
    found = read("deals.csv", head + "1,A,Closed Won,2026-08-31,1000,USD,CHF,2026-01-01\n")
    assert columns(found, "amount", "currency") == [(1_000_0000, "CHF")]


def test_a_stage_with_its_pipeline_behind_it_is_won(read: Any) -> None:
    head = "Record ID,Deal Name,Deal Stage,Close Date,Amount,Create Date\n"
    won, begun = "Closed Won (Sales Pipeline)", "Contract Sent (Sales Pipeline)"
    rows = f"1,A,{won},2026-08-31,1,2026-01-01\n2,B,{begun},2026-08-31,1,2026-01-01\n"
    assert columns(read("deals.csv", head + rows), "is_won", "is_closed") == [(True, True), (False, False)]


GERMAN = (
    "Datensatz-ID,Deal-Name,Deal-Phase,Betrag,Abschlussdatum,Währung,Erstellungsdatum\n"
    '1,A,Abgeschlossen und gewonnen,"1.000,50",31.08.2026,EUR,01.01.2026\n'
    '2,B,Angebot gesendet,"2.000",30.08.2026,EUR,02.01.2026\n'
    '3,C,Abgeschlossen und verloren,"5",30.08.2026,EUR,02.01.2026\n'
)
SPANISH = (
    "ID de registro,Nombre del negocio,Etapa del negocio,Importe,Fecha de cierre,Fecha de creación\n"
    "1,A,Cierre ganado,1000,31/08/2026,01/01/2026\n2,B,Presupuesto,1000,30/08/2026,01/01/2026\n"
    "3,C,Cierre perdido,1,30/08/2026,01/01/2026\n"
)
REPORT = (
    "Opportunity-Name;Phase;Schlusstermin;Betrag;Opportunity-ID;Accountname\n"
    "A;Gewonnen;31.08.2026;1.000,50;0065g00000AbCdE;Acme\nB;Verhandlung;30.08.2026;3.000,00;0065g00000AbCdG;Acme\n"
    "C;Verloren;30.08.2026;2.000,00;0065g00000AbCdF;Acme\n"
)


@pytest.mark.parametrize("data", [GERMAN, SPANISH, REPORT], ids=["hubspot-de", "hubspot-es", "salesforce-de"])
def test_stages_in_the_companys_language_are_asked_about_and_then_counted(read: Any, data: str) -> None:
    assert read("deals.csv", data).asks == (("stages", ("as-they-say", "open")),)
    told = read("deals.csv", data, stages="as-they-say")
    assert columns(told, "is_won", "is_closed") == [(True, True), (False, False), (False, True)]
    assert str(told.rows[0]["close_on"]) == "2026-08-31"
    left_open = read("deals.csv", data, stages="open")
    assert columns(left_open, "is_won", "is_closed") == [(False, False)] * 3


def test_a_stage_that_is_closed_and_says_no_more_is_asked_about(read: Any) -> None:
    row = '"{}","{}","8/31/2026","1","0065g00000AbCd{}","Acme"\n'
    data = SALESFORCE.format(money='"Amount"') + row.format("A", "Closed", "E") + row.format("B", "Closed Won", "F")
    assert read("report.csv", data).asks == (("stages", ("closed-means-won", "closed-means-lost", "open")),)
    lost = read("report.csv", data, stages="closed-means-lost")
    assert columns(lost, "is_won", "is_closed") == [(False, True), (True, True)]


def test_stages_that_say_nothing_of_the_kind_are_open_and_not_asked_about(read: Any) -> None:
    data = SALESFORCE.format(money='"Amount"') + '"A","Demo","8/31/2026","1","0065g00000AbCdE","Acme"\n'
    assert columns(read("report.csv", data), "is_won", "is_closed") == [(False, False)]


def test_many_deals_of_which_none_is_closed_are_a_note(read: Any) -> None:
    """Stages in a company's own words, which nobody but the company knows to be won or lost: never silent."""
    head = SALESFORCE.format(money='"Amount"')
    row = '"A","{}","8/31/2026","1","0065g00000AbCd{}","Acme"\n'
    stages = ["Signed", "Talks", "Talks", "On hold"] * 3
    open_rows = [row.format(stage, "EFGHIJKLMNOP"[n]) for n, stage in enumerate(stages)]
    said = (
        "All 12 deals count as open: none of their stages says that it is won or lost (On hold, Signed, Talks). If one "
        "does in words of your own, map the file by hand and translate it."
    )
    assert read("report.csv", head + "".join(open_rows)).notes[-1:] == (said,)
    assert said not in read("few.csv", head + "".join(open_rows[:9])).notes
    won = row.format("Closed Won", "Q")
    assert not [n for n in read("won.csv", head + "".join(open_rows) + won).notes if n.startswith("All ")]


@pytest.mark.parametrize("prefix", ["Deal - ", ""])
def test_pipedrive_in_both_its_styles(read: Any, prefix: str) -> None:
    names = (
        "ID",
        "Title",
        "Owner",
        "Value",
        "Currency of Value",
        "Stage",
        "Status",
        "Won time",
        "Lost time",
        "Organization",
    )
    head = ",".join(prefix + name for name in names)
    found = read(
        "deals.csv", f"{head}\n1,A,Jo,1000.5,EUR,Talks,won,2026-08-31 10:00:00,,Acme\n2,B,Jo,1,EUR,Talks,Open,,,Acme\n"
    )
    assert columns(found, "deal_id", "is_won", "amount") == [("1", True, 1_000_5000), ("2", False, 1_0000)]


def test_zoho_amounts_with_their_sign_and_thousands_as_letters(read: Any) -> None:
    head = "Record Id,Deal Owner.id,Deal Owner,Amount,Deal Name,Closing Date,Account Name.id,Account Name,Stage\n"
    rows = ('z1,z9,Jo,$342.09K,A,"15 Apr, 2021",z2,Acme,Closed Won\n'
            'z2,z9,Jo,$1.2M,B,"16 Apr, 2021",z2,Acme,Negotiation/Review\n'
            'z3,z9,Jo,"$1,200.00",C,"16 Apr, 2021",z2,Acme,Closed-Lost to Competition\n')  # fmt: skip
    found = read("deals.csv", head + rows)
    assert columns(found, "amount", "is_closed") == [(342_090_0000, True), (1_200_000_0000, False), (1_200_0000, True)]


def test_one_number_in_another_notation_is_asked_about(read: Any) -> None:
    head = "Topic,Potential Customer,Est. revenue,Status,Status Reason,Est. close date,Actual Close Date\n"
    found = read(
        "view.csv", head + 'A,Acme,"$1,500,000.00 ",Open,New,8/31/2026,\nB,Acme,"€1.500,00",Open,New,8/31/2026,\n'
    )
    assert found.asks == (("decimal", (".", ",")),)


def test_a_static_worksheet_of_dynamics_gives_its_hidden_ids(read: Any) -> None:
    names = ["(Do Not Modify) Opportunity", "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On", "Topic",
             "Potential Customer", "Est. revenue", "Status", "Status Reason"]  # fmt: skip
    values = ["8f1c", "abc", "46265.5", "A", "Acme", "1500", "Open", "In Progress"]
    rows = {
        1: [cell(f"{'ABCDEFGH'[i]}1", name, "s") for i, name in enumerate(names)],
        2: [cell(f"{'ABCDEFGH'[i]}2", value, "" if i == 5 else "s") for i, value in enumerate(values)],
    }
    options = sheet({1: [cell("A1", "opportunity:xyz:", "s")], 2: [cell("A2", "Open,Won,Lost", "s")]})
    found = read(
        "Active Opportunities.xlsx",
        xlsx({"Opportunities": sheet(rows), "hiddenSheet": options}, hidden=("hiddenSheet",)),
    )
    assert columns(found, "deal_id", "amount", "is_won") == [("8f1c", 1_500_0000, False)]


def test_a_formatted_report_with_filters_above_and_totals_below(read: Any) -> None:
    names = ["Opportunity Name", "Account Name", "Amount", "Close Date", "Stage", "Opportunity ID"]
    first = {"B": "A", "C": "Acme", "F": "Closed Won", "G": "0065g00000AbCdE"}
    second = {"B": "B", "C": "Acme", "F": "Proposal", "G": "0065g00000AbCdF"}
    rows = {
        1: [cell("B1", "Deals closing this year", "s")],
        2: [cell("B2", "As of 2026-09-02 04:05:06 Central European Summer Time", "s")],
        4: [cell("B4", "Filtered By", "s")],
        5: [cell("B5", "Show: All opportunities", "s")],
        8: [cell(f"{'BCDEFG'[i]}8", name, "s") for i, name in enumerate(names)],
        9: [*(cell(f"{c}9", v, "s") for c, v in first.items()), cell("D9", "1000.5"), cell("E9", "46265", "d")],
        10: [*(cell(f"{c}10", v, "s") for c, v in second.items()), cell("D10", "5"), cell("E10", "46266", "d")],
        11: [cell("B11", "Total", "s"), cell("C11", "Sum of Amount", "s"), cell("D11", "1005.5")],
    }
    found = read("report.xlsx", xlsx({"Deals": sheet(rows)}))
    assert columns(found, "name", "amount", "is_won") == [("A", 1_000_5000, True), ("B", 5_0000, False)]
    assert 11 in found.left_out


def test_a_page_called_xls_with_amounts_that_name_their_currency(read: Any) -> None:
    names = ("Opportunity Name", "Account Name", "Amount", "Close Date", "Stage", "Opportunity ID")
    head = "".join(f"<th>{name}</th>" for name in names)
    row = "".join(
        f"<td>{v}</td>" for v in ("A &amp; B", "Acme", "USD 1.000,50", "31.08.2026", "Closed Won", "0065g00000AbCdE")
    )
    data = f"<html><body><table><tr>{head}</tr><tr>{row}</tr></table>Copyright (c) salesforce.com</body></html>"
    found = read("report.xls", data)
    assert columns(found, "name", "amount", "currency") == [("A & B", 1_000_5000, "USD")]


def test_drafts_are_left_out_and_tax_is_not_revenue(read: Any) -> None:
    head = "id,Amount Due,Currency,Customer,Date (UTC),Subtotal,Total Discount Amount,Tax,Total,Status\n"
    paid = "in_1,99.00,usd,cus_1,2026-08-31 10:00,100.00,10.00,9.00,99.00,paid\n"
    draft = "in_2,1,jpy,cus_1,2026-08-31 10:00,1,0,0,1,draft\n"
    found = read("invoices.csv", head + paid + draft)
    assert columns(found, "line_id", "net_amount", "currency") == [("in_1", 90_0000, "USD")]
    assert found.left_out == (3,)


def test_payments_of_invoices_are_left_out_and_refunds_taken_off(read: Any) -> None:
    head = (
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Status,Customer ID,Customer Email,Invoice ID\n"
    )
    rows = (
        'ch_1,2026-08-31 10:00:00,"1,000.00",0.00,usd,true,Paid,cus_1,a@b.example,in_1\n'
        "ch_2,2026-08-31 10:00:00,500.00,100.00,usd,true,Paid,cus_1,a@b.example,\n"
        "ch_3,2026-08-31 10:00:00,70.00,0.00,eur,true,Paid,,guest@b.example,\n"
        "ch_4,2026-08-31 10:00:00,70.00,0.00,eur,false,Failed,,guest@b.example,\n"
    )
    found = read("unified_payments.csv", head + rows)
    assert columns(found, "line_id", "account_id", "net_amount", "currency") == [
        ("ch_2", "cus_1", 400_0000, "USD"), ("ch_3", None, 70_0000, "EUR"),
    ]  # fmt: skip
    assert found.left_out == (2, 5)


def test_recurlys_own_exports(read: Any) -> None:
    head = (
        "invoice_id,invoice_number,account_code,invoice_state,invoice_currency,invoice_tax,invoice_total,invoice_date\n"
    )
    rows = (
        "a,1001,acme,paid,USD,9.00,99.00,2026-08-31\nb,1002,acme,closed,USD,0,-50.00,2026-08-31\n"
        "c,1003,acme,failed,USD,0,1,2026-08-31\n"
    )
    found = read("invoices_summary.csv", head + rows)
    assert columns(found, "line_id", "account_id", "net_amount") == [("a", "acme", 90_0000), ("b", "acme", -50_0000)]
    head = "subscription_id,account_code,plan_code,activated_at,subtotal,plan_interval_length,plan_interval_unit\n"
    found = read("subscriptions.csv", head + "s1,acme,gold,2026-01-01 10:00:00 UTC,1200.00,12,months\n")
    assert columns(found, "amount", "interval") == [(1_200_0000, "year")]


QUICKBOOKS_BY_CUSTOMER = """Sales by Customer Detail,,,,,,,,
,Date,Transaction Type,Num,Product/Service,Qty,Sales Price,Amount,Balance
Amy's,,,,,,,,
,01/15/2026,Invoice,0001,Pest Control,1.00,35.00,35.00,35.00
,02/28/2026,Credit Memo,1026,Pest Control,-1.00,100.00,-100.00,-65.00
Total for Amy's,,,,,0.00,,"$  -65.00",
TOTAL,,,,,0.00,,"$  -65.00",
"""
QUICKBOOKS_LIST = """Invoice List,,,,,
Date,Transaction Type,Num,Name,Open Balance,Amount
01/15/2026,Invoice,0001,Amy's,0.00,35.00
02/27/2026,Payment,,Amy's,0.00,-35.00
02/28/2026,Credit Memo,0001,Amy's,0.00,-100.00
"""


def test_a_subscription_of_several_seats_recurs_with_all_of_them(read: Any) -> None:
    """Stripe's Amount is the plan's, for one unit."""
    head = "id,Customer ID,Plan,Quantity,Interval,Amount,Currency,Status,Start (UTC)\n"
    found = read(
        "subscriptions.csv",
        head
        + "s1,c1,seat,12,month,15.00,usd,active,2026-01-01 00:00\ns2,c2,flat,,year,99.00,usd,active,2026-01-01 00:00\n",
    )
    assert columns(found, "subscription_id", "amount") == [("s1", 180_0000), ("s2", 99_0000)]


ZOHO_BOOKS = (
    "Invoice Date,Invoice ID,Invoice Number,Invoice Status,Customer ID,Customer Name,Is Inclusive Tax,Due Date,"
    "Currency Code,Discount Type,Entity Discount Amount,Item Name,Quantity,Item Price,Item Total,Item Tax Amount,"
    "SubTotal,Total,Balance,Sales person\n"
    "2026-06-02,9001,INV-1,Sent,77,Umbrella,false,2026-07-02,INR,entity_level,66,Bracket,2,250,500,90,660,819.2,819.2,Jo\n"
    "2026-06-02,9001,INV-1,Sent,77,Umbrella,false,2026-07-02,INR,entity_level,66,Hinge,4,40,160,19.2,660,819.2,819.2,Jo\n"
    "2026-06-13,9002,INV-2,Draft,78,Krishna,false,,INR,,,Hinge,1,40,40,4.8,40,44.8,44.8,\n"
)


def test_invoices_of_zoho_books_are_net_of_tax_and_of_the_whole_invoices_discount(read: Any) -> None:
    found = read("Invoice.csv", ZOHO_BOOKS)
    assert columns(found, "account_id", "product", "net_amount", "list_amount") == [
        ("77", "Bracket", 450_0000, 500_0000), ("77", "Hinge", 144_0000, 160_0000),
    ]  # fmt: skip
    assert found.left_out == (4,)
    assert read("Invoice.csv", ZOHO_BOOKS.replace(",false,", ",true,")).asks[0][0] == "object"


@pytest.mark.parametrize("data", [QUICKBOOKS_BY_CUSTOMER, QUICKBOOKS_LIST], ids=["grouped", "list"])
def test_reports_that_quickbooks_prints(read: Any, data: str) -> None:
    found = read("report.csv", data)
    assert columns(found, "account", "net_amount") == [("Amy's", 35_0000), ("Amy's", -100_0000)]
    assert not found.faults
    assert len(found.left_out) == (4 if "TOTAL" in data else 2)


def test_a_state_given_as_a_number_says_what_is_won(read: Any) -> None:
    head = "name,customerid,estimatedvalue,estimatedclosedate,actualvalue,actualclosedate,statecode,createdon\n"
    rows = (
        "A,Acme,5,2030-01-31,,,0,2026-01-31\nB,Acme,5,,9,2026-08-31,1,2026-01-31\nC,Acme,5,,,2026-08-31,2,2026-01-31\n"
    )
    found = read("opportunities.csv", head + rows)
    assert columns(found, "amount", "is_won", "is_closed") == [
        (5_0000, False, False), (9_0000, True, True), (5_0000, False, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        "레코드 ID,거래 이름,거래 단계,금액\n1,A,계약 성사,1000\n",
        "Deal - ID,Deal - Titel,Deal - Status,Deal - Phase,Deal - Wert\n1,A,Gewonnen,Neu,100\n",
        "invoice_id,account_code,invoice_number,invoice_state,invoice_billed_date,invoice_total\n"
        "a1,acme,1001,paid,2026-08-31,110.00\n",
    ],
    ids=["hubspot-ko", "pipedrive-de", "recurly-summary-without-tax"],
)
def test_what_is_not_known_is_a_question_and_never_a_guess(read: Any, data: str) -> None:
    found = read("export.csv", data)
    assert [key for key, _ in found.asks] == ["object"]
    assert not found.rows
