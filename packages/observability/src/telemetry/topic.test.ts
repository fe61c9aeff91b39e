import { describe, expect, it } from 'vitest';
import { capped, closed, counter, gauge, histogram, upDownCounter } from './metric.ts';
import { rate } from './rate.ts';
import { namedBy } from './spans/span-definition.ts';
import { topic } from './topic.ts';

const mails = counter('mails_total', '{mail}', 'Mails.', capped('operation'));
const count = (name: string, unit = '{mail}'): unknown => ({ metrics: { mails: counter(name, unit, 'Mails.') } });
const by = (...dimensions: unknown[]): unknown => ({ metrics: { mails: { ...mails, dimensions } } });

const REFUSED: Readonly<Record<string, readonly [definition: unknown, sentence: string]>> = {
  'that is no object': [7, 'topic: options must be an object, but it is 7'],
  'with a misspelt part': [
    { metric: {} },
    'topic: metric is not an option; the options are facts, metrics, rates, spans, listen',
  ],
  'with a fact without a topic word': [
    { facts: { sent: {} } },
    `topic: the name of a fact must be a word, a dot and a name, such as 'greeting.language', but it is "sent"`,
  ],
  'with a misspelt part of a fact': [
    { facts: { 'mail.sent': { attributes: 'x' } } },
    "topic: facts['mail.sent'].attributes is not an option; the options are attribute, dimension, record, onEnd",
  ],
  'with an attribute that is no name': [
    { facts: { 'mail.sent': { attribute: 7 } } },
    "topic: facts['mail.sent'].attribute must be the name of an attribute, or a function, but it is 7",
  ],
  'with a fact that is counted by no function': [
    { facts: { 'mail.sent': { record: mails } } },
    "topic: facts['mail.sent'].record must be a function, but it is an object",
  ],
  'with a fact whose label is data': [
    { facts: { 'mail.sent': { dimension: 'user_id' } } },
    `topic: facts['mail.sent'].dimension must be a word of the code; data of users is never a label, so state it as a span attribute, but it is "user_id"`,
  ],
  'with a metric that is none': [
    { metrics: { mails: 'mails_total' } },
    'topic: metrics.mails must be a metric, such as counter(...), but it is "mails_total"',
  ],
  'with a metric of another kind': [
    { metrics: { mails: { ...mails, kind: 'summary' } } },
    `topic: metrics.mails.kind must be 'counter', 'up_down_counter', 'gauge', 'histogram', but it is "summary"`,
  ],
  'with a bad name of a metric': [
    count('Mails-sent_total'),
    'topic: metrics.mails.name must be lower-case words joined by _ or ., but it is "Mails-sent_total"',
  ],
  'with a counter that would print under another name': [
    count('mails'),
    'topic: metrics.mails.name must be a name that ends in _total, because it is a counter, but it is "mails"',
  ],
  'with a gauge that is named like a counter': [
    { metrics: { mails: gauge('mails_total', '', 'Mails.') } },
    'topic: metrics.mails.name must be a name without _total, because it is not a counter, but it is "mails_total"',
  ],
  'with a unit that would change the name': [
    count('mails_total', 'USD'),
    `topic: metrics.mails.unit must be '', 's', 'By', or a word in braces such as '{mail}', but it is "USD"`,
  ],
  'with an unbounded dimension': [
    by('language'),
    'topic: a dimension of mails_total must be closed(name, values) or capped(name), because an unbounded one can fill the memory, but it is "language"',
  ],
  'with a dimension whose values are not said': [
    by({ name: 'language' }),
    "topic: the values of the dimension language must be a list of words, or 'capped', but it is undefined",
  ],
  'with a closed dimension without values': [
    by(closed('language', [])),
    'topic: the values of the dimension language must be a list of words, but it is an array',
  ],
  'with a dimension that holds data of users': [
    by(capped('prompt')),
    'topic: a dimension of mails_total must be a word of the code; data of users is never a label, so state it as a span attribute, but it is "prompt"',
  ],
  'with a bad name of a dimension': [
    by(capped('the operation')),
    'topic: a dimension of mails_total must be lower-case words joined by _ or ., but it is "the operation"',
  ],
  'with a dimension of Prometheus itself': [
    by(closed('le', ['1'])),
    'topic: a dimension of mails_total must be another name than le and quantile, but it is "le"',
  ],
  'with a dimension that is there twice': [
    by(capped('operation'), capped('operation')),
    'topic: mails_total has the dimension operation twice',
  ],
  'with a histogram whose buckets go down': [
    { metrics: { bytes: histogram([2, 1])('mail_bytes', 'By', 'Size of mails.') } },
    'topic: metrics.bytes.buckets must be a list of numbers in ascending order, but it is an array',
  ],
  'with a rate of another topic': [
    { rates: [rate('mail_rate', 'Mails.', mails, () => 0)] },
    'topic: rates[0].each must be one of the metrics, but it is an object',
  ],
  'with rates under names': [{ rates: {} }, 'topic: rates must be an array of rates, but it is an object'],
  'with two metrics of one printed name': [
    { metrics: { one: upDownCounter('mails.open', '', 'Open.'), two: gauge('mails_open', '', 'Open.') } },
    'topic: two metrics of the topic are printed as mails_open',
  ],
  'with a kind of span that there is not': [
    { spans: { mail: { kind: 'outer', name: () => '' } } },
    `topic: spans.mail.kind must be 'internal', 'client', 'server', 'producer', 'consumer', but it is "outer"`,
  ],
  'with a span without a function for its name': [
    { spans: { mail: { name: 'mail' } } },
    'topic: spans.mail.name must be a function, but it is "mail"',
  ],
};

describe('topic', () => {
  it.each(Object.entries(REFUSED))('refuses one %s', (_what, [definition, sentence]) => {
    expect(() => topic(definition as never)).toThrow(
      expect.objectContaining({ message: sentence, name: expect.stringMatching(/^(Type|Range)Error$/) }),
    );
  });

  it('takes one without any part, and one with all of them', () => {
    expect(topic({})).toEqual({ facts: {}, metrics: {}, rates: [], spans: {} });
    const facts = { 'cache.operation': { attribute: 'a', dimension: 'operation' } };
    const parts = {
      metrics: { mails },
      rates: [rate('mail_rate', 'Mails.', mails, () => 0)],
      spans: { mail: namedBy('cache.operation') },
    };
    expect(topic({ facts, ...parts })).toEqual({ facts, ...parts });
  });
});
