-- Grain: distinct user agent. First matching row wins for browser and device; a bot is any match without an exception.
with

user_agents as (
    select distinct
        user_agent,
        lower(user_agent) as searched
    from {{ ref('int_page_views_accepted') }}
    where user_agent is not null
),

bots as (
    select
        user_agents.user_agent,
        min(bot_patterns.bot_name) as bot_name
    from user_agents
    inner join {{ ref('bot_patterns') }} as bot_patterns on position(bot_patterns.pattern in user_agents.searched) > 0
    group by user_agents.user_agent
    having count_if(bot_patterns.is_exception) = 0
),

browsers as (
    select
        user_agents.user_agent,
        browser_patterns.browser
    from user_agents
    inner join {{ ref('browser_patterns') }} as browser_patterns on position(browser_patterns.pattern in user_agents.searched) > 0
    qualify row_number() over (partition by user_agents.user_agent order by browser_patterns.priority) = 1
),

devices as (
    select
        user_agents.user_agent,
        device_patterns.device_class
    from user_agents
    inner join {{ ref('device_patterns') }} as device_patterns on position(device_patterns.pattern in user_agents.searched) > 0
    qualify row_number() over (partition by user_agents.user_agent order by device_patterns.priority) = 1
)

select
    user_agents.user_agent,
    bots.bot_name,
    coalesce(browsers.browser, 'Other') as browser,
    coalesce(devices.device_class, 'desktop') as device_class,
    bots.bot_name is not null as is_bot
from user_agents
left join bots on user_agents.user_agent = bots.user_agent
left join browsers on user_agents.user_agent = browsers.user_agent
left join devices on user_agents.user_agent = devices.user_agent
