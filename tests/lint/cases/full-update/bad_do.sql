DO $$ BEGIN UPDATE shop.orders SET state = 'open'; END $$;
