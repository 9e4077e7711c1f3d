DELETE FROM counted WHERE runs = 100;
