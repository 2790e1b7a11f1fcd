"""What tests of commands that run until somebody ends them have in common."""

import signal
import time
from collections.abc import Callable

PATIENCE = 120  # seconds for a machine that is busy with other things


def hearing() -> None:
    """Before a command starts: let it hear Ctrl+C, to which a background job's children are born deaf."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait(is_so: Callable[[], bool]) -> None:
    """Until something is so."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)
