DROP FUNCTION public.spent(integer);
DROP TABLE public.orders;
