SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.f() RETURNS trigger
LANGUAGE plpgsql
AS $$BEGIN RETURN NEW; END$$;
ALTER FUNCTION public.f() OWNER TO postgres;

CREATE TABLE public.p (
  id integer,
  at date
) PARTITION BY RANGE (id);
ALTER TABLE public.p OWNER TO postgres;

CREATE TABLE public.p1 (
  id integer,
  at date
);
ALTER TABLE public.p1 OWNER TO postgres;
ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 FOR VALUES FROM (0) TO (10);

CREATE TABLE public.p2 (
  id integer,
  at date
) PARTITION BY LIST (at);
ALTER TABLE public.p2 OWNER TO postgres;
ALTER TABLE ONLY public.p ATTACH PARTITION public.p2 FOR VALUES FROM (10) TO (20);

CREATE TABLE public.p2a (
  id integer,
  at date
);
ALTER TABLE public.p2a OWNER TO postgres;
ALTER TABLE ONLY public.p2 ATTACH PARTITION public.p2a FOR VALUES IN ('2020-01-01');

CREATE TABLE public.p2b (
  id integer,
  at date
);
ALTER TABLE public.p2b OWNER TO postgres;
ALTER TABLE ONLY public.p2 ATTACH PARTITION public.p2b DEFAULT;

CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON public.p DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION public.f();

ALTER TABLE public.p1 DISABLE TRIGGER checked;

CREATE TRIGGER mixed AFTER UPDATE ON public.p FOR EACH ROW EXECUTE FUNCTION public.f();
COMMENT ON TRIGGER mixed ON public.p IS 'on the whole';

ALTER TABLE public.p2 DISABLE TRIGGER mixed;

ALTER TABLE public.p2b ENABLE ALWAYS TRIGGER mixed;
COMMENT ON TRIGGER mixed ON public.p2b IS 'on a part';

CREATE TRIGGER off AFTER UPDATE ON public.p FOR EACH ROW EXECUTE FUNCTION public.f();
ALTER TABLE public.p DISABLE TRIGGER off;

CREATE TRIGGER on_in_a_part AFTER DELETE ON public.p FOR EACH ROW EXECUTE FUNCTION public.f();
ALTER TABLE public.p DISABLE TRIGGER on_in_a_part;

ALTER TABLE public.p1 ENABLE TRIGGER on_in_a_part;

CREATE TRIGGER own BEFORE INSERT ON public.p1 FOR EACH ROW EXECUTE FUNCTION public.f();
ALTER TABLE public.p1 DISABLE TRIGGER own;

CREATE TRIGGER same BEFORE INSERT ON public.p FOR EACH ROW EXECUTE FUNCTION public.f();

CREATE TRIGGER statement AFTER INSERT ON public.p FOR EACH STATEMENT EXECUTE FUNCTION public.f();
