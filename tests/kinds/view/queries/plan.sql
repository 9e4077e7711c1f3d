CREATE DOMAIN public.positive AS integer NOT NULL;
ALTER DOMAIN public.positive OWNER TO postgres;

ALTER DOMAIN public.positive ADD CONSTRAINT positive_check CHECK ((VALUE > 0));

CREATE TABLE public.t (
  id integer NOT NULL,
  a text,
  "B" integer[],
  d date
);
ALTER TABLE public.t OWNER TO postgres;

CREATE TABLE public.u (
  p public.positive,
  c text COLLATE pg_catalog."C"
);
ALTER TABLE public.u OWNER TO postgres;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);

CREATE VIEW public.domains AS
 SELECT p,
    c,
    (c COLLATE "POSIX") AS other
   FROM public.u;
ALTER VIEW public.domains OWNER TO postgres;

CREATE VIEW public.grouped AS
 SELECT t.id,
    t.a,
    t."B",
    t.d,
    count(*) AS n
   FROM (public.t
     JOIN public.u ON (((u.p)::integer = t.id)))
  GROUP BY t.id;
ALTER VIEW public.grouped OWNER TO postgres;

CREATE VIEW public.joined AS
 SELECT t.id,
    x.a
   FROM (public.t
     LEFT JOIN LATERAL ( SELECT t.a
         LIMIT 1) x ON (true));
ALTER VIEW public.joined OWNER TO postgres;

CREATE VIEW public.literals AS
 SELECT 'a;b
''c''\d'::text AS s,
    ';'::text AS semicolon,
    'a'::text AS u;
ALTER VIEW public.literals OWNER TO postgres;

CREATE VIEW public.nothing AS
 SELECT;
ALTER VIEW public.nothing OWNER TO postgres;

CREATE VIEW public.numbers AS
 WITH RECURSIVE r(n) AS (
         VALUES (1)
        UNION ALL
         SELECT (r_1.n + 1)
           FROM r r_1
          WHERE (r_1.n < 5)
        )
 SELECT n
   FROM r;
ALTER VIEW public.numbers OWNER TO postgres;

CREATE VIEW public.ranked AS
 SELECT id,
    rank() OVER (PARTITION BY (date_trunc('month'::text, (d)::timestamp with time zone)) ORDER BY a DESC NULLS LAST) AS place
   FROM public.t
  WINDOW w AS (ORDER BY id);
ALTER VIEW public.ranked OWNER TO postgres;

CREATE VIEW public.on_views AS
 SELECT numbers.n
   FROM public.numbers
UNION
 SELECT ranked.id AS n
   FROM public.ranked;
ALTER VIEW public.on_views OWNER TO postgres;

CREATE VIEW public.unnamed AS
 SELECT ('a'::text || 'b'::text) AS "?column?";
ALTER VIEW public.unnamed OWNER TO postgres;

CREATE VIEW public.whole_row AS
 SELECT t.*::public.t AS "row",
    "B"[1] AS first
   FROM public.t;
ALTER VIEW public.whole_row OWNER TO postgres;
