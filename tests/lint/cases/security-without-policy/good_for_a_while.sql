CREATE POLICY everybody ON shop.orders USING (true);
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
-- next script
-- pgmig: allow=disabled-security,drop-object reason="it was an experiment"
ALTER TABLE shop.orders DISABLE ROW LEVEL SECURITY;

-- pgmig: allow=drop-object reason="it was an experiment"
DROP POLICY everybody ON shop.orders;
