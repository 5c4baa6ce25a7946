-- Roles and database of the platform, for psql. Run once by a superuser (or a managed server's administrator);
-- running it again changes nothing, or mends what somebody changed.
--
--   KFA_OWNER_PASSWORD=… KFA_APP_PASSWORD=… psql -d postgres -f config/provision.sql
--
-- Variables (psql -v NAME=VALUE):
--   database           name of the database                                        (kfa)
--   owner_bypassrls    off where a managed server cannot grant BYPASSRLS           (on)
--   owner_createdb     on where kfa_owner makes and drops test databases           (off)
--
-- kfa_owner   owns the tables and migrates. FORCE ROW LEVEL SECURITY binds owners too: BYPASSRLS lets it
--             run data migrations and dumps.
-- kfa_app     signs in for web, worker and beat. May by itself read no tenant's table: it takes one of the scope
--             roles for the length of a transaction (SET LOCAL ROLE). It never inherits what they may.
-- kfa_municipality, kfa_programme, kfa_person, kfa_network, kfa_public, kfa_allocation
--             the scopes. Nobody signs in as one; policies are written TO them.

\set ON_ERROR_STOP on
\set QUIET on
\if :{?database}
\else
  \set database kfa
\endif
\if :{?owner_bypassrls}
\else
  \set owner_bypassrls on
\endif
\if :{?owner_createdb}
\else
  \set owner_createdb off
\endif
\unset owner_password
\unset app_password
\getenv owner_password KFA_OWNER_PASSWORD
\getenv app_password KFA_APP_PASSWORD
\set complete off
\if :{?owner_password}
  \if :{?app_password}
    \set complete on
  \endif
\endif
\if :complete
\else
  \warn 'KFA_OWNER_PASSWORD and KFA_APP_PASSWORD must both be set.'
  SELECT 1 / 0 AS "passwords missing";
\endif

SET client_min_messages = warning;
-- The passwords must not reach the server's log, whatever it logs otherwise.
SELECT rolsuper AS is_superuser FROM pg_roles WHERE rolname = current_user \gset
\if :is_superuser
  SET log_statement = 'none';
  SET log_min_duration_statement = -1;
  SET log_min_error_statement = 'panic';
\endif

SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['kfa_owner', 'kfa_app']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

SELECT format('CREATE ROLE %I NOLOGIN', name)
  FROM unnest(ARRAY['kfa_municipality', 'kfa_programme', 'kfa_person', 'kfa_network', 'kfa_public', 'kfa_allocation']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

\if :is_superuser
  ALTER ROLE kfa_owner NOSUPERUSER NOREPLICATION;
  ALTER ROLE kfa_app NOSUPERUSER NOREPLICATION NOBYPASSRLS;
\endif
\if :owner_bypassrls
  ALTER ROLE kfa_owner BYPASSRLS;
\endif
\if :owner_createdb
  ALTER ROLE kfa_owner CREATEDB;
\else
  ALTER ROLE kfa_owner NOCREATEDB;
\endif
ALTER ROLE kfa_owner LOGIN NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE kfa_app LOGIN NOINHERIT NOCREATEDB NOCREATEROLE PASSWORD :'app_password';

SELECT format('ALTER ROLE %I NOLOGIN NOCREATEDB NOCREATEROLE', name)
  FROM unnest(ARRAY['kfa_municipality', 'kfa_programme', 'kfa_person', 'kfa_network', 'kfa_public', 'kfa_allocation']) AS name
\gexec
SELECT format('GRANT %I TO kfa_app WITH ADMIN FALSE, INHERIT FALSE, SET TRUE', name)
  FROM unnest(ARRAY['kfa_municipality', 'kfa_programme', 'kfa_person', 'kfa_network', 'kfa_public', 'kfa_allocation']) AS name
\gexec

-- An administrator who is no superuser must belong to the owner to make a database for it.
SELECT format('GRANT kfa_owner TO %I', current_user) WHERE NOT :'is_superuser'::boolean
\gexec

SELECT format('CREATE DATABASE %I OWNER kfa_owner', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec
ALTER DATABASE :"database" OWNER TO kfa_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO kfa_app;

\connect :database
SET client_min_messages = warning;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public
   TO kfa_app, kfa_municipality, kfa_programme, kfa_person, kfa_network, kfa_public, kfa_allocation;
