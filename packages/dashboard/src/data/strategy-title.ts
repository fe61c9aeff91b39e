/** What the strategies of the library decide by. */
const BASES: Readonly<Record<string, string>> = {
  byBudget: 'budget',
  byComplexity: 'complexity',
  byCost: 'cost',
  byLatency: 'latency',
  byLearned: 'learned weights',
  byLeastBusy: 'load',
  byRules: 'rules',
  bySticky: 'conversation',
  byWeight: 'weight',
};

const COMBINED = /^(?:firstOf|byBudget|bySticky)\(/;

/** What a strategy decides by: `by complexity`, `by budget, then cost`. A strategy of the user keeps its own name: `by demand`, `byMyRules`. */
export function strategyTitle(name: string): string {
  const parts = COMBINED.test(name) ? name.split(/[(),]/).map((part) => part.trim()) : [name];
  const bases = parts.filter((part) => part !== '' && part !== 'firstOf').map((part) => BASES[part]);
  const words = bases.includes(undefined) ? name.replaceAll('_', ' ') : bases.join(', then ');
  return /^by(?=[A-Z ])/.test(words) ? words : `by ${words}`;
}
