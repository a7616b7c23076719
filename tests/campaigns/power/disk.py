# SPDX-License-Identifier: EUPL-1.2
"""A disk that can lose its power: a real ext4 on a loop device, stopped by the kernel's own means.

`FS_IOC_SHUTDOWN` with "do not flush the log" is what the tests of the Linux file systems use for a power cut
(xfstests): from that moment nothing reaches the disk any more, and what was not synced is gone. Mounting it
again replays its journal, as after a real one. Only root may do so.
"""

import ctypes
import fcntl
import os
import random
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.flows.suite import until

FS_IOC_SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2
SYNC_FILE_RANGE_WRITE = 2
PAGE, MEGABYTES = 4096, 512
_libc = ctypes.CDLL(None, use_errno=True)


class Disk:
    """`path` is its root directory."""

    def __init__(self, folder: Path) -> None:
        self.image, self.path = folder / "disk.img", folder / "disk"
        self.path.mkdir(parents=True)
        with self.image.open("wb") as image:
            image.truncate(MEGABYTES * 1024**2)
        _run("mkfs.ext4", "-q", "-F", str(self.image))

    def mount(self) -> None:
        _run("mount", "-o", "loop,noatime", str(self.image), str(self.path))

    def unmount(self) -> None:
        _run("umount", str(self.path))

    def is_unmounted(self) -> bool:
        """Unmounts it, unless somebody still has a file open."""
        try:
            self.unmount()
        except AssertionError:
            return False
        return True

    def lose_power(self) -> None:
        """Whoever still runs gets an I/O error for everything from now on."""
        root = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(root, FS_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(root)

    def write_some(self, rng: random.Random) -> None:
        """As a kernel may at any moment: some pages of some files go to the disk, in no order."""
        files = [Path(at) / name for at, _, names in os.walk(self.path) for name in names]  # they come and go
        for file in rng.sample(files, min(len(files), 8)):
            try:
                with file.open("rb") as opened:
                    pages = os.fstat(opened.fileno()).st_size // PAGE
                    for _ in range(rng.randrange(4)):
                        begin = PAGE * rng.randrange(pages + 1)
                        _write_out(opened.fileno(), begin, PAGE * rng.randrange(1, 16))
            except OSError:
                continue


def _write_out(file: int, begin: int, length: int) -> None:
    _libc.sync_file_range(file, ctypes.c_int64(begin), ctypes.c_int64(length), SYNC_FILE_RANGE_WRITE)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, (
        f"{' '.join(command)}: {done.stderr.strip()}. "
        "A disk that loses its power is a loop device with ext4, and mounting it needs root."
    )


@contextmanager
def mounted(folder: Path) -> Iterator[Disk]:
    disk = Disk(folder)
    disk.mount()
    try:
        yield disk
    finally:
        until(disk.is_unmounted, "nobody has a file open: one that was killed may still be ending")
        disk.image.unlink()
