-- since: 15
MERGE INTO shop.orders USING (VALUES ('open')) AS v (state) ON orders.state <> v.state
WHEN MATCHED THEN DELETE;
