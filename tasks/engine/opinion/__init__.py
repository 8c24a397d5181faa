"""The second opinion: the same KPIs once more, in plain pandas, from the canonical tables alone.

Nothing here knows a panel, a measure or a statement of the compiler: a mistake of the one is not a
mistake of the other. What both are written from is the published definition of each KPI.
"""
