DROP INDEX ix_device_person_id;
ALTER TABLE device RENAME TO device_before;
CREATE TABLE device (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  person_id VARCHAR NOT NULL,
  label VARCHAR,
  keys VARCHAR,
  PRIMARY KEY (id)
);
INSERT INTO device (id, scope, person_id, label) SELECT id, scope, person_id, label FROM device_before;
DROP TABLE device_before;
CREATE INDEX ix_device_person_id ON device (person_id);
