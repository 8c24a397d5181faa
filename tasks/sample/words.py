"""What customers write to the helpdesk: our own sentences, by what they are about."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """A ticket's subject and body."""

    subject: str
    body: str


BY_TAG = {
    "billing": (
        Text(
            "Invoice shows the old address",
            "We moved offices in spring. Please print the new address on the next invoice.",
        ),
        Text(
            "Charged twice this month?",
            "There are two charges on our card for the same month. Can you check which one "
            "is right?",
        ),
        Text(
            "Need the VAT number on the invoice",
            "Our accountant sends the invoice back because our VAT number is missing. Where "
            "do I enter it?",
        ),
        Text(
            "Change of credit card",
            "The card on file runs out next week. How do I put in the new one?",
        ),
        Text(
            "Question about seats on the invoice",
            "The invoice lists more seats than we have people. Two of them left in the summer.",
        ),
        Text(
            "Switch from monthly to yearly billing",
            "We would like to pay once a year. What would that cost for our team?",
        ),
    ),
    "bug": (
        Text(
            "Shift disappears after saving",
            "I save a late shift and it is gone when I open the week again. It happens in "
            "two of our shops.",
        ),
        Text(
            "Timesheet total is off by an hour",
            "The total for Sunday is an hour short since the clocks changed. The single "
            "entries are right.",
        ),
        Text(
            "Report stays empty",
            "The overtime report for last month shows no rows. The month before is fine.",
        ),
        Text(
            "App closes when I swap a shift",
            "As soon as I tap on swap, the app closes. I have the latest version.",
        ),
        Text(
            "Wrong colours in the week view",
            "Approved shifts are shown in grey, like drafts. Printing is right.",
        ),
        Text(
            "Cannot approve leave", "The approve button does nothing for requests over two weeks."
        ),
    ),
    "how-to": (
        Text(
            "How do I copy a week?",
            "We plan the same week again and again. Is there a way to copy it, breaks included?",
        ),
        Text(
            "Can a person work in two shops?",
            "One of our people helps out in a second shop. How do I plan her in both?",
        ),
        Text(
            "Setting up public holidays",
            "Where do I say which public holidays we observe? We have shops in two countries.",
        ),
        Text(
            "Export hours for payroll",
            "Payroll wants the hours by person as a spreadsheet. Which report gives me that?",
        ),
        Text(
            "Who sees the wages?",
            "I would like shift leads to plan without seeing wages. Which role is that?",
        ),
        Text(
            "Rules for breaks",
            "We owe our people a break after six hours. Can the planner put it in by itself?",
        ),
    ),
    "integration": (
        Text(
            "Payroll export failed last night",
            "The nightly export to payroll stopped half way. Half of our people are missing "
            "in there.",
        ),
        Text(
            "Calendar shows shifts on the wrong day",
            "Shifts that begin at midnight appear a day early in the linked calendar.",
        ),
        Text(
            "Till data no longer arrive",
            "Since Tuesday no sales arrive from our tills, so the forecast is empty.",
        ),
        Text(
            "Key for the interface",
            "We want to read the plan from our own system. Where do I get a key?",
        ),
    ),
    "login": (
        Text(
            "Reset link does not arrive",
            "Two of our people asked for a new password and got no mail. We looked in the "
            "junk folder.",
        ),
        Text(
            "Locked out after a new phone",
            "I have a new phone and the sign-in code no longer works. I am the only administrator.",
        ),
        Text(
            "Single sign-on loops",
            "After signing in we land on the sign-in page again. It began this morning.",
        ),
        Text(
            "Invite has expired",
            "Our new colleague opened the invite too late. Please send another.",
        ),
    ),
}

ABOUT_THE_NEW_PRICE = (
    Text(
        "New Starter price from November",
        "We got the letter about the new Starter price. That is a lot for a shop of our "
        "size. Is there a way to keep the old one?",
    ),
    Text(
        "Why does Starter cost more now?",
        "Our invoice went up by almost a fifth. Nobody asked us, and nothing has "
        "changed for us. Please explain.",
    ),
    Text(
        "Price went up, we want to cancel",
        "With the new price we would rather go back to spreadsheets. What notice do we "
        "have to give?",
    ),
    Text(
        "Old price for small teams?",
        "We are nine people and have to look at every euro. Can you offer us the old "
        "price for another year?",
    ),
    Text(
        "Invoice is higher than agreed",
        "The invoice of this month is higher than what we signed up for. Please correct it.",
    ),
)

REMARKS_ON_THE_NEW_PRICE = (
    "The answer was friendly, the price is still too high for us.",
    "I asked about the price and was sent a link.",
    "Nobody could tell me why we pay more now.",
)
REMARKS = (
    "It took too long.",
    "I had to explain it three times.",
    "Not solved, only closed.",
)
