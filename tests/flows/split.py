"""A small company whose customers are looked after by several people, and a channel to read by."""

from __future__ import annotations

from pathlib import Path

from tests.flows.small import CONFIG, CUSTOMERS

# ana has acme, which left, and c1 to c3; bo has bolt, which joined, and c4 and c5.
OWNED = {
    **dict.fromkeys(("acme", "c1", "c2", "c3"), "ana"),
    **dict.fromkeys(("bolt", "c4", "c5"), "bo"),
    **dict.fromkeys(("c6", "c7", "c8", "c9"), "cy"),
}
OWNERS = """\
owner_id,name,email,manager_id,active
ana,Ana Lopez,ana@acme.example,,true
bo,Bo Berg,bo@acme.example,ana,true
cy,Cy Young,cy@acme.example,bo,true
"""
NO_MAIL = 'channels: {email: {host: 127.0.0.1, port: 1, from: "kpi@acme.example", tls: none}}\n'
WHOLE = '  - {name: board, digest: week, to: ["file:board"]}\n'
CSMS = '  - {name: csms, digest: week, split_by: owner, to: ["email:owner"]}\n'
BOSS = '  - {name: heads, digest: week, split_by: owner, to: ["file:boss"]}\n'
OPERATORS = 'operators: {to: ["file:ops"]}\n'


def configure(
    company: Path,
    audiences: str,
    more: str = "",
    *,
    channels: str = NO_MAIL,
    segments: str = "[plan, owner]",
) -> None:
    """Write the configuration with these audiences; nobody's mail server is there unless given."""
    head = CONFIG.partition("audiences:")[0].replace("[plan]", segments)
    text = f"{head}audiences:\n{audiences}{more}{channels}"
    (company / "keepwell.yaml").write_text(text, encoding="utf-8")


def look_after(company: Path, owned: dict[str, str] | None = None, owners: str = OWNERS) -> None:
    """Give the customers owners, and write the table of these; an empty text writes none."""
    owned = OWNED if owned is None else owned
    head, *rows = CUSTOMERS.splitlines()
    lines = [f"{head},owner_id", *(f"{row},{owned.get(row.split(',')[0], '')}" for row in rows)]
    write(company, "customers.csv", "\n".join(lines) + "\n")
    if owners:
        write(company, "owners.csv", owners)


def write(company: Path, name: str, content: str) -> None:
    """Write one of the company's exports."""
    (company / "exports" / name).write_text(content, encoding="utf-8")


def texts(company: Path, reader: str) -> dict[str, str]:
    """What is in the folder of a reader: each text, by what it is about (``owner-ana``)."""
    found = sorted((company / "out" / reader).glob("*.txt"))
    return {_about(path.stem): path.read_text("utf-8") for path in found}


def _about(stem: str) -> str:
    words = stem.removeprefix("week-2026-W09").strip("-").split("-")
    return "-".join(words[:-1]) or "all"
