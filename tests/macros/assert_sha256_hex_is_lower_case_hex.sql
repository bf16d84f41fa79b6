-- The test vectors of FIPS 180; null stays null.
with

cases as (
    select * from (
        values
        ('abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'),
        ('', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
        (null, null)
    ) as listed (written, expected)
),

answered as (
    select
        expected,
        {{ sha256_hex('written') }} as found
    from cases
)

select *
from answered
where found is distinct from expected
