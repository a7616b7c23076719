# SPDX-License-Identifier: EUPL-1.2
"""Where tests invent their own cases, many times as many as on a contributor's day: python -m
tests.campaigns.examples [--more 20] [--only part_of_a_file's_name].
"""

import argparse
import os
import subprocess
import sys

from tests.conftest import HERE


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.examples")
    parser.add_argument("--more", default="20")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    more = {"MORE": asked.more}
    chosen = (p for p in HERE.rglob("test_*.py") if asked.only in str(p) and "MORE" in p.read_text())
    files = sorted(map(str, chosen))
    command = [sys.executable, "-m", "pytest", "-n", "2", "--timeout", "7200", *files]
    return subprocess.run(command, env=os.environ | more, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
