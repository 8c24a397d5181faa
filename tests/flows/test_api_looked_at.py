"""A look reads no API: what was synced is shown, and what never was is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.small import CONFIG, Keepwell

# nobody answers there: a look that tried would wait for minutes
CRM = '  - {name: crm, kind: hubspot, token: "made-up", base_url: "http://127.0.0.1:9"}\n'


@pytest.fixture(autouse=True)
def with_a_crm(company: Path) -> None:
    text = CONFIG.replace("segments: [plan]\n", CRM + "segments: [plan]\n")
    (company / "keepwell.yaml").write_text(text, encoding="utf-8")


def test_check_says_that_it_was_never_read_and_counts_what_is_here(keepwell: Keepwell) -> None:
    code, out, _ = keepwell("check")
    assert code == 1
    assert "crm has not been read yet. Run keepwell sync --source crm." in out
    assert "exports: 22 rows" in out


def test_a_digest_that_is_looked_at_does_not_ask_it_either(keepwell: Keepwell) -> None:
    code, out, err = keepwell("digest")
    assert code == 3
    assert out.startswith("Tiny · Week 9")
    assert "crm has not been read yet." in err
