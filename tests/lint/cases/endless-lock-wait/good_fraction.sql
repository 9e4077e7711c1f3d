SET LOCAL lock_timeout = '1.5s';
SET LOCAL lock_timeout = 1500.5;
SET LOCAL lock_timeout = '0.5 s';
