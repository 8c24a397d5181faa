"""What was ordered, carted, visited and stocked."""

from __future__ import annotations

from tasks.facts.columns import (
    count,
    currency,
    customer,
    day,
    fact,
    identifier,
    instant,
    month,
    number,
    text,
)

orders = fact(
    "orders",
    "One row per order as it is now.",
    identifier("order_id"),
    customer(filled=False),
    instant("ordered_at", filled=True),
    number("amount", filled=True),
    text("channel"),
    text("status", filled=True, values=("completed", "cancelled", "refunded", "pending")),
    instant("updated_at"),
    currency(required=False, filled=False),
    key=("order_id",),
    time="ordered_at",
)

carts = fact(
    "carts",
    "Shopping carts, and the orders they became.",
    identifier("cart_id"),
    text("visitor_id"),
    instant("created_at", filled=True),
    count("items", filled=True),
    instant("converted_at"),
    text("order_id", references="orders.order_id"),
    key=("cart_id",),
    time="created_at",
)

site_traffic = fact(
    "site_traffic",
    "Sessions and visitors of the shop, by month.",
    month("period"),
    count("sessions"),
    count("visitors"),
    key=("period",),
)

footfall = fact(
    "footfall",
    "Visitors of a store on a day; empty where the sensor was down.",
    text("store_id", filled=True),
    day("date", filled=True),
    count("visitors"),
    key=("store_id", "date"),
)

inventory = fact(
    "inventory",
    "Cost of goods sold and stock at cost, by month.",
    month("period"),
    number("cogs"),
    number("opening_inventory"),
    number("closing_inventory"),
    key=("period",),
)
