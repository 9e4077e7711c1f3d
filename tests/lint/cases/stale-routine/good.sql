-- pgmig: allow=rename-column reason="nobody is there"
ALTER TABLE shop.orders RENAME COLUMN state TO condition;
CREATE OR REPLACE FUNCTION shop.touch() RETURNS trigger
LANGUAGE plpgsql AS 'BEGIN NEW.condition := ''new''; RETURN NEW; END';
