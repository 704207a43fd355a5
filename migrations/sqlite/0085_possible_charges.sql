-- Versions before charged whatever time a provider reported; two such charges were more than a sum
-- holds. A million, in millionths, is what one generation is charged at most.
UPDATE charges SET micros = 1000000000000 WHERE micros > 1000000000000;
