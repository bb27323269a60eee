CREATE TABLE appointment (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  practice_id VARCHAR NOT NULL,
  client_name VARCHAR,
  case_id VARCHAR,
  referral_id VARCHAR,
  with_function VARCHAR,
  reason VARCHAR,
  starts_at VARCHAR NOT NULL,
  minutes INTEGER NOT NULL,
  status VARCHAR,
  note_for_desk VARCHAR,
  deleted_at VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_appointment_practice_id ON appointment (practice_id);
CREATE TABLE audit (
  id VARCHAR NOT NULL,
  at VARCHAR NOT NULL,
  event VARCHAR NOT NULL,
  action VARCHAR NOT NULL,
  person_id VARCHAR NOT NULL,
  device_id VARCHAR NOT NULL,
  kind VARCHAR,
  record VARCHAR,
  purpose VARCHAR,
  outcome VARCHAR NOT NULL,
  PRIMARY KEY (id)
)
 WITHOUT ROWID;
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
  deleted_at VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_case_client_id ON "case" (client_id);
CREATE TABLE case_summary (
  case_id VARCHAR NOT NULL,
  coach_id VARCHAR,
  owed_by VARCHAR,
  due_on VARCHAR,
  sort_key VARCHAR NOT NULL,
  search_key VARCHAR NOT NULL,
  intake_on VARCHAR,
  contacts INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  first_reached_on VARCHAR,
  last_reached_on VARCHAR,
  feedback_1_on VARCHAR,
  feedback_2_on VARCHAR,
  may_contact BOOLEAN NOT NULL,
  may_report BOOLEAN NOT NULL,
  intake_planned BOOLEAN NOT NULL,
  waiting_for_consent BOOLEAN NOT NULL,
  not_reached BOOLEAN NOT NULL,
  PRIMARY KEY (case_id)
)
 WITHOUT ROWID;
CREATE INDEX case_summary_due ON case_summary (due_on, owed_by) WHERE due_on IS NOT NULL;
CREATE INDEX case_summary_list ON case_summary (sort_key, case_id, search_key, coach_id);
CREATE INDEX case_summary_not_reached ON case_summary (not_reached) WHERE not_reached = 1;
CREATE INDEX case_summary_planned ON case_summary (intake_on) WHERE intake_planned = 1;
CREATE INDEX case_summary_waiting ON case_summary (coach_id) WHERE waiting_for_consent = 1;
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
  deleted_at VARCHAR,
  PRIMARY KEY (id)
);
CREATE TABLE "conflict" (
  id VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  record VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  field VARCHAR NOT NULL,
  options VARCHAR NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_conflict_record ON "conflict" (record);
CREATE TABLE consent (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  purpose VARCHAR NOT NULL,
  given BOOLEAN NOT NULL,
  by_whom VARCHAR NOT NULL,
  how VARCHAR NOT NULL,
  "on" VARCHAR NOT NULL,
  author_id VARCHAR NOT NULL,
  corrects VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_consent_case_id ON consent (case_id);
CREATE TABLE contact (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  happened_at VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  minutes INTEGER,
  reached BOOLEAN NOT NULL,
  note VARCHAR,
  author_id VARCHAR NOT NULL,
  client_bound BOOLEAN NOT NULL,
  corrects VARCHAR,
  void BOOLEAN,
  PRIMARY KEY (id)
);
CREATE INDEX ix_contact_case_id ON contact (case_id);
CREATE TABLE device (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  person_id VARCHAR NOT NULL,
  label VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_device_person_id ON device (person_id);
CREATE TABLE draft (
  form VARCHAR NOT NULL,
  record VARCHAR NOT NULL,
  scope_bases JSON NOT NULL,
  "values" JSON NOT NULL,
  saved_at VARCHAR NOT NULL,
  PRIMARY KEY (form, record)
)
 WITHOUT ROWID;
CREATE TABLE erased (
  record VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  PRIMARY KEY (record)
);
CREATE TABLE feedback (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  number INTEGER NOT NULL,
  sent_on VARCHAR NOT NULL,
  channel VARCHAR NOT NULL,
  note VARCHAR,
  author_id VARCHAR NOT NULL,
  corrects VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_feedback_case_id ON feedback (case_id);
CREATE TABLE intake (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  step_01_on VARCHAR,
  step_02_on VARCHAR,
  step_03_on VARCHAR,
  step_04_on VARCHAR,
  step_05_on VARCHAR,
  step_06_on VARCHAR,
  step_07_on VARCHAR,
  step_08_on VARCHAR,
  step_09_on VARCHAR,
  step_10_on VARCHAR,
  notices VARCHAR,
  matters VARCHAR,
  would_change VARCHAR,
  glad_if VARCHAR,
  helper VARCHAR,
  needs VARCHAR,
  exclusion VARCHAR,
  passed_on_to VARCHAR,
  own_words VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_intake_case_id ON intake (case_id);
CREATE TABLE op (
  device VARCHAR NOT NULL,
  n INTEGER NOT NULL,
  scope VARCHAR NOT NULL,
  record VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  group_id VARCHAR NOT NULL,
  content VARCHAR NOT NULL,
  base INTEGER NOT NULL,
  at INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  state VARCHAR NOT NULL,
  overlay BOOLEAN NOT NULL,
  key_epoch INTEGER,
  body BLOB,
  digest BLOB,
  seq INTEGER,
  code VARCHAR,
  acknowledged_at INTEGER,
  PRIMARY KEY (device, n)
);
CREATE INDEX op_answered ON op (scope, seq) WHERE overlay = 1 AND seq IS NOT NULL;
CREATE INDEX op_record ON op (record) WHERE overlay = 1;
CREATE INDEX op_unsent ON op (state) WHERE state IN ('pending', 'sent', 'held');
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
  PRIMARY KEY (id)
);
CREATE TABLE practice (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  place VARCHAR,
  phone VARCHAR,
  email VARCHAR,
  presence VARCHAR,
  PRIMARY KEY (id)
);
CREATE TABLE quarantine (
  scope VARCHAR NOT NULL,
  seq INTEGER NOT NULL,
  device VARCHAR NOT NULL,
  n INTEGER NOT NULL,
  record VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  change BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (scope, seq)
);
CREATE TABLE referral (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  client_name VARCHAR NOT NULL,
  birth_date VARCHAR,
  phone VARCHAR,
  place VARCHAR,
  practice_id VARCHAR,
  referrer_id VARCHAR,
  type VARCHAR,
  channel VARCHAR,
  zd_number VARCHAR,
  reason VARCHAR,
  consent_on VARCHAR,
  received_on VARCHAR NOT NULL,
  status VARCHAR,
  case_id VARCHAR,
  icpc VARCHAR,
  his_registered_on VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_referral_case_id ON referral (case_id);
CREATE INDEX ix_referral_practice_id ON referral (practice_id);
CREATE INDEX ix_referral_zd_number ON referral (zd_number);
CREATE TABLE replica (
  record VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  live VARCHAR NOT NULL,
  present BOOLEAN NOT NULL,
  PRIMARY KEY (record)
);
CREATE TABLE scope (
  id VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  cursor INTEGER NOT NULL,
  chain VARCHAR NOT NULL,
  complete BOOLEAN NOT NULL,
  key_epoch INTEGER NOT NULL,
  lost BOOLEAN NOT NULL,
  keys_only BOOLEAN NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE scope_key (
  scope VARCHAR NOT NULL,
  epoch INTEGER NOT NULL,
  private BLOB NOT NULL,
  PRIMARY KEY (scope, epoch)
);
CREATE TABLE sync_state (
  "key" VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  PRIMARY KEY ("key")
);
CREATE TABLE vault_state (
  id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE web (
  id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  case_id VARCHAR NOT NULL,
  instrument VARCHAR NOT NULL,
  variant VARCHAR NOT NULL,
  taken_on VARCHAR NOT NULL,
  d1 FLOAT,
  d2 FLOAT,
  d3 FLOAT,
  d4 FLOAT,
  d5 FLOAT,
  d6 FLOAT,
  aspects VARCHAR,
  talk VARCHAR,
  note VARCHAR,
  author_id VARCHAR,
  deleted_at VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_web_case_id ON web (case_id);
