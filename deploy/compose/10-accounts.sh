#!/bin/sh
# Runs once, when the database server is set up: the roles that Kontor's transactions take on, the owner of the
# schema, and the account of the services, which owns nothing and cannot pass by row-level security.
set -eu
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
  --set=owner_password="$DATABASE_OWNER_PASSWORD" --set=service_password="$DATABASE_PASSWORD" <<'SQL'
CREATE ROLE kontor_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
CREATE ROLE kontor_worker NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
CREATE ROLE kontor_search NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
CREATE ROLE kontor_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE kontor LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'service_password';
GRANT kontor_app, kontor_worker, kontor_search TO kontor_owner, kontor WITH INHERIT FALSE, SET TRUE;
SELECT format('ALTER DATABASE %I OWNER TO kontor_owner', current_database()) \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO kontor', current_database()) \gexec
ALTER SCHEMA public OWNER TO kontor_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO kontor;
CREATE EXTENSION vector;
SQL
