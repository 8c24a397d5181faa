"""What is asked of Salesforce? Its objects, and which fields of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.connectors.fields import named
from tasks.connectors.salesforce.settings import (
    ENDS,
    MRR,
    PLAN,
    REGION,
    SEGMENT,
    STARTS,
    TERM,
    Names,
    SalesforceSettings,
    SurveySettings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ID, STAMP, CREATED = "Id", "SystemModstamp", "CreatedDate"
ACCOUNTS, CONTACTS, OWNERS = "accounts", "contacts", "owners"
OPPORTUNITIES, LINES = "opportunities", "opportunity lines"
CASES, MAILS, COMMENTS, STATUSES = "cases", "case emails", "case comments", "case statuses"
ACCOUNT_HISTORY, CASE_HISTORY = "account history", "case history"
TASKS, EVENTS = "tasks", "events"
CUSTOMERS = ("customers", "customer_versions")
SUBSCRIPTIONS = ("subscription_versions", "contracts")
TICKETS, TOUCHES, ANSWERS = ("tickets",), ("touches",), ("survey_responses",)
CALLED = {"Owner": "OwnerId", "Parent": "ParentId"}  # in a history, lookups have no Id
CURRENCY = "CurrencyIsoCode"  # only orgs with several currencies have it


@dataclass(frozen=True, slots=True)
class Kind:
    """One object: the ``name`` of its stream, and the fields that are asked for.

    Without one of ``needed`` its rows mean nothing, or something else, so that it is a problem;
    ``hoped`` are Salesforce's own, whose absence is only told; ``guessed`` are taken if there.
    ``stamp`` is its last change, ``months``: only what was changed in the last months.
    """

    name: str
    sobject: str
    needed: Names
    hoped: Names = ()
    guessed: Names = ()
    stamp: str = STAMP
    is_deleted: bool = True  # whether deleted ones are marked so
    months: int | None = None
    optional: bool = True
    tables: tuple[str, ...] = ()
    has_feed: bool = False  # whether there is a list of deleted ones
    is_listed: bool = False  # whether its ids are compared once in a while
    where: str = ""


def kinds(settings: SalesforceSettings) -> tuple[Kind, ...]:
    """Return the objects that this org is asked for."""
    of = [
        accounts(settings),
        _account_history(settings),
        _contacts(),
        _owners(),
        opportunities(settings),
        lines(settings),
        *_touches(settings),
        *(_cases(settings) if settings.cases else ()),
        *(survey(one, settings) for one in settings.surveys),
    ]
    return tuple({kind.name: kind for kind in of}.values())


def attributes(settings: SalesforceSettings) -> dict[str, Names]:
    """Return which fields of an account its attributes over time are read from."""
    said = settings.fields.accounts
    return {
        "parent_id": ("ParentId",),
        "owner_id": ("OwnerId",),
        "segment": named(said.segment, SEGMENT),
        "plan": named(said.plan, PLAN),
        "region": named(said.region, REGION),
    }


def accounts(settings: SalesforceSettings) -> Kind:
    """Return what is asked of accounts."""
    said = settings.fields.accounts
    given = _given(said.segment, said.plan, said.region, said.is_test)
    return Kind(
        ACCOUNTS,
        "Account",
        needed=("MasterRecordId", CREATED, *given, *said.external_ids),
        hoped=("Name", "ParentId", "OwnerId", "Industry", "BillingCountry", "AccountSource"),
        guessed=(*SEGMENT, *PLAN, *REGION),
        optional=False,
        tables=(*CUSTOMERS, *SUBSCRIPTIONS),
        has_feed=True,
        is_listed=True,
    )


def _account_history(settings: SalesforceSettings) -> Kind:
    own = [name for names in attributes(settings).values() for name in names]
    told = (*own, *(short for short, name in CALLED.items() if name in own))
    return Kind(
        ACCOUNT_HISTORY,
        "AccountHistory",
        needed=("AccountId", "Field", "OldValue", "NewValue", CREATED),
        stamp=CREATED,
        tables=("customer_versions",),
        where=_about(*told),
    )


def _about(*fields: str) -> str:
    """Return the part of a question that asks a history for these fields alone."""
    return f"Field IN ({', '.join(repr(name) for name in sorted(fields))})"


def _contacts() -> Kind:
    return Kind(
        CONTACTS,
        "Contact",
        needed=("AccountId", "MasterRecordId", CREATED),
        hoped=("Email", "Title"),
        tables=("contacts",),
        has_feed=True,
        is_listed=True,
    )


def _owners() -> Kind:
    hoped = ("Name", "Email", "IsActive", "ManagerId", "UserType")
    return Kind(OWNERS, "User", (), hoped, is_deleted=False, tables=("owners",))


def opportunities(settings: SalesforceSettings) -> Kind:
    """Return what is asked of opportunities."""
    said = settings.fields.opportunities
    given = _given(
        said.mrr, said.starts_on, said.ends_on, said.term_months, said.parent, said.cancel_reason
    )
    return Kind(
        OPPORTUNITIES,
        "Opportunity",
        needed=("AccountId", "Amount", "CloseDate", "IsClosed", "IsWon", "Type", CREATED, *given),
        hoped=("StageName",),
        guessed=(CURRENCY, *MRR, *STARTS, *ENDS, *TERM),
        optional=False,
        tables=SUBSCRIPTIONS,
        has_feed=True,
        is_listed=True,
    )


def lines(settings: SalesforceSettings) -> Kind:
    """Return what is asked of opportunity products."""
    said = settings.fields.lines
    given = _given(said.billed, said.ends_on, said.term_months, said.free_months)
    return Kind(
        LINES,
        "OpportunityLineItem",
        needed=("OpportunityId", "Quantity", "UnitPrice", said.starts_on, CREATED, *given),
        hoped=("Discount", "Product2.Name", "SortOrder"),
        tables=SUBSCRIPTIONS,
        has_feed=True,
        is_listed=True,
    )


def _touches(settings: SalesforceSettings) -> Iterator[Kind]:
    about, months = ("AccountId", "WhoId", "OwnerId"), settings.history_months
    when = ("ActivityDate", "CompletedDateTime")
    done = (*about, "IsClosed", "TaskSubtype")
    yield Kind(TASKS, "Task", done, when, months=months, tables=TOUCHES, has_feed=True)
    met, whole = (*about, "StartDateTime"), ("IsChild", "IsAllDayEvent")
    yield Kind(EVENTS, "Event", met, whole, months=months, tables=TOUCHES, has_feed=True)


def _cases(settings: SalesforceSettings) -> Iterator[Kind]:
    said, months = settings.fields.cases, settings.history_months
    yield Kind(
        CASES,
        "Case",
        needed=("AccountId", "ContactId", CREATED, "ClosedDate", "IsClosed", *_given(said.is_spam)),
        hoped=(
            *("Origin", "Subject", "Description", "Priority", "Status", "OwnerId", "IsEscalated"),
            *("MasterRecordId", said.tags),
        ),
        months=months,
        tables=TICKETS,
        has_feed=True,
        is_listed=True,
    )
    history = ("CaseId", "Field", "NewValue", CREATED)
    yield Kind(
        CASE_HISTORY,
        "CaseHistory",
        history,
        stamp=CREATED,
        months=months,
        tables=TICKETS,
        where=_about("Status"),
    )
    mail, sent = ("ParentId", "Incoming", "MessageDate"), ("Status", "CreatedById")
    yield Kind(MAILS, "EmailMessage", mail, sent, months=months, tables=TICKETS)
    comment = ("ParentId", "IsPublished", "CreatedById", CREATED)
    yield Kind(COMMENTS, "CaseComment", comment, months=months, tables=TICKETS)
    status = ("ApiName", "MasterLabel", "IsClosed")
    yield Kind(STATUSES, "CaseStatus", status, is_deleted=False, tables=TICKETS)


def survey(said: SurveySettings, settings: SalesforceSettings) -> Kind:
    """Return what is asked of an object with answers to surveys."""
    of = [one for one in settings.surveys if one.object == said.object]
    fields = {
        name
        for one in of
        for name in (one.score, one.at, *_given(one.account, one.contact, one.case, one.comment))
    }
    months = settings.history_months
    return Kind(said.object, said.object, tuple(sorted(fields)), months=months, tables=ANSWERS)


def _given(*names: str | None) -> Names:
    return tuple(name for name in names if name is not None)
