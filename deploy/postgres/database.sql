-- SPDX-License-Identifier: EUPL-1.2
\set ON_ERROR_STOP on
\getenv service SERVICE
\getenv password PASSWORD

SELECT format('CREATE ROLE %I', :'service')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service') \gexec

ALTER ROLE :"service" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    CONNECTION LIMIT 36 PASSWORD :'password'; -- two instances of 16 connections, and an operator

SELECT format('CREATE DATABASE %I OWNER %I', :'service', :'service')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec

-- PostgreSQL lets everybody into every database unless it is told not to.
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;

\connect :"service"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
