CREATE TABLE candidate (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  initials VARCHAR NOT NULL,
  patient_number VARCHAR,
  practice_id VARCHAR,
  listed_on VARCHAR NOT NULL,
  age_band VARCHAR,
  consultations INTEGER,
  rule VARCHAR,
  threshold INTEGER,
  meeting_on VARCHAR,
  outcome VARCHAR,
  referral_id VARCHAR,
  deleted_at VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_candidate_patient_number ON candidate (patient_number);
CREATE INDEX ix_candidate_referral_id ON candidate (referral_id);
CREATE TABLE letter (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  referral_id VARCHAR NOT NULL,
  number INTEGER NOT NULL,
  sent_on VARCHAR NOT NULL,
  text VARCHAR NOT NULL,
  author_id VARCHAR NOT NULL,
  corrects VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_letter_referral_id ON letter (referral_id);
CREATE INDEX ix_case_referral_id ON "case" (referral_id);
ALTER TABLE person RENAME TO person_before;
CREATE TABLE person (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  function VARCHAR,
  practice_id VARCHAR,
  phone VARCHAR,
  mobile VARCHAR,
  email VARCHAR,
  presence VARCHAR,
  team VARCHAR,
  covers_id VARCHAR,
  until_on VARCHAR,
  PRIMARY KEY (id)
);
INSERT INTO person (id, scope, name, role, function, practice_id, phone, mobile, email, presence, team)
  SELECT id, scope, name, role, function, practice_id, phone, mobile, email, presence, team FROM person_before;
DROP TABLE person_before;
