ALTER TABLE shop.customer ADD COLUMN nickname varchar(30);
