SELECT pg_catalog.set_config('log_duration', 'on', true);
