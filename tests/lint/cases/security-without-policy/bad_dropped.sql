-- at: 2.1
CREATE POLICY everybody ON shop.orders USING (true);
-- next script
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
-- next script
-- pgmig: allow=drop-object reason="others follow"
DROP POLICY everybody ON shop.orders;
