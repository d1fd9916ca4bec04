"""A branch that fills in the speaker form, again and again, for the figures of a form step and of submitting."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.visitor import Visitor

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
WHOLE = BRANCH | MEETING | SPEAKER | YOU
"""All that such a form holds when it is sent."""


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

    def ready(self, times: int) -> list[Callable[[], None]]:
        """So many forms of different people, each filled in up to the button that sends it: only that press is left."""
        return [self._filled() for _ in range(times)]

    def _filled(self) -> Callable[[], None]:
        self.visitor.cookies = {name: v for name, v in self.visitor.cookies.items() if "draft" not in name}
        self.first_steps()
        for step, answers in (("meeting", MEETING), ("speaker", SPEAKER), ("you", YOU)):
            self.visitor.get(f"{FIRST}/{step}")
            self._send(step, answers)
        self.visitor.get(f"{FIRST}/check")
        cookies = dict(self.visitor.cookies)

        def send() -> None:
            self.visitor.cookies = cookies
            self._send("check", {})

        return send

    def _send(self, step: str, answers: dict[str, str | list[str]]) -> None:
        self.visitor.post(f"{FIRST}/{step}", answers)
        if self.visitor.status not in (302, 303):
            raise RuntimeError(f"the step {step} answered {self.visitor.status}")
