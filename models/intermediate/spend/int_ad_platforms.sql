-- Grain: source of touches that an ad platform's spend pays for. A platform that the seed does not know is its own source.
select
    source,
    platform
from {{ ref('ad_platforms') }}
union distinct
select
    spend.platform as source,
    spend.platform
from {{ ref('int_ad_spend_keyed') }} as spend
left join {{ ref('ad_platforms') }} as platforms on spend.platform = platforms.source
where platforms.source is null
