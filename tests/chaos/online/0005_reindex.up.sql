-- pgmig: transaction=off
REINDEX INDEX CONCURRENTLY item_pkey;
REINDEX TABLE CONCURRENTLY item;
