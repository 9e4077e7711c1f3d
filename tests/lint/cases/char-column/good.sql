ALTER TABLE shop.customer ADD COLUMN country varchar(2);
