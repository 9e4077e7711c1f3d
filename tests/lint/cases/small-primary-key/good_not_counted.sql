CREATE TABLE shop.weekday (number smallint PRIMARY KEY, name text);
