#!/bin/sh
# Checks docker-compose.yml without a Docker engine: the compose schema, and, where the distribution's
# docker-compose is installed, its own reading of the file (profiles included), with throw-away secrets.
set -eu
cd "$(dirname "$0")/../.."
"${CHECK_JSONSCHEMA:-.venv/bin/check-jsonschema}" --builtin-schema vendor.compose-spec docker-compose.yml
if command -v docker-compose > /dev/null; then
    env=$(mktemp)
    trap 'rm -f "$env"' EXIT
    for name in $(grep -o '{DUZE_[A-Z_]*:?' docker-compose.yml | tr -d '{:?' | sort -u); do
        echo "$name=check" >> "$env"
    done
    docker-compose --env-file "$env" --profile prometheus config -q
    echo "docker-compose config: ok"
fi
