-- pgmig: lock_timeout=2s retries=3
ALTER TABLE shop.orders ADD COLUMN remark text;
