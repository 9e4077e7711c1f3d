SET search_path = shop;
ALTER TABLE customer ADD COLUMN age integer;
RESET search_path;
ALTER TABLE shop.customer ADD COLUMN born date;
