-- pgmig: roles="cycle_app,cycle_owner,cycle_reader"
-- The database as it was when it was adopted:
-- 167 objects, written by pgmig baseline.

SET LOCAL check_function_bodies = off;

CREATE SCHEMA ledger;
ALTER SCHEMA ledger OWNER TO cycle_owner;
GRANT USAGE ON SCHEMA ledger TO cycle_app;
GRANT USAGE ON SCHEMA ledger TO cycle_reader;
COMMENT ON SCHEMA ledger IS 'Money and who changed what';

CREATE SCHEMA shop;
ALTER SCHEMA shop OWNER TO cycle_owner;
GRANT USAGE ON SCHEMA shop TO cycle_app;
GRANT USAGE ON SCHEMA shop TO cycle_reader;
COMMENT ON SCHEMA shop IS 'Customers, bicycles, hire and repair';

CREATE EXTENSION btree_gist WITH SCHEMA public;

CREATE TYPE shop.bike_status AS ENUM ('ordered', 'ready', 'hired', 'workshop', 'sold', 'scrapped');
ALTER TYPE shop.bike_status OWNER TO cycle_owner;
COMMENT ON TYPE shop.bike_status IS 'Where a bicycle is in its life with us';

CREATE TYPE shop.repair_state AS ENUM ('accepted', 'waiting for parts', 'done', 'collected');
ALTER TYPE shop.repair_state OWNER TO cycle_owner;

CREATE TYPE shop.postal_address AS (
  street text,
  house character varying(10),
  postcode character varying(12) COLLATE pg_catalog."C",
  town text,
  country character(2)
);
ALTER TYPE shop.postal_address OWNER TO cycle_owner;
COMMENT ON TYPE shop.postal_address IS 'As the post office wants it';
COMMENT ON COLUMN shop.postal_address.country IS 'ISO 3166, two letters';

CREATE TYPE shop.time_range AS RANGE (SUBTYPE = time without time zone, MULTIRANGE_TYPE_NAME = shop.time_multirange);
ALTER TYPE shop.time_range OWNER TO cycle_owner;
COMMENT ON TYPE shop.time_range IS 'From when to when on one day';

CREATE DOMAIN shop.amount AS numeric(10,2) DEFAULT 0;
ALTER DOMAIN shop.amount OWNER TO cycle_owner;
COMMENT ON DOMAIN shop.amount IS 'Euro, VAT included';

CREATE DOMAIN shop.email AS text COLLATE pg_catalog."C";
ALTER DOMAIN shop.email OWNER TO cycle_owner;
REVOKE USAGE ON DOMAIN shop.email FROM PUBLIC;
GRANT USAGE ON DOMAIN shop.email TO cycle_app;

ALTER DOMAIN shop.amount ADD CONSTRAINT amount_not_negative CHECK ((VALUE >= (0)::numeric));
COMMENT ON CONSTRAINT amount_not_negative ON DOMAIN shop.amount IS 'Refunds are rows of their own';

ALTER DOMAIN shop.email ADD CONSTRAINT email_has_one_at CHECK ((VALUE ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text));

CREATE PROCEDURE ledger.close_month(closing date, INOUT payments bigint DEFAULT 0)
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO ledger.closed_month (month) VALUES (date_trunc('month', closing)::date);
    REFRESH MATERIALIZED VIEW ledger.monthly_turnover;
    SELECT count(*) INTO payments
      FROM ledger.payment p
     WHERE date_trunc('month', p.paid_on) = date_trunc('month', closing);
END
$$;
ALTER PROCEDURE ledger.close_month(IN date, IN bigint) OWNER TO cycle_owner;
REVOKE EXECUTE ON PROCEDURE ledger.close_month(IN date, IN bigint) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE ledger.close_month(IN date, IN bigint) TO cycle_app WITH GRANT OPTION;
COMMENT ON PROCEDURE ledger.close_month(IN date, IN bigint) IS 'After this nobody pays in that month';

CREATE FUNCTION ledger.refuse_closed_month() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM ledger.closed_month m WHERE m.month = date_trunc('month', NEW.paid_on)::date
    ) THEN
        RAISE EXCEPTION 'payments of % are closed', to_char(NEW.paid_on, 'YYYY-MM')
            USING HINT = 'Enter a correction in the current month.';
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION ledger.refuse_closed_month() OWNER TO cycle_owner;

CREATE FUNCTION ledger.write_journal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path TO 'pg_catalog', 'ledger'
AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
    INSERT INTO journal ("table", row_id, old, new)
    VALUES (TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,
            coalesce(after, before) ->> TG_ARGV[0], before, after);
    RETURN NULL;
END
$$;
ALTER FUNCTION ledger.write_journal() OWNER TO cycle_owner;
REVOKE EXECUTE ON FUNCTION ledger.write_journal() FROM PUBLIC;

CREATE FUNCTION shop.fold_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT pg_catalog.lower(pg_catalog.regexp_replace(pg_catalog.btrim($1), '\s+', ' ', 'g')) $$;
ALTER FUNCTION shop.fold_name(text) OWNER TO cycle_owner;
COMMENT ON FUNCTION shop.fold_name(text) IS 'How a name is compared: lower case, single spaces';

CREATE FUNCTION shop.free_bikes(branch character, period tstzrange DEFAULT NULL::tstzrange) RETURNS TABLE(bike_id integer, model text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
SET "DateStyle" TO 'ISO'
AS $$
    SELECT a.id, a.model
      FROM shop.bike_available a
     WHERE a.branch = $1
       AND NOT EXISTS (
           SELECT FROM shop.rental r
            WHERE r.bike_id = a.id AND r.cancelled_at IS NULL
              AND r.during && coalesce($2, tstzrange(now(), now() + interval '1 day')));
$$;
ALTER FUNCTION shop.free_bikes(character, tstzrange) OWNER TO cycle_owner;

CREATE FUNCTION shop.manager_works_there() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM shop.employee e WHERE e.id = NEW.manager_id AND e.branch_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'the manager of % works elsewhere', NEW.code;
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION shop.manager_works_there() OWNER TO cycle_owner;

CREATE FUNCTION shop.quote(model integer, days integer DEFAULT 1, from_day date DEFAULT CURRENT_DATE, discount numeric DEFAULT 0.0) RETURNS shop.amount
LANGUAGE plpgsql STABLE STRICT COST 200
AS $$
DECLARE
    price numeric;
BEGIN
    SELECT sum(t.per_day) INTO price
      FROM generate_series(0, days - 1) AS d (n)
      JOIN shop.tariff t ON t.model_id = model AND t.season @> from_day + d.n;
    RETURN round(price * (1 - discount), 2);
END
$$;
ALTER FUNCTION shop.quote(integer, integer, date, numeric) OWNER TO cycle_owner;
REVOKE EXECUTE ON FUNCTION shop.quote(integer, integer, date, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.quote(integer, integer, date, numeric) TO cycle_app;
GRANT EXECUTE ON FUNCTION shop.quote(integer, integer, date, numeric) TO cycle_reader;
COMMENT ON FUNCTION shop.quote(integer, integer, date, numeric) IS 'Price of a hire; NULL if a day has no tariff';

CREATE FUNCTION shop.quote(label text, days integer DEFAULT 1) RETURNS shop.amount
LANGUAGE sql STABLE
AS $$ SELECT shop.quote(m.id, $2) FROM shop.model m WHERE m.label = $1 $$;
ALTER FUNCTION shop.quote(text, integer) OWNER TO cycle_owner;

CREATE FUNCTION shop.tell_customer() RETURNS trigger
LANGUAGE plpgsql
AS $$ BEGIN PERFORM pg_notify('mail', NEW.number); RETURN NULL; END $$;
ALTER FUNCTION shop.tell_customer() OWNER TO cycle_owner;

CREATE FUNCTION shop.touch() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.changed_at := now();
    RETURN NEW;
END
$$;
ALTER FUNCTION shop.touch() OWNER TO cycle_owner;
COMMENT ON FUNCTION shop.touch() IS 'Sets changed_at';

CREATE SEQUENCE ledger.payment_id_seq;
ALTER SEQUENCE ledger.payment_id_seq OWNER TO cycle_owner;
GRANT SELECT, USAGE ON SEQUENCE ledger.payment_id_seq TO cycle_app;

CREATE SEQUENCE shop.client_id_seq AS integer;
ALTER SEQUENCE shop.client_id_seq OWNER TO cycle_owner;
GRANT USAGE ON SEQUENCE shop.client_id_seq TO cycle_app;
COMMENT ON SEQUENCE shop.client_id_seq IS 'Customer numbers; gaps are normal';

CREATE SEQUENCE shop.supplier_number_seq INCREMENT BY 7 MAXVALUE 9999 START WITH 7000 CYCLE;
ALTER SEQUENCE shop.supplier_number_seq OWNER TO cycle_owner;
GRANT USAGE ON SEQUENCE shop.supplier_number_seq TO cycle_app;

CREATE TABLE ledger.closed_month (
  month date NOT NULL,
  closed_by name DEFAULT SESSION_USER NOT NULL
);
ALTER TABLE ledger.closed_month OWNER TO cycle_owner;
COMMENT ON TABLE ledger.closed_month IS 'Months the tax adviser has seen; no payment moves in them';

CREATE TABLE ledger.journal (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  at timestamp with time zone DEFAULT now() NOT NULL,
  "user" name DEFAULT SESSION_USER NOT NULL,
  "table" text NOT NULL,
  row_id text NOT NULL,
  old jsonb,
  new jsonb
);
ALTER TABLE ONLY ledger.journal REPLICA IDENTITY FULL;
ALTER TABLE ledger.journal OWNER TO cycle_owner;
GRANT SELECT ON TABLE ledger.journal TO cycle_app;
COMMENT ON TABLE ledger.journal IS 'Who changed what; append only, see the rules';

CREATE TABLE ledger.payment (
  id bigint DEFAULT nextval('ledger.payment_id_seq'::regclass) NOT NULL,
  paid_on date DEFAULT CURRENT_DATE NOT NULL,
  customer_id integer,
  rental_id bigint,
  repair_id integer,
  amount shop.amount NOT NULL,
  method text DEFAULT 'card'::text NOT NULL
) PARTITION BY RANGE (paid_on);
ALTER TABLE ledger.payment OWNER TO cycle_owner;
GRANT INSERT, SELECT ON TABLE ledger.payment TO cycle_app;
GRANT SELECT ON TABLE ledger.payment TO cycle_reader;
COMMENT ON TABLE ledger.payment IS 'Money received, a partition a year';

ALTER SEQUENCE ledger.payment_id_seq OWNED BY ledger.payment.id;

CREATE TABLE ledger.payment_2023 (
  id bigint DEFAULT nextval('ledger.payment_id_seq'::regclass) CONSTRAINT payment_id_not_null NOT NULL,
  paid_on date DEFAULT CURRENT_DATE CONSTRAINT payment_paid_on_not_null NOT NULL,
  customer_id integer,
  rental_id bigint,
  repair_id integer,
  amount shop.amount CONSTRAINT payment_amount_not_null NOT NULL,
  method text DEFAULT 'card'::text CONSTRAINT payment_method_not_null NOT NULL
);
ALTER TABLE ledger.payment_2023 OWNER TO cycle_owner;
ALTER TABLE ONLY ledger.payment ATTACH PARTITION ledger.payment_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');

CREATE TABLE ledger.payment_2024 (
  id bigint DEFAULT nextval('ledger.payment_id_seq'::regclass) CONSTRAINT payment_id_not_null NOT NULL,
  paid_on date DEFAULT CURRENT_DATE CONSTRAINT payment_paid_on_not_null NOT NULL,
  customer_id integer,
  rental_id bigint,
  repair_id integer,
  amount shop.amount CONSTRAINT payment_amount_not_null NOT NULL,
  method text DEFAULT 'card'::text CONSTRAINT payment_method_not_null NOT NULL
);
ALTER TABLE ledger.payment_2024 OWNER TO cycle_owner;
ALTER TABLE ONLY ledger.payment ATTACH PARTITION ledger.payment_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

CREATE TABLE ledger.payment_2025 (
  id bigint DEFAULT nextval('ledger.payment_id_seq'::regclass) CONSTRAINT payment_id_not_null NOT NULL,
  paid_on date DEFAULT CURRENT_DATE CONSTRAINT payment_paid_on_not_null NOT NULL,
  customer_id integer,
  rental_id bigint,
  repair_id integer,
  amount shop.amount CONSTRAINT payment_amount_not_null NOT NULL,
  method text DEFAULT 'card'::text CONSTRAINT payment_method_not_null NOT NULL
);
ALTER TABLE ledger.payment_2025 OWNER TO cycle_owner;
ALTER TABLE ONLY ledger.payment ATTACH PARTITION ledger.payment_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

CREATE TABLE ledger.payment_rest (
  id bigint DEFAULT nextval('ledger.payment_id_seq'::regclass) CONSTRAINT payment_id_not_null NOT NULL,
  paid_on date DEFAULT CURRENT_DATE CONSTRAINT payment_paid_on_not_null NOT NULL,
  customer_id integer,
  rental_id bigint,
  repair_id integer,
  amount shop.amount CONSTRAINT payment_amount_not_null NOT NULL,
  method text DEFAULT 'card'::text CONSTRAINT payment_method_not_null NOT NULL
);
ALTER TABLE ledger.payment_rest OWNER TO cycle_owner;
COMMENT ON TABLE ledger.payment_rest IS 'Years that nobody made a partition for';
ALTER TABLE ONLY ledger.payment ATTACH PARTITION ledger.payment_rest DEFAULT;

CREATE UNLOGGED TABLE public."Import 2019" (
  "Customer No" integer,
  "Name" text,
  "Paid?" boolean DEFAULT false,
  "Last Amount" numeric(8,2),
  remark character varying(200) DEFAULT ''::character varying NOT NULL
);
ALTER TABLE public."Import 2019" OWNER TO cycle_owner;
GRANT REFERENCES, SELECT, TRIGGER ON TABLE public."Import 2019" TO PUBLIC;
COMMENT ON TABLE public."Import 2019" IS E'Copied from C:\\till\\export.xls; don''t delete before Zoë''s audit';

CREATE TABLE shop.bike (
  id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
  model_id integer NOT NULL,
  branch_id smallint NOT NULL,
  frame_no text COLLATE pg_catalog."C" NOT NULL,
  status shop.bike_status DEFAULT 'ready'::shop.bike_status NOT NULL,
  bought_on date NOT NULL,
  sold_on date,
  price shop.amount,
  equipment jsonb DEFAULT '{}'::jsonb NOT NULL
) WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.05');
ALTER TABLE ONLY shop.bike ALTER COLUMN status SET STATISTICS 500;
ALTER TABLE shop.bike OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.bike TO cycle_app;
GRANT SELECT ON TABLE shop.bike TO cycle_reader;
COMMENT ON TABLE shop.bike IS 'One bicycle; rows are never deleted, they become sold or scrapped';
GRANT USAGE ON SEQUENCE shop.bike_id_seq TO cycle_app;

CREATE TABLE shop.branch (
  id smallint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
  code character(3) NOT NULL,
  name text NOT NULL,
  address shop.postal_address,
  manager_id integer,
  opened_on date NOT NULL,
  "group" text DEFAULT 'town'::text NOT NULL
);
ALTER TABLE shop.branch OWNER TO cycle_owner;
GRANT SELECT ON TABLE shop.branch TO cycle_app;
GRANT SELECT ON TABLE shop.branch TO cycle_reader;
COMMENT ON TABLE shop.branch IS 'A shop with a door';
GRANT USAGE ON SEQUENCE shop.branch_id_seq TO cycle_app;
COMMENT ON COLUMN shop.branch."group" IS 'Town or lake: decides the opening hours on the website';

CREATE TABLE shop.customer (
  id integer DEFAULT nextval('shop.client_id_seq'::regclass) NOT NULL,
  full_name text NOT NULL,
  search_name text GENERATED ALWAYS AS (shop.fold_name(full_name)) STORED,
  email shop.email,
  phone text,
  address shop.postal_address,
  newsletter boolean DEFAULT false NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  changed_at timestamp with time zone,
  forgotten_at timestamp with time zone
);
ALTER TABLE shop.customer OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.customer TO cycle_app;
COMMENT ON TABLE shop.customer IS 'Whoever hired, bought or left something for repair';
GRANT SELECT (id) ON TABLE shop.customer TO cycle_reader;
GRANT SELECT (search_name) ON TABLE shop.customer TO cycle_reader;
GRANT SELECT (newsletter) ON TABLE shop.customer TO cycle_reader;
GRANT SELECT (forgotten_at) ON TABLE shop.customer TO cycle_reader;
COMMENT ON COLUMN shop.customer.forgotten_at IS 'Asked to be forgotten: name and address are blanked';

ALTER SEQUENCE shop.client_id_seq OWNED BY shop.customer.id;

CREATE TABLE shop.customer_note (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  customer_id integer NOT NULL,
  branch_id smallint NOT NULL,
  author_id integer,
  private boolean DEFAULT true NOT NULL,
  note text NOT NULL,
  written_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY shop.customer_note
ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE shop.customer_note OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.customer_note TO cycle_app;
GRANT SELECT ON TABLE shop.customer_note TO cycle_reader;
GRANT USAGE ON SEQUENCE shop.customer_note_id_seq TO cycle_app;

CREATE TABLE shop.employee (
  id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
  branch_id smallint NOT NULL,
  mentor_id integer,
  full_name text NOT NULL,
  email shop.email,
  hourly_wage shop.amount NOT NULL,
  skills text[] DEFAULT '{}'::text[] NOT NULL,
  hired_on date NOT NULL,
  left_on date
);
ALTER TABLE shop.employee OWNER TO cycle_owner;
COMMENT ON TABLE shop.employee IS 'Everybody who ever worked here';
GRANT SELECT (id) ON TABLE shop.employee TO cycle_app;
GRANT SELECT (id) ON TABLE shop.employee TO cycle_reader;
GRANT USAGE ON SEQUENCE shop.employee_id_seq TO cycle_app;
GRANT SELECT (branch_id) ON TABLE shop.employee TO cycle_app;
GRANT SELECT (branch_id) ON TABLE shop.employee TO cycle_reader;
GRANT SELECT (full_name) ON TABLE shop.employee TO cycle_app;
GRANT SELECT (full_name) ON TABLE shop.employee TO cycle_reader;
COMMENT ON COLUMN shop.employee.hourly_wage IS 'Not for reports';
GRANT SELECT (skills), UPDATE (skills) ON TABLE shop.employee TO cycle_app;

CREATE TABLE shop.model (
  id integer GENERATED BY DEFAULT AS IDENTITY (INCREMENT BY 10 START WITH 100) NOT NULL,
  maker text COLLATE pg_catalog."C" NOT NULL,
  name text NOT NULL,
  wheel_inches numeric(3,1),
  electric boolean DEFAULT false NOT NULL,
  label text GENERATED ALWAYS AS ((((maker || ' '::text) || name) ||
CASE
    WHEN electric THEN ' (electric)'::text
    ELSE ''::text
END)) STORED
);
ALTER TABLE shop.model OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.model TO cycle_app;
GRANT SELECT ON TABLE shop.model TO cycle_reader;
GRANT USAGE ON SEQUENCE shop.model_id_seq TO cycle_app;
COMMENT ON COLUMN shop.model.label IS 'What stands on the price tag';

CREATE TABLE shop.opening_hours (
  branch_id smallint NOT NULL,
  weekday smallint NOT NULL,
  hours shop.time_range NOT NULL
);
ALTER TABLE shop.opening_hours OWNER TO cycle_owner;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE shop.opening_hours TO cycle_app;
GRANT SELECT ON TABLE shop.opening_hours TO cycle_reader;
COMMENT ON COLUMN shop.opening_hours.weekday IS '1 is Monday';

CREATE TABLE shop.part (
  sku character varying(24) COLLATE pg_catalog."C" NOT NULL,
  name text NOT NULL,
  supplier_id integer,
  list_price shop.amount NOT NULL,
  stock integer DEFAULT 0 NOT NULL,
  replaced_by character varying(24) COLLATE pg_catalog."C",
  drawing bytea
);
ALTER TABLE ONLY shop.part ALTER COLUMN drawing SET STORAGE EXTERNAL;
ALTER TABLE shop.part OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.part TO cycle_app;
GRANT SELECT ON TABLE shop.part TO cycle_reader;

CREATE TABLE shop.rental (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  bike_id integer NOT NULL,
  customer_id integer NOT NULL,
  handed_out_by integer,
  during tstzrange NOT NULL,
  days integer GENERATED ALWAYS AS ((ceil((EXTRACT(epoch FROM (upper(during) - lower(during))) / (86400)::numeric)))::integer) STORED,
  deposit shop.amount NOT NULL,
  cancelled_at timestamp with time zone
);
ALTER TABLE shop.rental OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.rental TO cycle_app;
GRANT SELECT ON TABLE shop.rental TO cycle_reader;
GRANT USAGE ON SEQUENCE shop.rental_id_seq TO cycle_app;
COMMENT ON COLUMN shop.rental.days IS 'Begun days count whole';

CREATE TABLE shop.repair_line (
  repair_id integer NOT NULL,
  line smallint NOT NULL,
  sku character varying(24) COLLATE pg_catalog."C",
  job_code text COLLATE pg_catalog."C",
  employee_id integer,
  quantity numeric(6,2) DEFAULT 1 NOT NULL,
  unit_price shop.amount NOT NULL,
  line_total numeric(12,2) GENERATED ALWAYS AS (round((quantity * (unit_price)::numeric), 2)) STORED
);
ALTER TABLE shop.repair_line OWNER TO cycle_owner;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE shop.repair_line TO cycle_app;
GRANT SELECT ON TABLE shop.repair_line TO cycle_reader;

CREATE FUNCTION shop.repair_total(repair integer) RETURNS numeric
LANGUAGE sql STABLE
BEGIN ATOMIC
 SELECT COALESCE(sum(l.line_total), (0)::numeric) AS "coalesce"
    FROM shop.repair_line l
   WHERE (l.repair_id = repair_total.repair);
END;
ALTER FUNCTION shop.repair_total(integer) OWNER TO cycle_owner;
COMMENT ON FUNCTION shop.repair_total(integer) IS 'What the customer pays in the end';

CREATE TABLE shop.repair_order (
  id integer GENERATED BY DEFAULT AS IDENTITY NOT NULL,
  number text GENERATED ALWAYS AS (('R-'::text || lpad((id)::text, 5, '0'::text))) STORED,
  branch_id smallint NOT NULL,
  customer_id integer,
  bike_id integer,
  "user" name DEFAULT CURRENT_USER NOT NULL,
  state shop.repair_state DEFAULT 'accepted'::shop.repair_state NOT NULL,
  description text NOT NULL,
  opened_at timestamp with time zone DEFAULT now() NOT NULL,
  changed_at timestamp with time zone,
  collected_at timestamp with time zone
);
ALTER TABLE shop.repair_order OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.repair_order TO cycle_app;
GRANT SELECT ON TABLE shop.repair_order TO cycle_reader;
GRANT USAGE ON SEQUENCE shop.repair_order_id_seq TO cycle_app;

CREATE TABLE shop.standard_job (
  code text COLLATE pg_catalog."C" NOT NULL,
  label text NOT NULL,
  minutes smallint NOT NULL,
  labour shop.amount NOT NULL
);
ALTER TABLE shop.standard_job OWNER TO cycle_owner;
GRANT SELECT ON TABLE shop.standard_job TO cycle_app;
GRANT SELECT ON TABLE shop.standard_job TO cycle_reader;
COMMENT ON TABLE shop.standard_job IS 'Repairs at a fixed price';

CREATE TABLE shop.supplier (
  id integer DEFAULT nextval('shop.supplier_number_seq'::regclass) NOT NULL,
  name text NOT NULL,
  lead_time interval DEFAULT '3 days'::interval NOT NULL
);
ALTER TABLE shop.supplier OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.supplier TO cycle_app;

CREATE TABLE shop.tariff (
  id integer GENERATED BY DEFAULT AS IDENTITY NOT NULL,
  model_id integer NOT NULL,
  season daterange NOT NULL,
  per_day shop.amount NOT NULL
);
ALTER TABLE shop.tariff OWNER TO cycle_owner;
GRANT SELECT ON TABLE shop.tariff TO cycle_app;
GRANT SELECT ON TABLE shop.tariff TO cycle_reader;
GRANT USAGE ON SEQUENCE shop.tariff_id_seq TO cycle_app;

ALTER TABLE ledger.closed_month ADD CONSTRAINT closed_month_pkey PRIMARY KEY (month);

ALTER TABLE ledger.journal ADD CONSTRAINT journal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ledger.payment ADD CONSTRAINT payment_pkey PRIMARY KEY (id, paid_on);

ALTER TABLE ledger.payment_2023 ADD CONSTRAINT payment_2023_pkey PRIMARY KEY (id, paid_on);
ALTER INDEX ledger.payment_pkey ATTACH PARTITION ledger.payment_2023_pkey;

ALTER TABLE ledger.payment_2024 ADD CONSTRAINT payment_2024_pkey PRIMARY KEY (id, paid_on);
ALTER INDEX ledger.payment_pkey ATTACH PARTITION ledger.payment_2024_pkey;

ALTER TABLE ledger.payment_2025 ADD CONSTRAINT payment_2025_pkey PRIMARY KEY (id, paid_on);
ALTER INDEX ledger.payment_pkey ATTACH PARTITION ledger.payment_2025_pkey;

ALTER TABLE ledger.payment_rest ADD CONSTRAINT payment_rest_pkey PRIMARY KEY (id, paid_on);
ALTER INDEX ledger.payment_pkey ATTACH PARTITION ledger.payment_rest_pkey;

ALTER TABLE shop.bike ADD CONSTRAINT bike_frame_no_key UNIQUE (frame_no);

ALTER TABLE shop.bike ADD CONSTRAINT bike_pkey PRIMARY KEY (id);

ALTER TABLE shop.branch ADD CONSTRAINT branch_code_key UNIQUE (code);

ALTER TABLE shop.branch ADD CONSTRAINT branch_pkey PRIMARY KEY (id);

ALTER TABLE shop.customer ADD CONSTRAINT client_pkey PRIMARY KEY (id);

ALTER TABLE shop.customer_note ADD CONSTRAINT customer_note_pkey PRIMARY KEY (id);

ALTER TABLE shop.employee ADD CONSTRAINT employee_email_key UNIQUE (email);

ALTER TABLE shop.employee ADD CONSTRAINT employee_pkey PRIMARY KEY (id);

ALTER TABLE shop.model ADD CONSTRAINT model_maker_name_key UNIQUE (maker, name) INCLUDE (electric);

ALTER TABLE shop.model ADD CONSTRAINT model_pkey PRIMARY KEY (id);

ALTER TABLE shop.opening_hours ADD CONSTRAINT opening_hours_apart EXCLUDE USING gist (branch_id WITH =, weekday WITH =, hours WITH &&);

ALTER TABLE shop.opening_hours ADD CONSTRAINT opening_hours_pkey PRIMARY KEY (branch_id, weekday, hours);

ALTER TABLE shop.part ADD CONSTRAINT part_pkey PRIMARY KEY (sku);

ALTER TABLE shop.rental ADD CONSTRAINT rental_not_twice EXCLUDE USING gist (bike_id WITH =, during WITH &&) WHERE ((cancelled_at IS NULL));

ALTER TABLE shop.rental ADD CONSTRAINT rental_pkey PRIMARY KEY (id);

ALTER TABLE shop.repair_line ADD CONSTRAINT repair_line_pkey PRIMARY KEY (repair_id, line);

ALTER TABLE shop.repair_order ADD CONSTRAINT repair_order_number_key UNIQUE (number);

ALTER TABLE shop.repair_order ADD CONSTRAINT repair_order_pkey PRIMARY KEY (id);
ALTER TABLE shop.repair_order CLUSTER ON repair_order_pkey;

ALTER TABLE shop.standard_job ADD CONSTRAINT standard_job_label_key UNIQUE (label);

ALTER TABLE shop.standard_job ADD CONSTRAINT standard_job_pkey PRIMARY KEY (code);

ALTER TABLE shop.supplier ADD CONSTRAINT supplier_name_key UNIQUE (name);

ALTER TABLE shop.supplier ADD CONSTRAINT supplier_pkey PRIMARY KEY (id);

ALTER TABLE shop.tariff ADD CONSTRAINT tariff_one_per_day EXCLUDE USING gist (model_id WITH =, season WITH &&);
COMMENT ON CONSTRAINT tariff_one_per_day ON shop.tariff IS 'On any day a model has one price';

ALTER TABLE shop.tariff ADD CONSTRAINT tariff_pkey PRIMARY KEY (id);

CREATE INDEX journal_at_idx ON ledger.journal USING brin (at) WITH (pages_per_range='32');

CREATE INDEX payment_2025_cash_idx ON ledger.payment_2025 USING btree (paid_on) WHERE (method = 'cash'::text);

CREATE INDEX payment_customer_idx ON ONLY ledger.payment USING btree (customer_id, paid_on DESC);
COMMENT ON INDEX ledger.payment_customer_idx IS 'Statement of account';

CREATE INDEX payment_2023_customer_id_paid_on_idx ON ledger.payment_2023 USING btree (customer_id, paid_on DESC);
ALTER INDEX ledger.payment_customer_idx ATTACH PARTITION ledger.payment_2023_customer_id_paid_on_idx;

CREATE INDEX payment_2024_customer_id_paid_on_idx ON ledger.payment_2024 USING btree (customer_id, paid_on DESC);
ALTER INDEX ledger.payment_customer_idx ATTACH PARTITION ledger.payment_2024_customer_id_paid_on_idx;

CREATE INDEX payment_2025_customer_id_paid_on_idx ON ledger.payment_2025 USING btree (customer_id, paid_on DESC);
ALTER INDEX ledger.payment_customer_idx ATTACH PARTITION ledger.payment_2025_customer_id_paid_on_idx;

CREATE INDEX payment_rest_customer_id_paid_on_idx ON ledger.payment_rest USING btree (customer_id, paid_on DESC);
ALTER INDEX ledger.payment_customer_idx ATTACH PARTITION ledger.payment_rest_customer_id_paid_on_idx;

CREATE INDEX bike_equipment_idx ON shop.bike USING gin (equipment jsonb_path_ops);

CREATE INDEX bike_ready_idx ON shop.bike USING btree (branch_id, model_id) WHERE (status = 'ready'::shop.bike_status);

CREATE UNIQUE INDEX customer_email_key ON shop.customer USING btree (lower((email)::text)) WHERE (forgotten_at IS NULL);
COMMENT ON INDEX shop.customer_email_key IS 'One account per address, forgotten ones aside';

CREATE INDEX customer_note_customer_id_idx ON shop.customer_note USING btree (customer_id);

CREATE INDEX customer_search_name_idx ON shop.customer USING btree (search_name text_pattern_ops);

CREATE INDEX customer_town_idx ON shop.customer USING btree (((address).town), id DESC);

CREATE UNIQUE INDEX employee_once_at_a_time ON shop.employee USING btree (full_name) WHERE (left_on IS NULL);

CREATE INDEX part_name_idx ON shop.part USING btree (lower(name), sku);

CREATE INDEX part_supplier_idx ON shop.part USING btree (supplier_id NULLS FIRST) INCLUDE (list_price) WITH (fillfactor='90');

CREATE INDEX rental_customer_id_idx ON shop.rental USING btree (customer_id);

CREATE INDEX repair_order_open_idx ON shop.repair_order USING btree (branch_id, opened_at DESC NULLS LAST) WHERE (state <> 'collected'::shop.repair_state);

ALTER TABLE ledger.closed_month ADD CONSTRAINT closed_month_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric));

ALTER TABLE ledger.payment ADD CONSTRAINT payment_method_known CHECK ((method = ANY (ARRAY['cash'::text, 'card'::text, 'transfer'::text])));

ALTER TABLE shop.bike ADD CONSTRAINT bike_sold_has_date CHECK (((status = 'sold'::shop.bike_status) = (sold_on IS NOT NULL)));
COMMENT ON CONSTRAINT bike_sold_has_date ON shop.bike IS 'Sold means a date, and only then';

ALTER TABLE shop.branch ADD CONSTRAINT branch_code_check CHECK (((code)::text = upper((code)::text)));

ALTER TABLE shop.customer_note ADD CONSTRAINT customer_note_note_check CHECK ((note <> ''::text));

ALTER TABLE shop.customer ADD CONSTRAINT customer_phone_international CHECK ((phone ~ '^\+[0-9][0-9 ]+$'::text)) NOT VALID;

ALTER TABLE shop.employee ADD CONSTRAINT employee_leaves_after_coming CHECK (((left_on IS NULL) OR (left_on >= hired_on)));

ALTER TABLE shop.employee ADD CONSTRAINT employee_no_own_mentor CHECK ((mentor_id <> id));

ALTER TABLE shop.opening_hours ADD CONSTRAINT opening_hours_weekday_check CHECK (((weekday >= 1) AND (weekday <= 7)));

ALTER TABLE shop.part ADD CONSTRAINT part_sku_check CHECK (((sku)::text ~ '^[A-Z]{2}-[0-9]+$'::text));

ALTER TABLE shop.part ADD CONSTRAINT part_stock_check CHECK ((stock >= 0));

ALTER TABLE shop.rental ADD CONSTRAINT rental_has_both_ends CHECK (((NOT isempty(during)) AND (NOT lower_inf(during)) AND (NOT upper_inf(during))));

ALTER TABLE shop.repair_line ADD CONSTRAINT repair_line_check CHECK ((num_nonnulls(sku, job_code) < 2));

ALTER TABLE shop.repair_line ADD CONSTRAINT repair_line_line_check CHECK ((line > 0));

ALTER TABLE shop.repair_line ADD CONSTRAINT repair_line_quantity_check CHECK ((quantity > (0)::numeric));

ALTER TABLE shop.repair_order ADD CONSTRAINT repair_order_for_one CHECK ((num_nonnulls(customer_id, bike_id) = 1));
COMMENT ON CONSTRAINT repair_order_for_one ON shop.repair_order IS 'A customer''s bicycle or one of ours, never both';

ALTER TABLE shop.standard_job ADD CONSTRAINT standard_job_code_check CHECK ((code ~ '^[a-z_]+$'::text));

ALTER TABLE shop.standard_job ADD CONSTRAINT standard_job_minutes_check CHECK ((minutes > 0));

ALTER TABLE shop.tariff ADD CONSTRAINT tariff_season_check CHECK ((NOT isempty(season)));

CREATE VIEW ledger.unpaid_repair WITH (security_barrier='true') AS
 SELECT number,
    customer_id,
    shop.repair_total(id) AS total
   FROM shop.repair_order o
  WHERE ((customer_id IS NOT NULL) AND (NOT (EXISTS ( SELECT
           FROM ledger.payment p
          WHERE (p.repair_id = o.id)))));
ALTER VIEW ledger.unpaid_repair OWNER TO cycle_owner;
GRANT SELECT ON TABLE ledger.unpaid_repair TO cycle_reader;

CREATE VIEW shop.bike_on_hand WITH (security_barrier='true') AS
 SELECT b.id,
    b.frame_no,
    m.label AS model,
    b.branch_id,
    b.status
   FROM (shop.bike b
     JOIN shop.model m ON ((m.id = b.model_id)))
  WHERE (b.status = ANY (ARRAY['ready'::shop.bike_status, 'hired'::shop.bike_status, 'workshop'::shop.bike_status]));
ALTER VIEW shop.bike_on_hand OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.bike_on_hand TO cycle_app;
GRANT SELECT ON TABLE shop.bike_on_hand TO cycle_reader;
COMMENT ON VIEW shop.bike_on_hand IS 'Bicycles we could lay hands on';
COMMENT ON COLUMN shop.bike_on_hand.model IS 'The label of the model';

CREATE VIEW shop.bike_available AS
 SELECT h.id,
    h.model,
    br.code AS branch,
    row_number() OVER (PARTITION BY h.branch_id ORDER BY h.frame_no) AS place
   FROM (shop.bike_on_hand h
     JOIN shop.branch br ON ((br.id = h.branch_id)))
  WHERE (h.status = 'ready'::shop.bike_status);
ALTER VIEW shop.bike_available OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.bike_available TO cycle_app;
GRANT SELECT ON TABLE shop.bike_available TO cycle_reader;
COMMENT ON VIEW shop.bike_available IS 'What the web shop offers';

CREATE VIEW shop.model_demand AS
 SELECT m.id,
    m.label,
    m.electric,
    count(r.id) AS rentals,
    COALESCE(sum(r.days), (0)::bigint) AS days
   FROM ((shop.model m
     LEFT JOIN shop.bike b ON ((b.model_id = m.id)))
     LEFT JOIN shop.rental r ON (((r.bike_id = b.id) AND (r.cancelled_at IS NULL))))
  GROUP BY m.id;
ALTER VIEW shop.model_demand OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.model_demand TO cycle_app;
GRANT SELECT ON TABLE shop.model_demand TO cycle_reader;

CREATE VIEW shop.newsletter_reader WITH (check_option='local') AS
 SELECT id,
    full_name,
    email,
    newsletter
   FROM shop.customer c
  WHERE newsletter;
ALTER VIEW shop.newsletter_reader ALTER COLUMN newsletter SET DEFAULT true;
ALTER VIEW shop.newsletter_reader OWNER TO cycle_owner;
GRANT INSERT, SELECT, UPDATE ON TABLE shop.newsletter_reader TO cycle_app;

CREATE MATERIALIZED VIEW ledger.monthly_turnover AS
 SELECT (date_trunc('month'::text, (paid_on)::timestamp with time zone))::date AS month,
    method,
    sum((amount)::numeric) AS amount,
    count(*) AS payments
   FROM ledger.payment p
  GROUP BY ((date_trunc('month'::text, (paid_on)::timestamp with time zone))::date), method;
ALTER MATERIALIZED VIEW ledger.monthly_turnover OWNER TO cycle_owner;
GRANT SELECT ON TABLE ledger.monthly_turnover TO cycle_reader WITH GRANT OPTION;
COMMENT ON MATERIALIZED VIEW ledger.monthly_turnover IS 'Refreshed when a month is closed';

CREATE UNIQUE INDEX monthly_turnover_key ON ledger.monthly_turnover USING btree (month, method);

CREATE RULE journal_keeps_rows AS
    ON DELETE TO ledger.journal DO INSTEAD NOTHING;
COMMENT ON RULE journal_keeps_rows ON ledger.journal IS 'Deleting does nothing, silently. Sorry.';

CREATE RULE journal_keeps_text AS
    ON UPDATE TO ledger.journal
   WHERE (old.id = new.id) DO INSTEAD NOTHING;

CREATE TRIGGER closed_month BEFORE INSERT OR UPDATE ON ledger.payment FOR EACH ROW EXECUTE FUNCTION ledger.refuse_closed_month();

CREATE TRIGGER journal AFTER DELETE OR UPDATE OF status, price ON shop.bike FOR EACH ROW EXECUTE FUNCTION ledger.write_journal('id');
COMMENT ON TRIGGER journal ON shop.bike IS 'Status and price; the rest is not worth a line';

CREATE TRIGGER journal AFTER DELETE OR UPDATE ON shop.tariff FOR EACH ROW EXECUTE FUNCTION ledger.write_journal('id');

CREATE CONSTRAINT TRIGGER manager_works_there AFTER INSERT OR UPDATE OF manager_id ON shop.branch DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.manager_id IS NOT NULL)) EXECUTE FUNCTION shop.manager_works_there();

CREATE TRIGGER tell_customer AFTER UPDATE OF state ON shop.repair_order FOR EACH ROW WHEN ((new.state = 'done'::shop.repair_state)) EXECUTE FUNCTION shop.tell_customer();
ALTER TABLE shop.repair_order DISABLE TRIGGER tell_customer;

CREATE TRIGGER touch BEFORE UPDATE OF full_name, email, phone, address ON shop.customer FOR EACH ROW EXECUTE FUNCTION shop.touch();

CREATE TRIGGER touch BEFORE UPDATE ON shop.repair_order FOR EACH ROW WHEN (((old.state <> new.state) OR (old.description IS DISTINCT FROM new.description))) EXECUTE FUNCTION shop.touch();

ALTER TABLE ledger.payment ADD CONSTRAINT payment_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES shop.customer(id);

ALTER TABLE ledger.payment ADD CONSTRAINT payment_rental_id_fkey FOREIGN KEY (rental_id) REFERENCES shop.rental(id) ON DELETE SET NULL;

ALTER TABLE ledger.payment ADD CONSTRAINT payment_repair_id_fkey FOREIGN KEY (repair_id) REFERENCES shop.repair_order(id);

ALTER TABLE public."Import 2019" ADD CONSTRAINT "Import 2019 customer" FOREIGN KEY ("Customer No") REFERENCES shop.customer(id) ON UPDATE CASCADE NOT VALID;

ALTER TABLE shop.bike ADD CONSTRAINT bike_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES shop.branch(id) ON DELETE RESTRICT;

ALTER TABLE shop.bike ADD CONSTRAINT bike_model_id_fkey FOREIGN KEY (model_id) REFERENCES shop.model(id) ON DELETE RESTRICT;

ALTER TABLE shop.branch ADD CONSTRAINT branch_manager_id_fkey FOREIGN KEY (manager_id) REFERENCES shop.employee(id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
COMMENT ON CONSTRAINT branch_manager_id_fkey ON shop.branch IS 'Deferred: a branch and its first manager arrive in one transaction';

ALTER TABLE shop.customer_note ADD CONSTRAINT customer_note_author_id_fkey FOREIGN KEY (author_id) REFERENCES shop.employee(id) ON DELETE SET NULL;

ALTER TABLE shop.customer_note ADD CONSTRAINT customer_note_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES shop.branch(id);

ALTER TABLE shop.customer_note ADD CONSTRAINT customer_note_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES shop.customer(id) ON DELETE CASCADE;

ALTER TABLE shop.employee ADD CONSTRAINT employee_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES shop.branch(id) ON DELETE RESTRICT;

ALTER TABLE shop.employee ADD CONSTRAINT employee_mentor_id_fkey FOREIGN KEY (mentor_id) REFERENCES shop.employee(id) ON DELETE SET NULL;

ALTER TABLE shop.opening_hours ADD CONSTRAINT opening_hours_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES shop.branch(id) ON DELETE CASCADE;

ALTER TABLE shop.part ADD CONSTRAINT part_replaced_by_fkey FOREIGN KEY (replaced_by) REFERENCES shop.part(sku);

ALTER TABLE shop.part ADD CONSTRAINT part_supplier_id_fkey FOREIGN KEY (supplier_id) REFERENCES shop.supplier(id) ON UPDATE CASCADE ON DELETE SET NULL;

ALTER TABLE shop.rental ADD CONSTRAINT rental_bike_id_fkey FOREIGN KEY (bike_id) REFERENCES shop.bike(id);

ALTER TABLE shop.rental ADD CONSTRAINT rental_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES shop.customer(id);

ALTER TABLE shop.rental ADD CONSTRAINT rental_handed_out_by_fkey FOREIGN KEY (handed_out_by) REFERENCES shop.employee(id) ON DELETE SET NULL;

ALTER TABLE shop.repair_line ADD CONSTRAINT repair_line_employee_id_fkey FOREIGN KEY (employee_id) REFERENCES shop.employee(id) ON DELETE SET NULL;

ALTER TABLE shop.repair_line ADD CONSTRAINT repair_line_job_code_fkey FOREIGN KEY (job_code) REFERENCES shop.standard_job(code);

ALTER TABLE shop.repair_line ADD CONSTRAINT repair_line_repair_id_fkey FOREIGN KEY (repair_id) REFERENCES shop.repair_order(id) ON DELETE CASCADE;

ALTER TABLE shop.repair_line ADD CONSTRAINT repair_line_sku_fkey FOREIGN KEY (sku) REFERENCES shop.part(sku) ON UPDATE CASCADE;

ALTER TABLE shop.repair_order ADD CONSTRAINT repair_order_bike_id_fkey FOREIGN KEY (bike_id) REFERENCES shop.bike(id);

ALTER TABLE shop.repair_order ADD CONSTRAINT repair_order_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES shop.branch(id);

ALTER TABLE shop.repair_order ADD CONSTRAINT repair_order_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES shop.customer(id);

ALTER TABLE shop.tariff ADD CONSTRAINT tariff_model_id_fkey FOREIGN KEY (model_id) REFERENCES shop.model(id) ON DELETE CASCADE;

CREATE POLICY not_forgotten ON shop.customer_note AS RESTRICTIVE FOR ALL TO PUBLIC
USING ((EXISTS ( SELECT
   FROM shop.customer c
  WHERE ((c.id = customer_note.customer_id) AND (c.forgotten_at IS NULL)))));

CREATE POLICY not_private ON shop.customer_note FOR SELECT TO cycle_reader
USING ((NOT private));

CREATE POLICY own_branch ON shop.customer_note FOR ALL TO cycle_app
USING ((branch_id = (NULLIF(current_setting('shop.branch_id'::text, true), ''::text))::smallint))
WITH CHECK ((branch_id = (NULLIF(current_setting('shop.branch_id'::text, true), ''::text))::smallint));
COMMENT ON POLICY own_branch ON shop.customer_note IS 'The till sets shop.branch_id when it starts';

CREATE POLICY owner_sees_all ON shop.customer_note FOR ALL TO cycle_owner
USING (true);
