#!/bin/sh
# Run by the postgres image when its volume is new: roles and database of the platform.
set -eu
exec psql --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres --file /provision.sql
