export type { SavingSource } from './savings.ts';
export type { Usage } from './usage.ts';
