-- The satisfaction score on a ticket is a CSAT answer, 1 to 5 (the export has 3, 4 and 5 only). When
-- it was given is not in the export; the day the ticket was closed stands in for it. Tickets
-- without a score were not answered and are no answers.
SELECT
    'CSAT-' || ticket_id AS response_id,
    'csat'            AS survey,
    account_id        AS customer_id,
    NULL              AS respondent_id,
    ticket_id,
    closed_at         AS responded_at,
    satisfaction_score AS score,
    '1'               AS scale_min,
    '5'               AS scale_max,
    'good'            AS high_is
FROM ravenstack_support_tickets
WHERE satisfaction_score IS NOT NULL
