"""The standard messages to operators: what was refused, held or withheld, and what to do."""

from __future__ import annotations

from dataclasses import replace

from tasks.messages.ops import OpsInputs, OpsItem
from tests.messages.stories import ACME, HOSTILE

REFUSED = OpsItem(
    "The week 47 digest for leadership did not arrive",
    "The mail server refuses this address for good: 550 5.1.1 no such user",
    "Correct it in keepwell.yaml under audiences, then send it again:",
    "email:ceo@example.com",
    ("keepwell outbox retry 4",),
)
UNJOINED = OpsItem(
    "The week 47 digest for csms waits",
    "Slack says that our app is not in this channel; the other channels have theirs",
    "Type this in the channel; the next try, in 8 minutes, brings the digest:",
    "slack:#cs-emea",
    ("/invite @Keepwell",),
)


def refused() -> OpsInputs:
    headline = "Two of five messages of the week 47 digest did not arrive"
    return OpsInputs(ACME, "2026-W47", "digest 2026-W47", headline, (REFUSED, UNJOINED))


def shadow() -> OpsInputs:
    item = OpsItem(
        "1 alert would have gone to slack:#cs-alerts",
        "Customers are leaving: Starter/EMEA. Five of 61 customers left this week",
        "When you trust what you see here, set this in keepwell.yaml:",
        commands=("alerts: {mode: live}",),
    )
    headline = "Alerts are in shadow mode: nobody but you has seen this"
    return OpsInputs(ACME, "2026-W47", "shadow 2026-W47", headline, (item,))


def no_data() -> OpsInputs:
    item = OpsItem(
        "The week 47 digest waits for Zendesk",
        "Its last data are 31 h old; the limit is 12 h",
        "Nothing: it goes out by itself when data arrive, or at 12:00 without support figures. "
        "To look now:",
        "source desk",
        ("keepwell check", "keepwell sync --source desk"),
    )
    return OpsInputs(
        ACME, "2026-W47", "held 2026-W47", "The week 47 digest is held: Zendesk is late", (item,)
    )


def withheld() -> OpsInputs:
    item = OpsItem(
        "Revenue withheld in the week 47 digest",
        "In EUR opening 41,200 + movements 310 is not closing 41,930 (off by 420: C-118, C-204)",
        "Look at these two customers' subscriptions, then measure again:",
        "subscription_versions, source billing",
        ("keepwell sync --source billing", "keepwell measure --from 2026-W47"),
    )
    headline = "Revenue is withheld: the books do not balance"
    return OpsInputs(ACME, "2026-W47", "books 2026-W47", headline, (item,))


ANSWER = (
    "550 5.7.1 <script>alert(1)</script> <!channel> blocked\r\n550 see http://evil.example/?x=1 "
    "`rm -rf` " + "spam " * 400
)


def hostile() -> OpsInputs:
    refusal = replace(REFUSED, what=f"The mail server says: {ANSWER}", where="# <!here>\n> *x*")
    names = (
        OpsItem(f"{member.name} could not be read", member.name, member.name, member.name)
        for member in HOSTILE
    )
    typed = replace(
        UNJOINED, commands=("keepwell `id`", "see http://evil.example", "keepwell check")
    )
    return OpsInputs(
        replace(ACME, company="# Acme & <b>Söhne</b>"),
        "2026-W47",
        "digest <!channel>",
        "Two of five messages did not arrive: <!channel> <script>alert(1)</script>",
        (refusal, typed, *names),
    )


OPS = {
    "bad_week": refused,
    "good_week": shadow,
    "no_data": no_data,
    "hostile_names": hostile,
    "withheld": withheld,
}
