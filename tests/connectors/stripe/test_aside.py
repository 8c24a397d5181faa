"""Is memory a matter of subscriptions, however often each was billed? Complaint 32."""

from __future__ import annotations

import gc
import tracemalloc

from tasks.connectors.http import Session
from tasks.connectors.landed import Landed
from tasks.connectors.landing import land
from tasks.connectors.remarks import Remarks
from tasks.connectors.stripe.aside import FEW, Aside
from tasks.connectors.stripe.extraction import Mapper
from tasks.connectors.stripe.terms import Observed


def test_each_gets_what_is_its_own_in_the_order_it_came():
    aside = Aside()
    for number in range(3 * FEW):
        aside.add(f"sub_{number % 7}", number)
    assert aside.of("sub_3") == list(range(3, 3 * FEW, 7))
    aside.add("sub_3", "late")
    assert aside.of("sub_3")[-1] == "late"
    assert aside.of("sub_8") == []


def test_what_is_put_aside_is_not_in_memory():
    aside = Aside()
    tracemalloc.start()
    for number in range(20 * FEW):
        aside.add(f"sub_{number}", f"{number:0100}")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3 * FEW * 400


def test_no_line_of_an_invoice_stays_until_all_are_read(here, account):
    key = account.subscribe(account.add_customer("Teal Freight"), (account.add_price("A", 1000), 5))
    for _ in range(40):
        account.bill(key, "subscription_cycle")
    company, around = here.company, here.company.around(here.now)
    with Session(here.case.api(company.settings), company.world()) as session:
        reports = land("source", company.streams, session, around)
    landed = Landed("source", reports, around)
    alive = []
    for table in Mapper(company.settings, landed, Remarks("source"), around).tables():
        gc.collect()
        alive.append((table.table, sum(isinstance(one, Observed) for one in gc.get_objects())))
    assert alive == [("customers", 0), ("payments", 0), ("subscription_versions", 0)]
