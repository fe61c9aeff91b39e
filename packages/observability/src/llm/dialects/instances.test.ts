import { GenerateContentResponse } from '@google/genai';
import { expect, it } from 'vitest';
import { instanceNameOf, isInstanceName, reviverOf } from './instances.ts';

const DATA = { candidates: [{ content: { parts: [{ text: 'Rome.' }] }, finishReason: 'STOP' }] };

it('revives an instance of a class only after the process has seen the class', () => {
  const live = Object.assign(new GenerateContentResponse(), DATA);
  expect(reviverOf('gemini.generate_content_response')).toBeUndefined();
  expect(instanceNameOf(live)).toBe('gemini.generate_content_response');
  const revived = reviverOf('gemini.generate_content_response')?.(structuredClone(DATA));
  expect(revived).toBeInstanceOf(GenerateContentResponse);
  expect(revived).toMatchObject({ text: 'Rome.' });
});

it.each<[string, unknown]>([
  ['plain data', DATA],
  ['a list', [DATA]],
  ['an instance of another class', new URL('https://example.com')],
  ['an instance of a class that inherits from one that is known', new (class extends GenerateContentResponse {})()],
  ['a text', 'Rome.'],
  ['nothing', null],
])('names no class of %s', (_, value) => {
  expect(instanceNameOf(value)).toBeUndefined();
});

it('names no class of a value that cannot be inspected', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(instanceNameOf(proxy)).toBeUndefined();
});

it.each([
  ['gemini.generate_content_response', true],
  ['gemini', false],
  ['', false],
  ['a.b.c', false],
  [7, false],
])('knows that %j is a name of a class: %s', (name, isName) => {
  expect(isInstanceName(name)).toBe(isName);
});
