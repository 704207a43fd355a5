-- A generation that waits for its turn runs, as far as its row is concerned; its events tell what it
-- waits for. There was a state for that which no release ever wrote. A database that was made to
-- hold all of them is put right here.

UPDATE generations SET state = 'running' WHERE state = 'queued';
