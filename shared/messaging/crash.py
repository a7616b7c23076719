# SPDX-License-Identifier: EUPL-1.2
"""Named points at which tests let a process die; in production nothing happens there."""


def here(point: str) -> None:
    """What is done and what is still to do at each point:

    CP1 everything is written, not committed · CP2 committed, the relay has not read it · CP3 published in
    part · CP4 acknowledged by the stream, not marked · CP5 received, no transaction yet · CP6 inside the
    handler's transaction · CP7 committed, not acknowledged · CP8 acknowledged · CP9 a message is out, the
    mail server has not answered (inside the SMTP library: the tests' mail server lets us die there) · CP10
    the mail server took it, not marked · CP13 a rebuilt model is swapped, not committed, and once more when
    it is · CP14 one migration of several is applied · CP16 money is reserved, not decided on · CP17 a
    piece of a contribution run is done, not committed
    """
