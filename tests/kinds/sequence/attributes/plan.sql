CREATE SEQUENCE public."Odd ""name" AS integer START WITH 10;
ALTER SEQUENCE public."Odd ""name" OWNER TO postgres;
COMMENT ON SEQUENCE public."Odd ""name" IS E'it''s
on two lines \\ with a backslash';

CREATE SEQUENCE public.down INCREMENT BY -2 MINVALUE -100 MAXVALUE 50 START WITH 40 CACHE 7 CYCLE;
ALTER SEQUENCE public.down OWNER TO postgres;

CREATE SEQUENCE public.plain;
ALTER SEQUENCE public.plain OWNER TO postgres;
GRANT SELECT, UPDATE, USAGE ON SEQUENCE public.plain TO r_reader WITH GRANT OPTION;

CREATE SEQUENCE public.small AS smallint MAXVALUE 99;
ALTER SEQUENCE public.small OWNER TO r_owner;
REVOKE UPDATE ON SEQUENCE public.small FROM r_owner;
GRANT USAGE ON SEQUENCE public.small TO r_reader;
