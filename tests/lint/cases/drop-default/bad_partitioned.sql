-- at: 2.1
ALTER TABLE shop.event ALTER COLUMN at SET DEFAULT now();
-- next script
ALTER TABLE shop.event ALTER COLUMN at DROP DEFAULT;
