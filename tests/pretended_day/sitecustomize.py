"""Python loads this first in a process that tests start: it moves the clock by TESTS_CLOCK_SHIFT seconds, if any."""

import os
import time

SHIFT = os.environ.get("TESTS_CLOCK_SHIFT")
if SHIFT:
    import time_machine

    time_machine.travel(time.time() + float(SHIFT), tick=True).start()
