WITH page AS (
  SELECT space_id FROM ohjaustila.space_secret WHERE master_id = :'old' AND space_id > :'after' ORDER BY space_id LIMIT 5000
  FOR NO KEY UPDATE SKIP LOCKED),
changed AS (
  UPDATE ohjaustila.space_secret k SET master_id = :'new',
    wrapped_key = overlay(k.wrapped_key PLACING convert_to(:'new', 'UTF8') FROM 19),
    former_master_ids = k.former_master_ids || k.master_id
  FROM page WHERE k.space_id = page.space_id)
SELECT space_id AS after FROM page ORDER BY space_id DESC LIMIT 1 \gset
