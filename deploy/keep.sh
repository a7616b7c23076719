#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Starts containers of the suite again that were killed. Docker does so itself when a program ends or runs
# out of memory; but it takes `docker kill`, from whomever, for an operator's wish and leaves it at that.
# One that was stopped in order stays stopped. Argument: the compose project.
set -eu
while :; do
  for container in $(docker ps --quiet --filter status=exited --filter exited=137 \
    --filter "label=com.docker.compose.project=${1:-kernpuls}"); do
    echo "starting $(docker inspect --format '{{.Name}}' "$container") again: it was killed"
    docker start "$container" >/dev/null
  done
  sleep 2
done
