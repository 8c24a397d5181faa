"""What is a column of somebody's sheet? The usual headers of CRMs, helpdesks and billing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flows.intake_sheets import Sheet, plain

STRIPE_ID = re.compile(r"(price|prod|plan)_\w+$")

# What stands earlier in a list is preferred where a sheet has several of them.
ROLES: Mapping[str, tuple[str, ...]] = {
    "customer_id": (
        "associated company ids",
        "associated company id",
        "company id",
        "customer id",
        "account id",
        "client id",
        "customer external id",
        "external id",
        "organization id",
        "organisation id",
        "customer number",
        "customer no",
        "account number",
        "account no",
        "kundennummer",
        "kunden nr",
        "kundennr",
        "kunden id",
    ),
    "customer_name": (
        "associated company",
        "company name",
        "account name",
        "customer name",
        "customer",
        "account",
        "company",
        "client",
        "client name",
        "organization",
        "organisation",
        "organization name",
        "ticket organization name",
        "kunde",
        "kundenname",
        "firma",
        "customer description",
        "customer email",
    ),
    "name": ("name", "description", "email"),
    "record_id": ("record id", "id", "uuid"),
    "start": (
        "contract start",
        "contract start date",
        "subscription start",
        "subscription start date",
        "start date",
        "start",
        "started",
        "started at",
        "started on",
        "term start",
        "service start",
        "valid from",
        "customer since",
        "active since",
        "begin",
        "begin date",
        "signup date",
        "sign up date",
        "signed up",
        "became a customer date",
        "vertragsbeginn",
        "vertragsstart",
        "beginn",
        "startdatum",
        "kunde seit",
        "start datum",
    ),
    "end": (
        "ended at",
        "end",
        "end date",
        "ended",
        "ended on",
        "contract end",
        "contract end date",
        "subscription end",
        "subscription end date",
        "term end",
        "valid to",
        "valid until",
        "churn date",
        "churned at",
        "churned on",
        "cancelled at",
        "canceled at",
        "cancelled on",
        "cancellation date",
        "canceled date",
        "vertragsende",
        "ende",
        "enddatum",
        "kundigung zum",
        "gekundigt zum",
    ),
    "mrr": (
        "mrr",
        "monthly recurring revenue",
        "current mrr",
        "mrr amount",
        "monthly",
        "monthly fee",
        "monthly price",
        "monthly amount",
        "monthly revenue",
        "price per month",
        "amount per month",
        "monatsbetrag",
        "monatlich",
        "monatspreis",
        "betrag pro monat",
    ),
    "arr": (
        "arr",
        "annual recurring revenue",
        "acv",
        "annual contract value",
        "annual amount",
        "annual price",
        "annual fee",
        "annual value",
        "yearly",
        "yearly amount",
        "yearly price",
        "price per year",
        "amount per year",
        "jahresbetrag",
        "jahrlich",
        "jahrespreis",
    ),
    "amount": ("amount", "price", "fee", "value", "revenue", "contract value", "betrag", "preis"),
    "plan": (
        "plan",
        "plan name",
        "plans",
        "product",
        "product name",
        "package",
        "subscription plan",
        "tier",
        "edition",
        "tarif",
        "paket",
        "produkt",
    ),
    "owner": (
        "owner",
        "csm",
        "customer success manager",
        "customer success owner",
        "account manager",
        "account owner",
        "company owner",
        "customer owner",
        "deal owner",
        "opportunity owner",
        "kundenbetreuer",
        "betreuer",
        "verantwortlich",
        "ansprechpartner intern",
    ),
    "status": ("status", "customer status", "subscription status", "account status", "zustand"),
    "currency": ("currency", "currency code", "deal currency", "wahrung"),
    "region": ("region", "territory", "sales region", "gebiet"),
    "country": ("country", "country region", "billing country", "billing country region", "land"),
    "segment": (
        "segment",
        "customer segment",
        "account segment",
        "customer tier",
        "account tier",
        "size",
        "company size",
        "market segment",
    ),
    "industry": ("industry", "branche", "vertical"),
    "quantity": ("quantity", "seats", "licenses", "licences", "anzahl", "lizenzen"),
    "interval": ("interval", "billing interval", "billing cycle", "billing period", "frequency"),
    "cancel_reason": ("cancellation reason", "churn reason", "cancel reason", "kundigungsgrund"),
    "is_test": ("is test", "test", "test account"),
    "created": (
        "create date",
        "created at",
        "created",
        "date created",
        "created date",
        "date time opened",
        "opened",
        "opened date",
        "date opened",
        "requested",
    ),
    "stage": ("deal stage", "stage", "opportunity stage"),
    "is_won": ("is closed won", "won"),
    "deal_name": ("deal name", "opportunity name"),
    "closed": ("close date", "closed date", "date time closed", "closed at", "closed"),
    "ticket_id": ("ticket id", "case number", "case id", "ticket", "ticket number"),
    "subject": ("subject", "ticket name", "ticket subject", "betreff"),
    "requester": (
        "requester",
        "requester id",
        "contact name",
        "associated contact",
        "requester email",
    ),
    "channel": ("via", "channel", "source", "case origin", "ticket channel"),
    "priority": ("priority", "ticket priority"),
    "tags": ("tags", "ticket tags"),
    "agent": ("assignee", "ticket owner", "case owner", "agent"),
    "solved": ("solved at", "solved", "resolved at", "resolved", "close date", "date time closed"),
    "first_reply": (
        "first agent reply date",
        "first agent email response date",
        "first response at",
    ),
    "reply_minutes": ("first reply time in minutes",),
    "solve_minutes": ("first resolution time in minutes",),
    "satisfaction": ("satisfaction score", "satisfaction rating", "ticket satisfaction rating"),
    "contact_id": ("contact id",),
    "first_name": ("first name", "vorname"),
    "email": ("email", "email address", "e mail"),
    "job_title": ("job title", "title", "position"),
}


def roles_of(sheet: Sheet) -> dict[str, str]:
    """Return which column of a sheet plays which part; a column may play several."""
    spelled: dict[str, str] = {}
    # of "IDs" and "IDs (Primary)" the primary ones, of two equal headers the first
    for column in sorted(sheet.columns, key=lambda name: "(primary)" not in name.lower()):
        if any(sheet.columns[column]):
            spelled.setdefault(plain(column), column)
    found = {}
    for role, spellings in ROLES.items():
        columns = [spelled[one] for one in spellings if one in spelled]
        if columns:
            found[role] = _named(sheet, columns) if role == "plan" else columns[0]
    return found


def _named(sheet: Sheet, columns: Sequence[str]) -> str:
    """Return the first column with names a person would know, not the ids Stripe gives plans."""
    speaking = (one for one in columns if not all(map(STRIPE_ID.match, sheet.filled(one))))
    return next(speaking, columns[0])


def maker_of(sheet: Sheet, roles: Mapping[str, str]) -> str:
    """Return whose export a sheet seems to be; nothing where it could be anybody's."""
    headers = {plain(column) for column in sheet.columns}
    accounts = "account name" in headers and "mrr" not in roles
    signs = {
        "Stripe": any(sheet.has_utc(column) for column in sheet.columns),
        "Zendesk": "requester" in headers and bool(headers & {"via", "assignee", "group"}),
        "HubSpot": "record id" in headers,
        "Salesforce": bool(headers & {"opportunity name", "case number"})
        or (accounts and bool(headers & {"account owner", "account id", "billing country"})),
        "ChartMogul": "customer since" in headers or {"billing cycle", "mrr"} <= headers,
    }
    return next((maker for maker, seen in signs.items() if seen), "")


def kind_of(roles: Mapping[str, str]) -> str:
    """Return what the rows of a sheet are: tickets, deals, contacts, subscriptions or customers."""
    has = roles.keys()
    is_somebodys = bool(has & {"customer_id", "customer_name", "name"})
    if {"subject", "created"} <= has and has & {"ticket_id", "record_id"}:
        return "tickets"
    if has & {"stage", "is_won"} and has & {"deal_name", "closed"}:
        return "deals"
    if "start" in has and has & {"mrr", "arr", "amount"} and is_somebodys:
        return "subscriptions"
    if "first_name" in has and "email" in has:
        return "contacts"
    return "customers" if is_somebodys else ""
