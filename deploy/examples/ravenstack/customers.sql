-- One row per account. The plan is the account's own, as it is today: the export has no history of
-- it, so today's plan counts for every period. Their churn_flag is not used (see the checks).
SELECT
    account_id        AS customer_id,
    account_name      AS name,
    NULL              AS segment,      -- the export has no size classes; split by industry instead
    industry,
    country,
    referral_source   AS acquired_via,
    NULL              AS referrer_id,
    'false'           AS is_test,
    NULL              AS merged_into,
    plan_tier         AS plan,
    signup_date       AS created_at
FROM ravenstack_accounts
