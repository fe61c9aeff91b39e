import { expect, it } from 'vitest';
import { refusalOf } from './access.ts';

const TOKEN = 'a-token-of-many-characters';

const statusOf = (url: string, headers: Record<string, string> = {}, token?: string): number | undefined =>
  refusalOf(new Request(url, { headers }), token)?.status;

it.each([
  ['http://127.0.0.1:9464/'],
  ['http://localhost/'],
  ['http://[::1]:9464/'],
  ['http://host.docker.internal:9464/'],
])('answers %s without a token', (url) => {
  expect(statusOf(url)).toBeUndefined();
});

it.each([
  ['http://evil.example/'],
  ['http://192.168.1.5/'],
  ['http://localhost.evil.example/'],
  ['http://127.0.0.1.evil.example/'],
])('refuses %s without a token, as a name that was pointed to this machine', (url) => {
  expect(statusOf(url)).toBe(403);
});

it.each([
  ['another origin', { origin: 'http://evil.example' }],
  ['another port of this machine', { origin: 'http://127.0.0.1:8080' }],
  ['an opaque origin', { origin: 'null' }],
  ['a script of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }],
])('refuses %s', (_, headers) => {
  expect(statusOf('http://127.0.0.1:9464/api/status', headers, undefined)).toBe(403);
});

it('answers its own page, and a link from another site', () => {
  expect(statusOf('http://127.0.0.1:9464/', { origin: 'http://127.0.0.1:9464' })).toBeUndefined();
  expect(
    statusOf('http://127.0.0.1:9464/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }),
  ).toBeUndefined();
});

it('asks for the token under every name, and takes it from a header or a cookie', () => {
  expect(statusOf('http://127.0.0.1/', {}, TOKEN)).toBe(401);
  expect(statusOf('http://tta.example/', { authorization: 'Bearer wrong' }, TOKEN)).toBe(401);
  expect(statusOf('http://tta.example/', { authorization: `Bearer ${TOKEN}` }, TOKEN)).toBeUndefined();
  expect(statusOf('http://tta.example/', { cookie: `a=%; tta-dashboard=${TOKEN}` }, TOKEN)).toBeUndefined();
});

it('moves the token of a link into a cookie that scripts and other sites cannot use', () => {
  const response = refusalOf(new Request(`http://tta.example/x?token=${TOKEN}&a=1`), TOKEN);
  expect([response?.status, response?.headers.get('location')]).toEqual([303, '/x?a=1']);
  expect(response?.headers.get('set-cookie')).toBe(`tta-dashboard=${TOKEN}; HttpOnly; SameSite=Strict; Path=/`);
});
