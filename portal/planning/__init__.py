"""Plans of many meetings at once. Importing it makes that kind of work known; only the process aside solves anything.

`facts` reads, `judged` judges, `model` says what a plan is, `solver` finds the best one, `making` does it all in the
process that works aside; `plans` is what the desk asks for and does with one, `shown` what a page shows.
"""

from __future__ import annotations

from portal.planning.kind import KIND

__all__ = ["KIND"]
