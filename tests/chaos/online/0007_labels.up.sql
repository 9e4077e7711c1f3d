-- pgmig: irreversible="PostgreSQL takes no label out of an enum"
-- pgmig: transaction=off
ALTER TYPE state ADD VALUE 'returned';
UPDATE item SET state = 'returned' WHERE id % 100 = 0;
ALTER TYPE state ADD VALUE 'ordered' BEFORE 'paid';
UPDATE counted SET runs = runs + 1;
