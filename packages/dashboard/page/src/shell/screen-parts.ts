import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import type { ScreenName } from '../../../src/wire/index.ts';

export type Screen = () => VNode | null;
type Part = ScreenName | 'empty';

/** Each screen is a part of its own, so the first one is there before the others. */
const PARTS: Readonly<Record<Part, () => Promise<Screen>>> = {
  overview: async () => (await import('../screens/overview/overview-screen.tsx')).OverviewScreen,
  requests: async () => (await import('../screens/requests/requests-screen.tsx')).RequestsScreen,
  request: async () => (await import('../screens/request/request-screen.tsx')).RequestScreen,
  routes: async () => (await import('../screens/routes/routes-screen.tsx')).RoutesScreen,
  cache: async () => (await import('../screens/cache/cache-screen.tsx')).CacheScreen,
  resilience: async () => (await import('../screens/resilience/resilience-screen.tsx')).ResilienceScreen,
  savings: async () => (await import('../screens/savings/savings-screen.tsx')).SavingsScreen,
  'what-if': async () => (await import('../screens/what-if/what-if-screen.tsx')).WhatIfScreen,
  empty: async () => (await import('../screens/empty/empty-screen.tsx')).EmptyScreen,
};

const loaded = signal<Partial<Record<Part, Screen>>>({});
const failed = signal<string | undefined>(undefined);
const asked = new Set<Part>();

/** A screen, once its part is loaded. */
export function screenOf(part: Part): Screen | undefined {
  void load(part);
  return loaded.value[part];
}

/** Why the part of a screen could not be loaded. */
export function loadFailure(): string | undefined {
  return failed.value;
}

/** Loads the other screens when the page is idle; a tab then opens at once. */
export async function loadTheRest(): Promise<void> {
  await idle();
  await Promise.all((Object.keys(PARTS) as Part[]).map(load));
}

/** Waits until the page has nothing better to do. */
export function idle(): Promise<unknown> {
  return new Promise((resolve) => requestIdleCallback(resolve));
}

async function load(part: Part): Promise<void> {
  if (asked.has(part)) return;
  asked.add(part);
  try {
    const screen = await PARTS[part]();
    loaded.value = { ...loaded.peek(), [part]: screen };
    failed.value = undefined;
  } catch {
    asked.delete(part); // asked again when it is next shown
    failed.value = 'This screen could not be loaded: the server does not answer. Reload the page when it does.';
  }
}
