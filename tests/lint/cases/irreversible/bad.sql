-- pgmig: irreversible="the old numbers are not kept"
INSERT INTO shop.orders (number) VALUES (1);
