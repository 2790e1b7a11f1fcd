"""Several devices of one machine: how many share a batch, and what is drawn for all of them."""

import subprocess
import sys
from pathlib import Path

from test_distribute import LIMIT, environment

REFUSED = "A batch of 256 cannot be shared by 3 processors: take a number of them that divides it, or choose --strategy"


def test_as_many_devices_as_divide_every_batch_share_it_and_a_single_mask() -> None:
    command = [sys.executable, str(Path(__file__).with_name("devices.py"))]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "auto 192 255 3",
        "auto 192 256 2",
        "auto 7 256 1",
        f"mirrored 192 256 {REFUSED} none.",
        "1 alike 2",
        "2 different 2",
    ]
