-- at: 2.1
CREATE FUNCTION shop.sums() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- next script
DO $$ BEGIN ALTER FUNCTION shop.sums() SECURITY DEFINER; END $$;
