"""Tours of a visitor: which requests fit, the best route through them, asking the visitor, inviting neighbours.

`legs` and `routes` know nothing of the database; the rows are `speakers.tour_rows`. The solver runs in
a process of the worker, and no page imports it.
"""
