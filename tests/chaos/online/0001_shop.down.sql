DROP TABLE counted, sale, item;
DROP TYPE state;
