SELECT 'an index that was built again is the same index';
