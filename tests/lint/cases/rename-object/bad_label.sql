ALTER TYPE shop.mood RENAME VALUE 'bad' TO 'sad';
