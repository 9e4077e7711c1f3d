-- also: drop-object
DROP FUNCTION shop.touch() CASCADE;
