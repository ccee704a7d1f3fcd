#!/bin/sh
# Gives Pôle's roles their passwords, from the environment and not on a command line. For the official
# PostgreSQL image: runs once, after roles.sql and database.sql, when the data directory is new.
set -eu
for role in OWNER APP BACKUP; do
    eval "[ -n \"\${POLE_${role}_PASSWORD:-}\" ]" || { echo "POLE_${role}_PASSWORD is missing." >&2; exit 1; }
done
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv owner POLE_OWNER_PASSWORD
\getenv app POLE_APP_PASSWORD
\getenv backup POLE_BACKUP_PASSWORD
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
ALTER ROLE pole_owner PASSWORD :'owner';
ALTER ROLE pole_app PASSWORD :'app';
ALTER ROLE pole_backup PASSWORD :'backup';
SQL
