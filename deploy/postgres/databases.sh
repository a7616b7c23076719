#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A database and a role for every service, which no other role can enter. Runs at every start, so that a
# service added by an upgrade gets its own too, and a replaced password holds. Arguments: the services.
set -eu
export PGHOST=postgres PGUSER=postgres PGDATABASE=postgres PGAPPNAME=databases
PGPASSWORD=$(cat /run/secrets/postgres)
export PGPASSWORD
for SERVICE in "$@"; do
  PASSWORD=$(sed 's|^[a-z]*://[a-z]*:\([^@]*\)@.*|\1|' "/run/secrets/database_$SERVICE")
  export SERVICE PASSWORD
  psql --quiet --no-psqlrc --file=/kernpuls/database.sql
  echo "$SERVICE: its database and its role are there"
done
