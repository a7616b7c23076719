#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Makes the secrets that are not there yet, one file each, readable by their owner alone; changes none.
# To replace one: remove its file, run this again, then `docker compose up -d --force-recreate`.
#
# The containers read the files as the user that owns them. Run by root, that is user 10001; run by
# anybody else, that is whoever runs it, and deploy/.env tells compose so. Argument: another directory.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
directory=${1:-$here/secrets}
mkdir -p "$directory"
chmod 700 "$directory"
cd "$directory"

new() { # NAME CONTENT: in one step, so that an interrupted run leaves no half secret
  printf '%s\n' "$2" >".$1"
  mv ".$1" "$1"
}
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
password_in() { sed 's|^[a-z]*://[a-z]*:\([^@]*\)@.*|\1|' "$1"; }

[ -s postgres ] || new postgres "$(random)"
for service in initiatives budget analytics surveys notifications; do
  [ -s "database_$service" ] ||
    new "database_$service" "postgresql://$service:$(random)@postgres:5432/$service"
done

[ -e smtp_url ] || new smtp_url "" # for the operator to fill in

passwords=
for user in provision observer initiatives budget analytics surveys notifications; do
  [ -s "nats_$user" ] || new "nats_$user" "nats://$user:$(random)@nats:4222"
  name=$(printf '%s' "$user" | tr '[:lower:]' '[:upper:]')_PASSWORD
  passwords="$passwords$name: \"$(password_in "nats_$user")\"
"
done
new nats_passwords.conf "$passwords"

if [ "$(id -u)" = 0 ]; then
  chown -R "${DEPLOY_UID:-10001}:${DEPLOY_GID:-10001}" .
elif [ $# = 0 ] && ! grep -qs '^DEPLOY_UID=' "$here/.env"; then
  printf 'DEPLOY_UID=%s\nDEPLOY_GID=%s\n' "$(id -u)" "$(id -g)" >>"$here/.env"
fi
echo "The secrets are in $directory. Keep a copy where the backups are, and nobody else can read it."
