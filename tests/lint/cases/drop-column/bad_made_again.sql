-- at: 1
ALTER TABLE shop.orders DROP COLUMN note;
ALTER TABLE shop.orders ADD COLUMN note text;
