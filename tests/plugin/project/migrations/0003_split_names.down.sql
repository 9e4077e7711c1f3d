ALTER TABLE public.customer ADD COLUMN name text;
UPDATE public.customer SET name = first_name || ' ' || last_name;
ALTER TABLE public.customer ALTER COLUMN name SET NOT NULL;
ALTER TABLE public.customer DROP COLUMN first_name, DROP COLUMN last_name;
