CREATE TYPE shop.channel AS ENUM ('web', 'shop');
