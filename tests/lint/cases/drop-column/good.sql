ALTER TABLE shop.orders ADD COLUMN remark text;
ALTER TABLE shop.orders DROP COLUMN remark;
