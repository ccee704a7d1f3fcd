-- What the roles may do in the current database, before any table. Tables are granted by the migrations.
-- May be run again.
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO pole_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO pole_app, pole_backup', current_database());
END
$$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO pole_owner;
GRANT USAGE ON SCHEMA public TO pole_app, pole_backup;
