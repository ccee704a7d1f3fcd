-- The three roles of Pôle, made by whoever administers the server. Passwords are set beside, never here.
-- May be run again: a role that exists gets the same attributes.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['pole_owner', 'pole_app', 'pole_backup'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I', wanted);
        END IF;
    END LOOP;
END
$$;

-- Owns the schema and migrates. Nothing but migrations connects as it.
ALTER ROLE pole_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- Serves: web, worker, beat, sweeper. Row security holds for it.
ALTER ROLE pole_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- Dumps: reads every row, writes none.
ALTER ROLE pole_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
ALTER ROLE pole_backup SET default_transaction_read_only = on;
GRANT pg_read_all_data TO pole_backup;
