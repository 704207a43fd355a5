-- Filters that leave few rows find them without walking the whole gallery.

CREATE INDEX generations_provider ON generations (session, provider, created_ms DESC, id DESC);
CREATE INDEX generations_failed ON generations (session, created_ms DESC, id DESC)
    WHERE state = 'failed';
CREATE INDEX generations_starred ON generations (session, created_ms DESC, id DESC)
    WHERE starred = 1;
