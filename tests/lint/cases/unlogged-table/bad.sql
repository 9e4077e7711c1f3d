CREATE UNLOGGED TABLE shop.session (id uuid PRIMARY KEY);
