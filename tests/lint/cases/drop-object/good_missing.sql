DROP FUNCTION IF EXISTS shop.nope(), shop.neither(int);
DROP TRIGGER IF EXISTS nope ON shop.orders;
DROP TYPE IF EXISTS nowhere.nope;
DROP SCHEMA IF EXISTS shop_archive;
