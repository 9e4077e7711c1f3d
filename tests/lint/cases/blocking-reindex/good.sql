-- pgmig: transaction=off
REINDEX TABLE CONCURRENTLY shop.orders;
