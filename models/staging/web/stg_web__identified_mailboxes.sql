-- Grain: identify event that gave an address, with the hash of its mailbox.
select
    identify_id,
    email_hash,
    email_domain,
    email_mailbox_hash
from {{ ref('base_web__identifies') }}
where email_hash is not null
