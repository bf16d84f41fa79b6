-- Each name in the column methods of a conversion type is a method, and each type has one.
with

named as (
    select
        conversion_type,
        methods
    from {{ ref('conversion_types') }}
    where methods is distinct from 'all'
),

parts as (
    {{ split_to_rows('named', 'conversion_type', 'methods', ' ', 'method') }}
)

select
    named.conversion_type,
    parts.method
from named
left join parts on named.conversion_type = parts.conversion_type
left join {{ ref('attribution_methods') }} as methods on parts.method = methods.method
where methods.method is null
