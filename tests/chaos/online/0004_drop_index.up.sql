-- pgmig: transaction=off
DROP INDEX CONCURRENTLY item_by_label_and_cents;
