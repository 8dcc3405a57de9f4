-- Every key names the tenant, so that the tables can be spread over servers by it. The number of an access set stays
-- unique over all tenants, because one sequence gives it out.
-- expand: nothing refers to this constraint, and older code never relied on it to refuse a row.
ALTER TABLE acl_set DROP CONSTRAINT acl_set_id_key;
