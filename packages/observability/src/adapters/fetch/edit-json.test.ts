import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withMembers } from './edit-json.ts';

test.each([
  ['{"model":"a","x":1}', '{"model":"b","x":1}'],
  ['{ "x" : [1, {"model": "a"}] ,\n "model"\t: "a" }', '{ "x" : [1, {"model": "a"}] ,\n "model"\t: "b" }'],
  [
    String.raw`{"say \"model\":":"\\","model":"a\"}","y":{"model":"]"}}`,
    String.raw`{"say \"model\":":"\\","model":"b","y":{"model":"]"}}`,
  ],
  [String.raw`{"m\u006fdel":"a"}`, String.raw`{"m\u006fdel":"b"}`],
  ['{"model":"a","model":"c"}', '{"model":"a","model":"b"}'],
  ['{"model":1e3,"x":null}', '{"model":"b","x":null}'],
  [`{"x":0.${'3'.repeat(80)},"model":"a"}`, `{"x":0.${'3'.repeat(80)},"model":"b"}`],
  ['{"x":1.50}', '{"model":"b","x":1.50}'],
  [' { } ', ' {"model":"b" } '],
])('%s becomes %s', (text, edited) => {
  expect(withMembers(text, { model: 'b' })).toBe(edited);
});

test('an edited text says what the edited object would, and keeps every other byte', () => {
  const member = fc.oneof(fc.constantFrom('model', 'stream_options', 'x'), fc.string());
  fc.assert(
    fc.property(fc.dictionary(member, fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (body, indent) => {
      const text = JSON.stringify(body, undefined, indent);
      const members = { model: 'other "one"', stream_options: { include_usage: true } };
      const edited = withMembers(text, members);
      expect(JSON.parse(edited)).toEqual({ ...(JSON.parse(text) as object), ...members });
      expect(edited.length - text.length).toBeLessThanOrEqual(JSON.stringify(members).length);
    }),
  );
});
