"""What customers and employees say."""

from __future__ import annotations

from tasks.facts.columns import (
    Refusal,
    count,
    customer,
    fact,
    identifier,
    instant,
    month,
    number,
    text,
)

SENTIMENTS = ("positive", "neutral", "negative", "mixed")

SCALES = (
    Refusal("scale_max", "scale_max <= scale_min", "not above scale_min"),
    # An NPS asked from 1 to 10 is another question: it is refused, never rescaled.
    Refusal(
        "scale_min",
        "lower(survey) LIKE 'nps%' AND (scale_min <> 0 OR scale_max <> 10)",
        "an NPS is asked from 0 to 10; other scales are refused, not rescaled",
    ),
    Refusal(
        "high_is",
        "lower(survey) LIKE 'nps%' AND high_is = 'bad'",
        "an NPS is asked so that 10 is best; other ways round are refused, not turned",
    ),
    Refusal(
        "score",
        "score < scale_min OR score > scale_max",
        "outside its own scale, scale_min to scale_max",
    ),
)

survey_responses = fact(
    "survey_responses",
    "Answers to surveys; the score lies between its own scale_min and scale_max, or is empty.",
    identifier("response_id"),
    text("survey", filled=True),
    customer(filled=False),
    text("respondent_id"),
    text("ticket_id", references="tickets.ticket_id"),
    instant("responded_at", filled=True),
    number("score"),
    number("scale_min", filled=True),
    number("scale_max", filled=True),
    text("high_is", filled=True, values=("good", "bad")),
    text("comment", required=False),
    key=("response_id",),
    time="responded_at",
    refusals=SCALES,
)

refused_answers = fact(
    "refused_answers",
    "Answers to surveys whose score or scale cannot be right; filled while survey_responses loads.",
    text("response_id", required=False, filled=True),
    text("survey", required=False, filled=True),
    text("customer_id", required=False),
    instant("responded_at", required=False, filled=True, happened=False),
    text("refused_for", required=False),
    key=("response_id",),
    time="responded_at",
)

survey_sends = fact(
    "survey_sends",
    "How many surveys were sent, by month.",
    text("survey", filled=True),
    month("period"),
    count("sent", filled=True),
    key=("survey", "period"),
)

csi_responses = fact(
    "csi_responses",
    "Answers to the three questions of the customer satisfaction index, 1 to 10.",
    identifier("response_id"),
    customer(filled=False),
    instant("responded_at", filled=True),
    number("q_overall", low=1, high=10),
    number("q_expectation", low=1, high=10),
    number("q_ideal", low=1, high=10),
    key=("response_id",),
    time="responded_at",
)

reviews = fact(
    "reviews",
    "Public ratings, 1 to 5; an edited review is a second row with a later rated_at.",
    identifier("review_id"),
    customer(filled=False),
    instant("rated_at", filled=True),
    number("rating", filled=True, low=1, high=5),
    key=("review_id", "rated_at"),
    time="rated_at",
)

feedback = fact(
    "feedback",
    "Remarks, with their themes divided by a bar (without any, the words of the text tell them); "
    "source is where the remark was made.",
    identifier("feedback_id"),
    customer(filled=False),
    instant("received_at", filled=True),
    text("source"),
    text("themes"),
    text("sentiment", values=SENTIMENTS),
    text("text", required=False),
    key=("feedback_id",),
    time="received_at",
)

employee_survey = fact(
    "employee_survey",
    "What employees answered: mean engagement 1 to 5, recommendation 0 to 10.",
    text("employee_id", filled=True),
    instant("responded_at", filled=True),
    number("engagement_mean", low=1, high=5),
    number("enps", low=0, high=10),
    key=("employee_id", "responded_at"),
    time="responded_at",
)

advocacy_events = fact(
    "advocacy_events",
    "Customers speaking about us in public or to others.",
    identifier("event_id"),
    customer(),
    instant("happened_at", filled=True),
    text("kind", filled=True),
    text("sentiment", values=SENTIMENTS),
    key=("event_id",),
    time="happened_at",
)
