ALTER TABLE public.customer ADD COLUMN first_name text, ADD COLUMN last_name text;
UPDATE public.customer
   SET first_name = split_part(name, ' ', 1), last_name = split_part(name, ' ', 2);
ALTER TABLE public.customer
    ALTER COLUMN first_name SET NOT NULL, ALTER COLUMN last_name SET NOT NULL, DROP COLUMN name;
