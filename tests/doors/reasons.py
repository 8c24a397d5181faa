"""Why may a figure be another one behind a door? What the systems there keep otherwise."""

from __future__ import annotations

from collections.abc import Mapping

_MINUTES = "Zendesk counts in whole minutes, in seconds only for chats"
_UNTIED = "an answer in HubSpot names none of Zendesk's tickets, so two of one person in a quarter count once"
_REFERRED = "nobody there knows who referred a customer"
_GREW = "a change there does not say whether it was sold, or just came"
_UNTOUCHED = "neither Stripe nor Intercom knows who was called, met or written to"
_NO_CONTRACT = "a subscription at Stripe goes on by itself: no contract comes due"
_CRM: Mapping[str, str] = {
    "first_response_time": _MINUTES,
    "resolution_time": _MINUTES,
    "referral_rate": _REFERRED,
    "trial_conversion_rate": "a trial is nobody's deal",
    "upsell_cross_sell_rate": _GREW,
}
_BILLING: Mapping[str, str] = {
    "contact_coverage_rate": _UNTOUCHED,
    "days_since_touch": _UNTOUCHED,
    "renewal_rate": _NO_CONTRACT,
    "renewals_pending": _NO_CONTRACT,
    "upsell_cross_sell_rate": _GREW,
}
WHY: Mapping[str, Mapping[str, str]] = {
    "HubSpot + Zendesk": {**_CRM, "ces_ease_index": _UNTIED, "ces_pct_easy": _UNTIED},
    "Salesforce + Zendesk": _CRM,
    "Stripe + Intercom": _BILLING,
}
