-- Grain: account that the CRM exports, or names as one that another was merged into or belongs to, with the account it is
-- now and the one at the top of that one's parents. Links that lead back to where they began are not followed.
with recursive

named as (
    {% for column in ['account_id', 'merged_into_account_id', 'parent_account_id'] %}
        select {{ column }} as account_id from {{ ref('stg_crm__accounts') }}
        where {{ column }} is not null
        {% if not loop.last %}union distinct{% endif %}
    {% endfor %}
),

accounts as (
    select
        named.account_id,
        exported.merged_into_account_id,
        exported.parent_account_id
    from named
    left join {{ ref('stg_crm__accounts') }} as exported on named.account_id = exported.account_id
),

steps as (   -- Upwards means to the parent, but of the account that a merged one is now.
    select
        account_id,
        'merged' as walk_kind,
        merged_into_account_id as next_id
    from accounts
    union all
    select
        account_id,
        'upwards' as walk_kind,
        coalesce(merged_into_account_id, parent_account_id) as next_id
    from accounts
),

walked as (   -- What was visited is kept as hashes, which no id can imitate, so that a walk enters no account twice.
    select
        account_id,
        walk_kind,
        account_id as reached_id,
        next_id,
        0 as step_number,
        cast(md5(account_id) as varchar) as visited_accounts
    from steps
    union all
    select
        walked.account_id,
        walked.walk_kind,
        steps.account_id as reached_id,
        steps.next_id,
        walked.step_number + 1 as step_number,
        cast(walked.visited_accounts || md5(steps.account_id) as varchar) as visited_accounts
    from walked
    inner join steps on walked.next_id = steps.account_id and walked.walk_kind = steps.walk_kind
    where walked.visited_accounts not like '%' || md5(steps.account_id) || '%'
),

circular as (
    select
        account_id,
        walk_kind
    from walked
    where next_id = account_id
),

ended as (
    select
        walked.account_id,
        walked.walk_kind,
        walked.reached_id
    from walked
    left join circular on walked.reached_id = circular.account_id and walked.walk_kind = circular.walk_kind
    where walked.next_id is null or circular.account_id is not null
    qualify row_number() over (partition by walked.account_id, walked.walk_kind order by walked.step_number) = 1
)

-- Where parents lead in a circle, the top may be one that was merged away.
select
    merges.account_id,
    merges.reached_id as surviving_account_id,
    tops.reached_id as ultimate_parent_account_id
from ended as merges
inner join ended as parents on merges.account_id = parents.account_id and parents.walk_kind = 'upwards'
inner join ended as tops on parents.reached_id = tops.account_id and tops.walk_kind = 'merged'
where merges.walk_kind = 'merged'
