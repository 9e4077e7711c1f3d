-- NOT NULL with a name and a comment, which only 17 and later keep.
CREATE DOMAIN named AS integer CONSTRAINT "Must be" NOT NULL;
CREATE DOMAIN usual AS integer NOT NULL;
CREATE DOMAIN a_domain_name_that_is_so_long_that_its_constraint_name_is_cut_off AS integer NOT NULL;
COMMENT ON CONSTRAINT "Must be" ON DOMAIN named IS 'it''s needed';
COMMENT ON CONSTRAINT usual_not_null ON DOMAIN usual IS 'this one too';
