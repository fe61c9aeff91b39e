/** What saved the money: a stored answer, a call shared with somebody who asked at the same time, or a cheaper route. */
export type SavingSource = 'cache' | 'coalesced' | 'route';
