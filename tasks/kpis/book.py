"""The measures of the book: opening, closing, and every way from one to the other."""

from __future__ import annotations

from sqlalchemy import and_, or_

from tasks.facts.book import closing_book, opening_book, year_ago_book
from tasks.facts.growth import PARTS, growth
from tasks.facts.movements import movements
from tasks.kpis.measures import amount, count

_open, _close, _moves = opening_book(), closing_book(), movements()
_o, _c, _m = _open.c, _close.c, _moves.c
_then, _t = year_ago_book(), year_ago_book().c

# customers, by what they were when the period began
customers_opening = count(_open, _o.opened)
customers_lost = count(_open, _o.lost)
customers_stayed = count(_open, _o.stayed)

# customers, by what they were when it closed
customers_closing = count(_close, _c.closed)
customers_joined = count(_close, _c.joined)
customers_returned = count(_close, _c.returned)
customers_started = count(_close, _c.started)
customers_started_and_closing = count(_close, and_(_c.started, _c.closed))
customers_flash = count(_close, and_(_c.started, ~_c.closed))
customers_active = count(_close, _c.active)
customers_stayed_at_close = count(_close, _c.stayed)

# MRR of the opening cohort, at the period's own rate
mrr_reported_opening = amount(_open, _o.reported_opening, _o.opened, _o.opening_unpriced)
mrr_opening = amount(_open, _o.opening, _o.opened, _o.unpriced)
mrr_rebase = amount(_open, _o.rebase, _o.opened, or_(_o.unpriced, _o.opening_unpriced))
mrr_expansion = amount(_open, _o.expansion, _o.stayed, _o.unpriced)
mrr_contraction = amount(_open, _o.contraction, _o.stayed, _o.unpriced)
mrr_churned = amount(_open, _o.opening, _o.lost, _o.unpriced)
mrr_churned_unpaid = amount(_open, _o.opening, and_(_o.lost, _o.is_unpaid), _o.unpriced)
mrr_churned_by_choice = amount(_open, _o.opening, and_(_o.lost, ~_o.is_unpaid), _o.unpriced)
mrr_retained_at_open = amount(_open, _o.closing, _o.stayed, _o.unpriced)
fx_impact = amount(_open, _o.fx_impact, _o.opened, _o.spot_unpriced)

# how those who stayed grew or shrank, by kind
_grown, _g = growth(), growth().c
mrr_part = {name: amount(_grown, _g[name], None, _g.unpriced) for name in PARTS}

# MRR at the close
mrr_closing = amount(_close, _c.closing, _c.closed, _c.unpriced)
mrr_scheduled = amount(_close, _c.scheduled, _c.closed, _c.unpriced)
mrr_closing_spot = amount(_close, _c.closing_spot, _c.closed, _c.spot_unpriced)
mrr_new = amount(_close, _c.closing, _c.joined, _c.unpriced)
mrr_returned = amount(_close, _c.closing, _c.returned, _c.unpriced)
mrr_retained_at_close = amount(_close, _c.closing, _c.stayed, _c.unpriced)

# the customers of a year before the close, then and now
customers_year_ago = count(_then, _t.was_there)
mrr_year_ago = amount(_then, _t.paid_then, _t.was_there, _t.then_unpriced)
mrr_since_year_ago = amount(_then, _t.closing, _t.was_there, _t.then_unpriced)

# every movement as it happened
_priced, _unpriced = _m.amount * _m.rate, _m.rate.is_(None)
event_new = amount(_moves, _priced, _m.kind == "new", _unpriced)
event_expansion = amount(_moves, _priced, _m.kind == "expansion", _unpriced)
event_contraction = amount(_moves, -_priced, _m.kind == "contraction", _unpriced)
event_churned = amount(_moves, -_priced, _m.kind == "churn", _unpriced)
event_returned = amount(_moves, _priced, _m.kind == "reactivation", _unpriced)
customers_lost_any = count(_moves, _m.first_churn)
