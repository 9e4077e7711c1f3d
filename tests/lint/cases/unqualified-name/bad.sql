SET LOCAL search_path = shop;
CREATE VIEW late AS SELECT id FROM orders;
