-- since: 15
MERGE INTO shop.orders o USING (VALUES (1::bigint, 'sent')) v (id, state) ON o.id = v.id
WHEN MATCHED THEN UPDATE SET state = v.state;
