CREATE DOMAIN public.a_domain_name_that_is_so_long_that_its_constraint_name_is_cut_o AS integer CONSTRAINT a_domain_name_that_is_so_long_that_its_constraint_name_not_null NOT NULL;
ALTER DOMAIN public.a_domain_name_that_is_so_long_that_its_constraint_name_is_cut_o OWNER TO postgres;

CREATE DOMAIN public.named AS integer CONSTRAINT "Must be" NOT NULL;
ALTER DOMAIN public.named OWNER TO postgres;
COMMENT ON CONSTRAINT "Must be" ON DOMAIN public.named IS 'it''s needed';

CREATE DOMAIN public.usual AS integer NOT NULL;
ALTER DOMAIN public.usual OWNER TO postgres;
COMMENT ON CONSTRAINT usual_not_null ON DOMAIN public.usual IS 'this one too';
