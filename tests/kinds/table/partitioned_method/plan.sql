CREATE TABLE public.given (
  a integer,
  b integer
) PARTITION BY LIST (a) USING heap;
ALTER TABLE public.given OWNER TO postgres;

CREATE TABLE public.given_1 (
  a integer,
  b integer
) PARTITION BY LIST (b) USING heap;
ALTER TABLE public.given_1 OWNER TO postgres;
ALTER TABLE ONLY public.given ATTACH PARTITION public.given_1 FOR VALUES IN (1);

CREATE TABLE public.given_2 (
  a integer,
  b integer
);
ALTER TABLE public.given_2 OWNER TO postgres;
ALTER TABLE ONLY public.given ATTACH PARTITION public.given_2 FOR VALUES IN (2);

CREATE TABLE public.made (
  a integer
) PARTITION BY LIST (a) USING heap;
ALTER TABLE public.made OWNER TO postgres;

CREATE TABLE public."none" (
  a integer
) PARTITION BY LIST (a);
ALTER TABLE public."none" OWNER TO postgres;
