import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url: string };
}

export type Rule = RecordingRule | AlertRule;

/** The files of rules, in the order in which they build on one another. */
export const RULE_FILES: readonly string[] = ['targets', 'recording', 'alerts'].map((name) =>
  join(import.meta.dirname, `${name}.yaml`),
);

/** The rules in a file. */
export function rulesIn(file: string): readonly Rule[] {
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: readonly { readonly rules: readonly Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export function alertRules(): readonly AlertRule[] {
  return RULE_FILES.flatMap(rulesIn).filter((rule): rule is AlertRule => 'alert' in rule);
}
