-- Each subscription is one version: the export does not say how a subscription changed over time,
-- an upgrade there is a new subscription beside the old one.
--   end_date   the first day without service, so it is our valid_to as it stands
--   mrr_amount already a monthly amount for the whole subscription, also where billing is annual:
--              hence an interval of one month and a quantity of 1, not their seats
--   is_trial   trials are all at 0; as "trialing" they are not customers until they pay
SELECT
    subscription_id   AS version_id,
    subscription_id,
    account_id        AS customer_id,
    lower(plan_tier)  AS product,
    CASE WHEN is_trial = 'TRUE' THEN 'trialing' ELSE 'active' END AS status,
    start_date        AS valid_from,
    end_date          AS valid_to,
    mrr_amount        AS unit_amount,
    '1'               AS quantity,
    'USD'             AS currency,
    'month'           AS interval,
    '1'               AS interval_count,
    '0'               AS discount_pct,
    CASE WHEN is_trial = 'TRUE' THEN 'trial' ELSE 'new' END AS change_kind,
    NULL              AS cancel_at
FROM ravenstack_subscriptions
