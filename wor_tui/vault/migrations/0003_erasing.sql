CREATE TABLE erasing (
  record VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  asked BOOLEAN NOT NULL,
  PRIMARY KEY (record)
);
CREATE INDEX ix_erasing_scope ON erasing (scope);
