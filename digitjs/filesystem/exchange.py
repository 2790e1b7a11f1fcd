"""Two folders change places in one step, where the operating system can do that."""

import ctypes
import errno
import os
import sys
from pathlib import Path
from typing import Any

AT_FDCWD = -100  # Linux: paths are relative to the working folder
RENAME_EXCHANGE = 2  # Linux; macOS's RENAME_SWAP is 2 as well
# EPERM: what old container runtimes answer to a system call that they do not know.
UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM)


def swap(new: Path, current: Path, old: Path) -> None:
    """Put the folder `new` in the place of `current`, which then lies at `new` or at `old`.

    Args:
        new: a folder.
        current: a folder; at any moment this path names the one or the other, except where the system has no such call.
        old: names nothing yet.

    Raises:
        OSError: both are as they were: EBUSY or EXDEV where `current` is a mount point.
    """
    try:
        _rename(new, current)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        current.rename(old)
        new.rename(current)


def _rename(one: Path, other: Path) -> None:
    libc: Any = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    paths = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        failed = libc.renameat2(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE)
    elif sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(*paths, RENAME_EXCHANGE)
    else:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if failed:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(other))
