#!/bin/sh
# Runs to its end before the services start: every database at the version of this code, by the service's
# own role, and the stream as it must be. Arguments: the services.
set -eu
for service in "$@"; do
  KERNPULS_DATABASE_URL_FILE="/run/secrets/database_$service" kernpuls migrate "$service"
done
KERNPULS_NATS_URL_FILE=/run/secrets/nats_provision kernpuls provision
