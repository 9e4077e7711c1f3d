CREATE TABLE public.animal (
  id integer NOT NULL,
  name text DEFAULT 'x'::text,
  legs integer DEFAULT 4
);
ALTER TABLE public.animal OWNER TO postgres;

CREATE TABLE public.bird (
  id integer NOT NULL,
  name text,
  legs integer,
  wings integer
);
ALTER TABLE public.bird OWNER TO postgres;
ALTER TABLE ONLY public.bird INHERIT public.animal;

CREATE TABLE public.dog (
  breed text
) INHERITS (public.animal);
ALTER TABLE ONLY public.dog
  ALTER COLUMN id DROP DEFAULT,
  ALTER COLUMN id SET NOT NULL,
  ALTER COLUMN name DROP DEFAULT,
  ALTER COLUMN name SET NOT NULL,
  ALTER COLUMN legs SET DEFAULT 3,
  ALTER COLUMN breed DROP DEFAULT;
ALTER TABLE public.dog OWNER TO postgres;

CREATE TABLE public.tagged (
  tag text
);
ALTER TABLE public.tagged OWNER TO postgres;

CREATE TABLE public.tagged_dog (
  extra integer
) INHERITS (public.dog, public.tagged);
ALTER TABLE ONLY public.tagged_dog
  ALTER COLUMN id DROP DEFAULT,
  ALTER COLUMN id SET NOT NULL,
  ALTER COLUMN name DROP DEFAULT,
  ALTER COLUMN name SET NOT NULL,
  ALTER COLUMN legs SET DEFAULT 3,
  ALTER COLUMN breed DROP DEFAULT,
  ALTER COLUMN tag DROP DEFAULT,
  ALTER COLUMN extra DROP DEFAULT;
ALTER TABLE public.tagged_dog OWNER TO postgres;

CREATE INDEX dog_breed_idx ON public.dog USING btree (breed);

ALTER TABLE public.bird ADD CONSTRAINT has_legs CHECK ((legs >= 0));

ALTER TABLE public.animal ADD CONSTRAINT has_legs CHECK ((legs >= 0));

ALTER TABLE public.animal ADD CONSTRAINT here_only CHECK ((id > 0)) NO INHERIT;

ALTER TABLE public.dog ADD CONSTRAINT own CHECK ((breed <> ''::text));

ALTER TABLE public.tagged ADD CONSTRAINT tag_set CHECK ((tag <> ''::text));
