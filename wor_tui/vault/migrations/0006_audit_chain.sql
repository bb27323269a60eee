ALTER TABLE audit RENAME TO audit_before;
CREATE TABLE audit (
  device VARCHAR NOT NULL,
  n INTEGER NOT NULL,
  id VARCHAR NOT NULL,
  at VARCHAR NOT NULL,
  event VARCHAR NOT NULL,
  action VARCHAR NOT NULL,
  outcome VARCHAR NOT NULL,
  person_id VARCHAR NOT NULL,
  responsible_id VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  purpose VARCHAR NOT NULL,
  access_point VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  record VARCHAR NOT NULL,
  client_id VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  checks VARCHAR NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (device, n)
)
 WITHOUT ROWID;
INSERT INTO audit (
  device, n, id, at, event, action, outcome, person_id, responsible_id, role, purpose, access_point, kind, record,
  client_id, source, checks, hash
) SELECT
  '', row_number() OVER (ORDER BY id), id, at, event, action, outcome, person_id, person_id, '', coalesce(purpose, ''),
  device_id, coalesce(kind, ''), coalesce(record, ''), '', '', 'UUUU', x''
FROM audit_before;
DROP TABLE audit_before;
CREATE INDEX audit_client ON audit (client_id) WHERE client_id != '';
CREATE TABLE audit_chain (
  device VARCHAR NOT NULL,
  n INTEGER NOT NULL,
  hash BLOB NOT NULL,
  sent_n INTEGER NOT NULL,
  sent_hash BLOB NOT NULL,
  pruned_n INTEGER NOT NULL,
  pruned_hash BLOB NOT NULL,
  PRIMARY KEY (device)
)
 WITHOUT ROWID;
