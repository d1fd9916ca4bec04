"""A branch that fills in the speaker form, again and again, for the figures of a form step and of submitting."""

from __future__ import annotations

import statistics
import time

from benchmarks.visitor import Figure, Visitor

FIRST = "/invite-a-speaker"
BRANCH: dict[str, str | list[str]] = {
    "body_type": "branch",
    "union": "unison",
    "branch_name": "Durham Health",
    "town": "Durham",
}
MEETING: dict[str, str | list[str]] = {
    "event_kind": "branch-meeting", "title": "Branch meeting", "date_1": "14 January 2027", "time_1": "7pm for 7.30",
    "meeting_format": "online", "audience_size": "40",
}  # fmt: skip
SPEAKER: dict[str, str | list[str]] = {"wanted_speaker": "no-preference", "topics": ["miners"], "talk_minutes": "20"}
YOU: dict[str, str | list[str]] = {
    "contact_name": "Jean Armstrong", "contact_email": "jean@example.org", "contact_role": "secretary", "language": "en",
}  # fmt: skip


class FormFiller:
    """One visitor with a form half filled in."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def first_steps(self) -> None:
        """Fill in the first step, so that the second has a draft."""
        self.visitor.get(f"{FIRST}/your-branch")
        self._send("your-branch", BRANCH)

    def see_step(self) -> None:
        """Look at the second step."""
        if self.visitor.get(f"{FIRST}/meeting").status != 200:
            raise RuntimeError(f"the step answered {self.visitor.status}")

    def send_step(self) -> None:
        """Send the second step."""
        self._send("meeting", MEETING)

    def measure_submitting(self, times: int) -> Figure:
        """Only the last step counts: the server's CPU around each is read, the rest of the form left out.

        Each is measured alone, so the median counts: a moment of noise must not stand for all.
        """
        server = self.visitor.server
        spent: list[float] = []
        walls: list[float] = []
        for _ in range(max(10, times)):
            self.visitor.cookies = {name: v for name, v in self.visitor.cookies.items() if "draft" not in name}
            self.first_steps()
            self._send("meeting", MEETING)
            self._send("speaker", SPEAKER)
            self._send("you", YOU)
            self.visitor.get(f"{FIRST}/check")
            before, started = server.cpu_seconds(), time.perf_counter()
            self.visitor.post(f"{FIRST}/check", {})
            walls.append(time.perf_counter() - started)
            spent.append(server.cpu_seconds() - before)
            if self.visitor.status not in (302, 303):
                raise RuntimeError(f"submitting answered {self.visitor.status}")
        return Figure(statistics.median(spent) * 1000, statistics.median(walls) * 1000)

    def _send(self, step: str, answers: dict[str, str | list[str]]) -> None:
        self.visitor.post(f"{FIRST}/{step}", answers)
        if self.visitor.status not in (302, 303):
            raise RuntimeError(f"the step {step} answered {self.visitor.status}")
