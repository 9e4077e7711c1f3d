DROP TABLE public.country;
DROP TABLE public.customer;
