DROP VIEW shop.contact;
