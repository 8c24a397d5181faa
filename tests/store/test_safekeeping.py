"""What PostgreSQL's own programs are told of the store: everything but its password."""

from __future__ import annotations

from sqlalchemy import make_url

from tasks.store.safekeeping import without_password


def test_a_password_does_not_even_stand_there_as_stars() -> None:
    url = make_url("postgresql+psycopg://keepwell:s3cret@db:5433/kpi?sslmode=require")
    told = without_password(url).render_as_string(hide_password=False)
    assert told == "postgresql://keepwell@db:5433/kpi?sslmode=require"
    assert without_password(url).render_as_string() == told
