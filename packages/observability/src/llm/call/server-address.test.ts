import { expect, test } from 'vitest';
import { serverAt } from './server-address.ts';

test.each([
  ['https://api.openai.com/v1/chat/completions', { address: 'api.openai.com', port: 443 }],
  ['http://127.0.0.1:8080/v1', { address: '127.0.0.1', port: 8080 }],
  ['https://user:secret@gateway.test:8443/?key=secret', { address: 'gateway.test', port: 8443 }],
])('%s has a host and a port', (url, server) => {
  expect(serverAt(url)).toEqual(server);
});

test.each(['', 'api.openai.com', 'file:///etc/passwd', 7, undefined, {}])('%j has none', (url) => {
  expect(serverAt(url)).toBeUndefined();
});
