CREATE TABLE public.orders (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES public.customer,
    total numeric(10, 2) NOT NULL CHECK (total >= 0)
);

CREATE FUNCTION public.spent(customer integer) RETURNS numeric
    LANGUAGE sql STABLE
    RETURN (SELECT coalesce(sum(o.total), 0) FROM public.orders o WHERE o.customer_id = customer);
