"""That plans are a kind of work done aside, and by which functions. Only the process aside imports those."""

from __future__ import annotations

from portal.jobs import kinds

KIND = "plan"

kinds.register(kinds.Kind(KIND, work="portal.planning.making:work", keep="portal.planning.making:keep", seconds=180))
