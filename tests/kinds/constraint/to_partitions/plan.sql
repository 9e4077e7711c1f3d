CREATE TABLE public.a_user (
  id integer
);
ALTER TABLE public.a_user OWNER TO postgres;

CREATE TABLE public.whole (
  id integer NOT NULL
) PARTITION BY RANGE (id);
ALTER TABLE public.whole OWNER TO postgres;

CREATE TABLE public.part (
  id integer CONSTRAINT whole_id_not_null NOT NULL
) PARTITION BY LIST (id);
ALTER TABLE public.part OWNER TO postgres;
ALTER TABLE ONLY public.whole ATTACH PARTITION public.part FOR VALUES FROM (0) TO (9);

CREATE TABLE public.sub (
  id integer CONSTRAINT whole_id_not_null NOT NULL
);
ALTER TABLE public.sub OWNER TO postgres;
ALTER TABLE ONLY public.part ATTACH PARTITION public.sub FOR VALUES IN (1);

CREATE TABLE public.z_user (
  id integer
);
ALTER TABLE public.z_user OWNER TO postgres;

ALTER TABLE ONLY public.whole ADD CONSTRAINT whole_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.part ADD CONSTRAINT part_pkey PRIMARY KEY (id);
ALTER INDEX public.whole_pkey ATTACH PARTITION public.part_pkey;

ALTER TABLE public.sub ADD CONSTRAINT sub_pkey PRIMARY KEY (id);
ALTER INDEX public.part_pkey ATTACH PARTITION public.sub_pkey;

ALTER TABLE public.a_user ADD CONSTRAINT a_user_id_fkey FOREIGN KEY (id) REFERENCES public.whole(id);

ALTER TABLE public.z_user ADD CONSTRAINT z_user_id_fkey FOREIGN KEY (id) REFERENCES public.part(id);
