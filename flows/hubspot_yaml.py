"""How does a HubSpot account stand in a first keepwell.yaml? With what was found in it beside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from flows.hubspot_account import Pipeline, Portal
from flows.hubspot_looks import Look
from tasks.connectors.hubspot.settings import HubSpotSettings
from tasks.messages.outside import sentence

TOKEN = "${HUBSPOT_TOKEN}"  # noqa: S105 - the name of a variable
NEXT = (
    "  # Your Zendesk, with an admin's token; a ticket belongs to the customer whose id in HubSpot",
    "  # is the external_id of its organization (README, HubSpot and Zendesk, has the other ways).",
    "  # - name: desk",
    "  #   kind: zendesk",
    "  #   subdomain: acme",
    "  #   email: ops@example.com",
    '  #   token: "${ZENDESK_TOKEN}"',
)
WHY_NOT = {
    "owner": "Keepwell takes hubspot_owner_id",
    "mrr": "say so where MRR is kept there and not in deals",
}


def source(portal: Portal, settings: HubSpotSettings) -> str:
    """Return the part ``sources`` for the account, commented with what it holds."""
    lines = [
        "",
        "# Your HubSpot. What was found in it stands beside; change what is not right.",
        "sources:",
        f"  - name: {settings.name}",
        "    kind: hubspot",
        f'    token: "{TOKEN}"        # the environment variable; the token stands nowhere',
    ]
    if settings.base_url != HubSpotSettings.model_fields["base_url"].default:
        lines.append(f"    base_url: {json.dumps(settings.base_url)}")
    parts = (*_pipelines(portal.pipelines), *_properties(portal.looks), *_unseen(portal))
    return "\n".join([*lines, *parts, *NEXT]) + "\n"


def splits(portal: Portal) -> tuple[str, ...]:
    """Return by what KPIs can be split."""
    found = {look.ours for look in portal.looks if look.kind == "companies" and look.is_sure}
    return tuple(name for name in ("segment", "plan", "region") if name in found)


def _pipelines(pipelines: Sequence[Pipeline]) -> Iterator[str]:
    for one in pipelines:
        yield _comment(f"    # pipeline of {one.kind}: {one.label} (id {one.id}): {one.in_words}")
    renewal = [one.id for one in pipelines if one.is_renewal]
    yield "    # stages: {won: [], lost: []}      # where the marks above are wrong, by id or label"
    if renewal:
        yield "    pipelines:"
        yield f"      renewal: {json.dumps(renewal)}    # by their names"
        yield "      # ignore: []    # pipelines that sell no subscriptions"
    else:
        yield "    # pipelines: {renewal: []}    # those of renewals, by id or label"


def _properties(looks: Sequence[Look]) -> Iterator[str]:
    if not looks:
        yield "    # properties: nothing looks like a segment, a plan, a region, MRR or a renewal"
        return
    yield f"    {_open(looks)}properties:"
    for kind in dict.fromkeys(look.kind for look in looks):
        own = [look for look in looks if look.kind == kind]
        yield f"      {_open(own)}{kind}:"
        for ours in dict.fromkeys(look.ours for look in own):
            yield from _property([look for look in own if look.ours == ours])


def _open(looks: Sequence[Look]) -> str:
    return "" if any(look.is_sure for look in looks) else "# "


def _property(looks: Sequence[Look]) -> Iterator[str]:
    first, *others = looks
    if first.is_sure:
        yield _comment(f"        {first.ours}: {json.dumps(first.name)}    # {first.in_words}")
    else:
        others = list(looks)
    for other in others:
        why = "HubSpot's own" if other.is_theirs else WHY_NOT.get(other.ours, "")
        what = f"{other.in_words}{'; ' if why else ''}{why}"
        yield _comment(f"        # {other.ours} may be {json.dumps(other.name)}: {what}")


def _unseen(portal: Portal) -> Iterator[str]:
    yield from (_comment(f"    # not seen: {one}") for one in portal.unseen)


def _comment(line: str) -> str:
    """Return a line that stays one, whatever people called things."""
    indent = len(line) - len(line.lstrip())
    return " " * indent + sentence(line.lstrip())
