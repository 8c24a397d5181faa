-- The export has days and durations, no times of day. Counting both durations from the midnight a
-- ticket was submitted on gives instants whose day is closed_at for every one of the 2,000 tickets,
-- so the first reply and the solution are derived. Not derivable, and therefore empty: whether a
-- ticket was reopened, how many replies it took (no first-contact resolution), the channel.
-- That customers opened all of them is an assumption: nothing in the export says otherwise.
SELECT
    ticket_id,
    account_id        AS customer_id,
    NULL              AS requester_id,
    submitted_at      AS created_at,
    'customer'        AS created_by,
    NULL              AS channel,
    CAST(submitted_at AS TIMESTAMP) + to_seconds(60 * CAST(first_response_time_minutes AS DOUBLE))
                      AS first_agent_reply_at,
    CAST(submitted_at AS TIMESTAMP) + to_seconds(3600 * CAST(resolution_time_hours AS DOUBLE))
                      AS first_solved_at,
    NULL              AS reopened_at,
    CAST(submitted_at AS TIMESTAMP) + to_seconds(3600 * CAST(resolution_time_hours AS DOUBLE))
                      AS last_solved_at,
    NULL              AS replies_before_first_solve,
    NULL              AS merged_into,
    'false'           AS is_spam,
    priority,
    lower(escalation_flag) AS escalated
FROM ravenstack_support_tickets
