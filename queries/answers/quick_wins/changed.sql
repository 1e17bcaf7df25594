-- title: Not judged as they stand
-- question: Which commitments began, or declared something else, after the data on screen were built?
-- grain: commitment
-- note: `marts.commitments` is what the build knew, `commitments` what people have decided by now

select commitments.id as commitment
from commitments
left join marts.commitments as built using (id)
where
    commitments.state in ('started', 'done')
    and (
        built.id is null
        or built.state not in ('started', 'done')
        or (commitments.start, commitments.silo, commitments.treats, commitments.indicator, commitments.expected)
        is distinct from (built.start, built.silo, built.treats, built.indicator, built.expected)
    )
order by commitments.id
