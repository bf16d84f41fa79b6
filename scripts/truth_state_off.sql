-- The site's script keeps no first and last touch.
update raw.page_views set
    first_touch = null,
    last_touch = null;
