"""The independent services of the suite, and the `kernpuls` command that runs them."""
