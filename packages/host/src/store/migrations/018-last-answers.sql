-- When an instance last said something, in milliseconds since 1970, as of a minute ago; NULL where it never did.
ALTER TABLE instance ADD COLUMN last_answer_at INTEGER;

-- What a host of before noted of the last week says it to a quarter of an hour.
UPDATE instance SET last_answer_at =
  (SELECT max(at) FROM instance_history WHERE instance_id = instance.id AND sent > 0);
