ALTER TABLE shop.customer RENAME TO client;
