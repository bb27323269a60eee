DROP INDEX ix_case_client_id;
ALTER TABLE client RENAME TO client_before;
CREATE TABLE client (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  family_name VARCHAR NOT NULL,
  given_name VARCHAR,
  prefix VARCHAR,
  birth_date VARCHAR,
  gender VARCHAR,
  phone VARCHAR,
  phone_alternative VARCHAR,
  email VARCHAR,
  street VARCHAR,
  postcode VARCHAR,
  place VARCHAR,
  neighbourhood VARCHAR,
  living_situation VARCHAR,
  language VARCHAR,
  remarks VARCHAR,
  merged_into VARCHAR,
  settled VARCHAR,
  replaced VARCHAR,
  apart VARCHAR,
  deleted_at VARCHAR,
  PRIMARY KEY (id)
);
INSERT INTO client (
  id, scope, family_name, given_name, prefix, birth_date, gender, phone, phone_alternative, email, street, postcode, place,
  neighbourhood, living_situation, language, remarks, deleted_at
) SELECT
  id, scope, family_name, given_name, prefix, birth_date, gender, phone, phone_alternative, email, street, postcode, place,
  neighbourhood, living_situation, language, remarks, deleted_at
FROM client_before;
DROP TABLE client_before;
CREATE INDEX client_merged ON client (merged_into) WHERE merged_into IS NOT NULL;
ALTER TABLE "case" RENAME TO case_before;
CREATE TABLE "case" (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  client_id VARCHAR NOT NULL,
  referral_id VARCHAR,
  coach_id VARCHAR,
  practice_id VARCHAR,
  referrer_id VARCHAR,
  track VARCHAR,
  received_on VARCHAR NOT NULL,
  intake_on VARCHAR,
  ended_on VARCHAR,
  end_reason VARCHAR,
  extension_reason VARCHAR,
  next_step VARCHAR,
  next_step_on VARCHAR,
  passed_on_to VARCHAR,
  passed_on_on VARCHAR,
  merged_into VARCHAR,
  settled VARCHAR,
  replaced VARCHAR,
  deleted_at VARCHAR,
  PRIMARY KEY (id)
);
INSERT INTO "case" (
  id, scope, client_id, referral_id, coach_id, practice_id, referrer_id, track, received_on, intake_on, ended_on, end_reason,
  extension_reason, next_step, next_step_on, passed_on_to, passed_on_on, deleted_at
) SELECT
  id, scope, client_id, referral_id, coach_id, practice_id, referrer_id, track, received_on, intake_on, ended_on, end_reason,
  extension_reason, next_step, next_step_on, passed_on_to, passed_on_on, deleted_at
FROM case_before;
DROP TABLE case_before;
CREATE INDEX case_merged ON "case" (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX ix_case_client_id ON "case" (client_id);
CREATE TABLE alias (
  record VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  remaining VARCHAR NOT NULL,
  PRIMARY KEY (record)
)
 WITHOUT ROWID;
CREATE INDEX ix_alias_remaining ON alias (remaining);
CREATE TABLE alike (
  one VARCHAR NOT NULL,
  other VARCHAR NOT NULL,
  degree INTEGER NOT NULL,
  PRIMARY KEY (one, other)
)
 WITHOUT ROWID;
CREATE INDEX ix_alike_other ON alike (other);
CREATE TABLE difference (
  owner VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  field VARCHAR NOT NULL,
  remaining VARCHAR NOT NULL,
  PRIMARY KEY (owner, kind, field)
)
 WITHOUT ROWID;
CREATE INDEX ix_difference_remaining ON difference (remaining);
CREATE TABLE likeness_key (
  "key" INTEGER NOT NULL,
  client VARCHAR NOT NULL,
  PRIMARY KEY ("key", client)
)
 WITHOUT ROWID;
CREATE TABLE unlooked (
  client VARCHAR NOT NULL,
  PRIMARY KEY (client)
)
 WITHOUT ROWID;
