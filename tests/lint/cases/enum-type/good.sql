CREATE DOMAIN shop.channel AS text CHECK (VALUE IN ('web', 'shop'));
