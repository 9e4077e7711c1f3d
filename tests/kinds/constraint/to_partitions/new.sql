-- A foreign key to a partitioned table also needs each of its partitions.
CREATE TABLE whole (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE part PARTITION OF whole FOR VALUES FROM (0) TO (9) PARTITION BY LIST (id);
CREATE TABLE sub PARTITION OF part FOR VALUES IN (1);
CREATE TABLE a_user (id integer REFERENCES whole);
CREATE TABLE z_user (id integer REFERENCES part);
