#!/bin/bash
# Writes the replica set's key file from the environment (never into an image or a volume: /run/duze is a tmpfs)
# with the owner and mode mongod insists on, and goes on to the image's own entrypoint.
set -eu
umask 077
printf '%s\n' "$DUZE_MONGO_KEY" > /run/duze/keyfile
chown mongodb:mongodb /run/duze /run/duze/keyfile
chmod 400 /run/duze/keyfile
unset DUZE_MONGO_KEY
exec docker-entrypoint.sh "$@"
