import assert from 'node:assert/strict';
import { AWKWARD, HOUR_MS, type StoreCase } from './store-case.ts';

const MEGABYTE = '0123456789abcdef'.repeat(65_536);

/** Keys that differ from one another by a character that some store might take for another, or for none. */
const SUFFIXES = [
  '',
  'a',
  'A',
  'a ',
  ' a',
  ':a',
  '\u0000',
  'a\u0000',
  '\u00e9',
  'e\u0301',
  '*',
  '?',
  '[a]',
  '%',
  "'",
  AWKWARD,
];

/** What is given is given back, under its own key and no other. */
export const VALUE_CASES: readonly StoreCase[] = [
  {
    title: 'has nothing under a key that was never set',
    async check({ store, key }) {
      assert.equal((await store.get(key))?.value, undefined);
    },
  },
  {
    title: 'gives back what was set',
    async check({ store, key }) {
      await store.set(key, 'value', HOUR_MS);
      assert.equal((await store.get(key))?.value, 'value');
    },
  },
  {
    title: 'changes no character of a value',
    async check({ store, key }) {
      for (const value of [AWKWARD, '', '\ufeffmarked', '0', 'null', '\u0000', '\n']) {
        await store.set(key, value, HOUR_MS);
        assert.equal((await store.get(key))?.value, value);
      }
    },
  },
  {
    title: 'keeps a value of a megabyte',
    async check({ store, key }) {
      await store.set(key, MEGABYTE, HOUR_MS);
      assert.equal((await store.get(key))?.value, MEGABYTE);
    },
  },
  {
    title: 'keeps a large value whose characters take several bytes',
    async check({ store, key }) {
      const value = '\u00e9\u4e16\u{1f600}'.repeat(100_000);
      await store.set(key, value, HOUR_MS);
      assert.equal((await store.get(key))?.value === value, true); // without printing it
    },
  },
  {
    title: 'replaces a value',
    async check({ store, key }) {
      await store.set(key, 'old', HOUR_MS);
      await store.set(key, 'new', HOUR_MS);
      assert.equal((await store.get(key))?.value, 'new');
    },
  },
  {
    title: 'tells keys apart by every character',
    async check({ store, key }) {
      await Promise.all(SUFFIXES.slice(1).map((suffix) => store.set(key + suffix, suffix, HOUR_MS)));
      for (const suffix of SUFFIXES.slice(1)) assert.equal((await store.get(key + suffix))?.value, suffix);
      assert.equal((await store.get(key))?.value, undefined);
    },
  },
  {
    title: 'tells long keys apart by their last character',
    async check({ store, key }) {
      const long = key + 'k'.repeat(2_000);
      await Promise.all([store.set(`${long}1`, 'first', HOUR_MS), store.set(`${long}2`, 'second', HOUR_MS)]);
      assert.deepEqual(
        [(await store.get(`${long}1`))?.value, (await store.get(`${long}2`))?.value],
        ['first', 'second'],
      );
    },
  },
  {
    title: 'keeps many values at once',
    async check({ store, key }) {
      const numbers = Array.from({ length: 200 }, (_, index) => String(index));
      await Promise.all(numbers.map((number) => store.set(key + number, number, HOUR_MS)));
      const stored = await Promise.all(numbers.map((number) => store.get(key + number)));
      assert.deepEqual(
        stored.map((each) => each?.value),
        numbers,
      );
    },
  },
  {
    title: 'deletes a value, and nothing without complaint',
    async check({ store, key }) {
      await store.set(key, 'value', HOUR_MS);
      await store.delete(key);
      assert.equal((await store.get(key))?.value, undefined);
      await store.delete(key);
    },
  },
];
