#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Whether nats-server is well; Docker asks. After a write that failed it takes nothing more, also when its
# disk has room again, until it is started again (2.15): then it is ended here, and Docker starts it. It is
# not well either while it opens a large stream, and must not be ended then.
answer=$(printf 'GET /healthz HTTP/1.0\r\n\r\n' | nc 127.0.0.1 8222)
case $answer in
  *"200 OK"*) exit 0 ;;
  *"write error"*)
    room=$(df -Pk /data | awk 'NR == 2 { print $4 }') # kB
    [ "$room" -lt 32768 ] || kill 1
    ;;
esac
exit 1
