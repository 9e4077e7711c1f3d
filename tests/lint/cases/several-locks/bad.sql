-- at: 2
ALTER TABLE shop.orders ADD COLUMN remark text;
ALTER TABLE shop.customer ADD COLUMN remark text;
