-- Usage is recorded by subscription and day; the customer is the subscription's account. The export
-- names no users. 21 usage ids stand there twice, with different content: both rows are handed
-- over, one of each ends in quarantine, where it is counted and shown.
SELECT
    used.usage_id     AS event_id,
    subscribed.account_id AS customer_id,
    NULL              AS user_id,
    used.usage_date   AS event_at,
    used.feature_name AS feature,
    used.usage_duration_secs AS duration_s
FROM ravenstack_feature_usage AS used
LEFT JOIN ravenstack_subscriptions AS subscribed USING (subscription_id)
