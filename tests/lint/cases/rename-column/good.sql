ALTER TABLE shop.customer ADD COLUMN telefax text;
