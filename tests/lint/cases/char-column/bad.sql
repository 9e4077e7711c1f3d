ALTER TABLE shop.customer ADD COLUMN country char(2);
