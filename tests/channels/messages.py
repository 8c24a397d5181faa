"""A small message for the channels to carry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tasks.model import Image, Message

NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)
NEXT_DAY = NOW + timedelta(days=1)
WEEKLY = Message(
    kind="digest",
    subject_key="company",
    period="2026-W47",
    subject="Week 47 · Starter/EMEA is leaving",
    preheader="Five of 61 left.",
    text="Five of 61 left.\nNRR 104,1 % · Söhne\n",
    html='<html><body><p>Söhne</p><img src="cid:chart-1@keepwell" alt="Five left">'
    '<img src="cid:chart-2@keepwell" alt="MRR"></body></html>',
    markdown="# Week 47\n",
    slack_blocks=({"type": "divider"},),
    slack_thread=(({"type": "divider"},),),
    images=(Image("chart-1", b"\x89PNG one", "Five left"), Image("chart-2", b"\x89PNG two", "MRR")),
)
