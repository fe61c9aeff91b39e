import { GenerateContentResponse } from '@google/genai';
import { expect, it } from 'vitest';
import { commonInstance, dataOf, instanceNameOf, isInstanceName, reviverOf } from './instances.ts';

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

it('gives dates back where a dialect knows of them, and leaves the answer as it is', () => {
  const live = { finishReason: 'stop', response: { id: 'r', timestamp: new Date(0) } };
  expect(instanceNameOf(live)).toBe('ai_sdk.dated');
  const stored = JSON.stringify(dataOf(live));
  expect(live.response.timestamp).toBeInstanceOf(Date);
  expect(reviverOf('ai_sdk.dated')?.(JSON.parse(stored) as object)).toEqual(live);
});

it('names no date that is invalid, or stands elsewhere', () => {
  for (const value of [{ timestamp: new Date(Number.NaN) }, { created: new Date(0) }, { timestamp: '1970' }]) {
    expect(instanceNameOf(value)).toBeUndefined();
  }
});

it.each([
  ['ai_sdk.dated', undefined, 'ai_sdk.dated'],
  [undefined, 'ai_sdk.dated', 'ai_sdk.dated'],
  [undefined, undefined, undefined],
  ['gemini.a', 'gemini.a', 'gemini.a'],
  ['gemini.a', undefined, null],
  ['gemini.a', 'ai_sdk.dated', null],
])('finds the name that stands for %j and %j', (name, other, common) => {
  expect(commonInstance(name, other)).toBe(common);
});
