# SPDX-License-Identifier: EUPL-1.2
"""Named points of the delivery at which tests let a process die; in production nothing happens there."""


def here(point: str) -> None:
    """CP1 before a commit · CP2 events wait for the relay · CP3 published in part · CP4 acknowledged, not
    marked · CP5 received · CP6 inside the handler's transaction · CP7 committed, not acknowledged ·
    CP8 acknowledged.
    """
