-- pgmig: transaction=off
ALTER TABLE item VALIDATE CONSTRAINT item_cents_sane;
INSERT INTO counted VALUES (100);
