CREATE INDEX case_summary_names ON case_summary (sort_key, case_id, coach_id);
