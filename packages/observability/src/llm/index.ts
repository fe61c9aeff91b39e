export { answerText } from './answer-text.ts';
export { assembleAnswer, type ChunkOptions, chunksOfAnswer } from './assembly/assembly.ts';
export { bundledPrices } from './bundled-prices.ts';
export { type Completion, describeCompletion } from './completion/completion.ts';
export { type Cost, type PriceOptions, type PriceQuery, type PriceSource, priceOf } from './price.ts';
export { priceList, type TokenPrice } from './price-list.ts';
export { type LedgerEntry, type SavingSource, type Savings, SavingsLedger } from './savings.ts';
export { modelOf, type Usage, usageOf } from './usage.ts';
