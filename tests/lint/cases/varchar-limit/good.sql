ALTER TABLE shop.customer ADD COLUMN nickname text;
