CREATE TABLE public.locked (
  a integer
);
ALTER TABLE public.locked OWNER TO postgres;
REVOKE DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE public.locked FROM postgres;

CREATE TABLE public.same (
  a integer
);
ALTER TABLE public.same OWNER TO postgres;

CREATE TABLE public.self (
  a integer
);
ALTER TABLE public.self OWNER TO postgres;
GRANT SELECT ON TABLE public.self TO postgres WITH GRANT OPTION;

CREATE TABLE public.t (
  a integer,
  b integer
);
ALTER TABLE public.t OWNER TO r_owner;
REVOKE TRUNCATE ON TABLE public.t FROM r_owner;
GRANT DELETE ON TABLE public.t TO PUBLIC;
GRANT UPDATE ON TABLE public.t TO r_reader;
GRANT INSERT, SELECT ON TABLE public.t TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT SELECT ON TABLE public.t TO r_other;
RESET ROLE;
SET LOCAL ROLE r_reader;
GRANT SELECT (a) ON TABLE public.t TO r_other;
RESET ROLE;
