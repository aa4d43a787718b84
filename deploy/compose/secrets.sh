#!/bin/sh
# Writes random passwords for docker-compose.yml to .env beside it: each name that is not there yet, mode 600.
# Running it again changes nothing. Keep the file; with other passwords the data volumes can't be opened any more.
set -eu
cd "$(dirname "$0")/../.."
umask 077
touch .env
chmod 600 .env
# a last line without its end of line must not run into ours
[ -z "$(tail -c 1 .env)" ] || echo >> .env
for name in DUZE_JWT_KEY DUZE_RABBITMQ_ADMIN_PASSWORD DUZE_MONGO_ROOT_PASSWORD DUZE_MONGO_KEY \
    DUZE_FINDINGS_PASSWORD DUZE_ACCOUNTABILITY_PASSWORD DUZE_NOTIFICATIONS_PASSWORD DUZE_REPORTING_PASSWORD \
    DUZE_NOTIFICATIONS_CONTACT_KEYS DUZE_ACCOUNTABILITY_INFORMANT_KEYS; do
    if ! grep -q "^$name=" .env; then
        # hexadecimal: safe in an address without percent-encoding, and in a key file
        echo "$name=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')" >> .env
    fi
done
echo "secrets are in .env (mode 600, never commit it)"
