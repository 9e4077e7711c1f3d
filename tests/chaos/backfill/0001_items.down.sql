DROP TABLE items, counted, copies;
DROP FUNCTION count_it();
