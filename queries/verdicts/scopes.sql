-- title: What each commitment that has started treats
-- grain: one row a commitment
-- note: null: the dimension does not matter to it; several values of one dimension are one or the other

select
    commitments.id as commitment,
    commitments.indicator,
    commitments.start,
    list(scope.value) filter (where scope.dimension = 'silo') as silos,
    list(scope.value) filter (where scope.dimension = 'stage') as stages,
    list(scope.value) filter (where scope.dimension = 'touchpoint') as touchpoints,
    list(scope.value) filter (where scope.dimension = 'channel') as channels,
    list(scope.value) filter (where scope.dimension = 'mode') as modes,
    list(scope.value) filter (where scope.dimension = 'segment') as segments,
    list(scope.value) filter (where scope.dimension = 'customer') as customers,
from commitments
join commitment_scopes as scope on scope.commitment = commitments.id
where
    commitments.state in ('started', 'done')
    and commitments.start is not null
    and commitments.expected is not null
group by all
order by commitment
