"""Why may a figure be another one behind a door? What the systems there keep otherwise."""

from __future__ import annotations

from collections.abc import Mapping

_MINUTES = "Zendesk counts in whole minutes, in seconds only for chats"
_UNTIED = "an answer in HubSpot names none of Zendesk's tickets, so two of one person in a quarter count once"
_CRM: Mapping[str, str] = {
    "first_response_time": _MINUTES,
    "resolution_time": _MINUTES,
    "referral_rate": "the CRM does not know who referred a customer",
    "trial_conversion_rate": "a trial is nobody's deal",
    "upsell_cross_sell_rate": "the deals there are amendments, which do not say what was sold up",
}
WHY: Mapping[str, Mapping[str, str]] = {
    "HubSpot + Zendesk": {**_CRM, "ces_ease_index": _UNTIED, "ces_pct_easy": _UNTIED},
    "Salesforce + Zendesk": _CRM,
}
