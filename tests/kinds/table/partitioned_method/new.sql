-- From 17 on a partitioned table may have an access method, for its partitions to come.
CREATE TABLE given (a integer, b integer) PARTITION BY LIST (a);
ALTER TABLE given SET ACCESS METHOD heap;
CREATE TABLE given_1 PARTITION OF given FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE given_2 PARTITION OF given FOR VALUES IN (2);
CREATE TABLE made (a integer) PARTITION BY LIST (a) USING heap;
CREATE TABLE none (a integer) PARTITION BY LIST (a);
