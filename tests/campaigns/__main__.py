# SPDX-License-Identifier: EUPL-1.2
"""python -m tests.campaigns NAME [--option value …]: one campaign; README.md says what each is for."""

import subprocess
import sys
from pathlib import Path

MODULE, PYTEST = ("-m",), ("-m", "pytest", "--timeout", "1800")
HERE = "tests.campaigns"
# What each runs, one after another; the last is given the options.
CAMPAIGNS: dict[str, list[tuple[str, ...]]] = {
    "attack": [(*PYTEST, "tests/services/surveys/attack/attack_all.py", "-n", "2")],
    "chaos": [(*MODULE, f"{HERE}.chaos")],
    "cluster": [(*PYTEST, "tests/campaigns/cluster"), (*MODULE, f"{HERE}.cluster")],
    "crash-all": [(*PYTEST, "tests/every_service/crash_all.py", "-n", "2")],
    "deploy": [(*PYTEST, "tests/deploy")],
    "examples": [(*MODULE, f"{HERE}.examples")],
    "fuzz": [(*MODULE, "tests.fuzz")],
    "fuzz-decoder": [(*MODULE, "tests.shared.messaging.fuzz_decoder")],
    "mutants": [(*MODULE, "tests.mutants")],
    "power": [(*PYTEST, "tests/campaigns/power/test_three_servers.py"), (*MODULE, f"{HERE}.power")],
    "repair": [(*PYTEST, "tests/shared/messaging/repair_all.py")],
    "simulation": [(*MODULE, f"{HERE}.simulation")],
    "storms": [(*MODULE, f"{HERE}.storms")],
}


def main(words: list[str]) -> int:
    name, options = (words[0] if words else ""), words[1:]
    if name not in CAMPAIGNS:
        readme = Path(__file__).with_name("README.md").relative_to(Path.cwd())
        print(f"There is no campaign {name!r}. Give NAME one of {', '.join(CAMPAIGNS)}; see {readme}.")
        return 2
    *before, last = CAMPAIGNS[name]
    for step in (*before, (*last, *options)):
        if code := subprocess.run([sys.executable, *step], check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
