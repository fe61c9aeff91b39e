/** What saved the money: a stored answer, a call shared with a concurrent request, or a cheaper route. */
export type SavingSource = 'cache' | 'coalesced' | 'route';
