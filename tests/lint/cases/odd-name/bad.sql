CREATE TABLE shop."Voucher" (id bigint PRIMARY KEY);
